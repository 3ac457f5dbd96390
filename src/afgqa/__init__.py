"""afgqa answers questions about an article with the article's own sentences, and proves it."""
