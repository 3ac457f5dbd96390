"""Answer questions about an article with the article's own sentences, exactly cited."""

from afgqa.answers import Answer, Citation, Turn
from afgqa.chatbot import Chatbot
from afgqa.conversation import Conversation
from afgqa.errors import AfgqaError
from afgqa.settings import Settings
from afgqa.types import Document, Hit, Sentence

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
