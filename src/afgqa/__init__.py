"""afgqa answers questions about an article with the article's own sentences, and proves it."""

from afgqa.chatbot import Chatbot
from afgqa.conversation import Conversation
from afgqa.errors import AfgqaError
from afgqa.settings import Settings
from afgqa.types import Answer, Citation, Document, Hit, Sentence, Turn

__all__ = [
    "AfgqaError",
    "Answer",
    "Chatbot",
    "Citation",
    "Conversation",
    "Document",
    "Hit",
    "Sentence",
    "Settings",
    "Turn",
]
__version__ = "0.1.0"
