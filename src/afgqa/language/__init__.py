"""Facts of English in any text, as pure functions of a string."""
