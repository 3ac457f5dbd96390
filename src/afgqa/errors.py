"""The error hierarchy: all errors that afgqa raises deliberately.

    AfgqaError
    ├── InputError                what the user gave cannot be used
    │   ├── DocumentError         a file or text that cannot become a document
    │   ├── QuestionError         a question that cannot be asked
    │   ├── QuestionFileError     a question set that cannot be read
    │   └── FeedbackError         a verdict on an answer that cannot be kept
    ├── EmbedderError             an embedding model that could not be loaded or trusted
    ├── ReaderError               a reading model that could not be loaded or trusted
    └── StoreError               what lies on disk cannot be used
        ├── IndexMissingError     there is no index at that place
        ├── IndexDamagedError     the index is there and does not hold together
        └── IndexMismatchError    the index was made by another embedder, format or setting

A message says what happened, with which value, and what to do next. A refusal to answer is
a value (`Answer.answered` is false), never an error.
"""

__all__ = [
    "AfgqaError",
    "DocumentError",
    "EmbedderError",
    "FeedbackError",
    "IndexBusyError",
    "IndexDamagedError",
    "IndexMismatchError",
    "IndexMissingError",
    "InputError",
    "QuestionError",
    "QuestionFileError",
    "ReaderError",
    "StoreError",
]


class AfgqaError(Exception):
    """The base class of all errors that afgqa raises deliberately.

    >>> issubclass(QuestionError, AfgqaError)
    True
    """


class InputError(AfgqaError):
    """What the user gave cannot be used as it is."""


class DocumentError(InputError):
    """A file or a text that cannot become a document."""


class QuestionError(InputError):
    """A question that cannot be asked: empty, too long, or not text."""


class QuestionFileError(InputError):
    """A question set that cannot be read."""


class FeedbackError(InputError):
    """A verdict on an answer that says too little, or cannot be written down."""


class EmbedderError(AfgqaError):
    """An embedding model that could not be loaded, or whose files are not what they should be."""


class ReaderError(AfgqaError):
    """A reading model that could not be loaded, or whose files are not what they should be."""


class StoreError(AfgqaError):
    """The content of an index folder cannot be used."""


class IndexBusyError(StoreError):
    """Another program writes to the index, so that this one cannot."""


class IndexMissingError(StoreError):
    """There is no index in the given folder."""


class IndexDamagedError(StoreError):
    """The index exists but is inconsistent."""


class IndexMismatchError(StoreError):
    """An index was made by another embedder, format or setting than the one that opens it."""
