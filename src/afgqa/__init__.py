"""Answer questions about an article with the article's own sentences, exactly cited."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

# Loaded with the first use: who needs one part, as the process that reads a file does, waits for
# that alone.
_MODULES = {
    "AfgqaError": "errors",
    "Answer": "answers",
    "Chatbot": "chatbot",
    "Citation": "answers",
    "Conversation": "conversation",
    "Document": "types",
    "Hit": "types",
    "Sentence": "types",
    "Settings": "settings",
    "Turn": "answers",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
