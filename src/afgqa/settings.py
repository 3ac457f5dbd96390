"""One frozen value for every choice that a user can make."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Final

from afgqa.language.layout import LAYOUT
from afgqa.language.sentences import SPLITTER
from afgqa.language.tokens import ANALYZER

__all__ = ["DEFAULT_EMBEDDER", "Settings"]

DEFAULT_EMBEDDER: Final = "all-MiniLM-L6-v2"


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices with their defaults; a number's reason stands beside it.

    `embedder`: the default model by its name, or any sentence-transformers model by name or
    path. `reader`: None for the reader that ships, "typed" for the one without a model, or any
    extractive question-answering model by name or path. `chunk_tokens`: the longest chunk in the
    embedder's tokens. `candidates`: how many passages each search brings to the fusion. `read`:
    how many chunks are read at most, or for a yes-no question half as many more sentences.
    `question_limit`: the longest question in characters. `threshold`: the confidence (0..1) under
    which a question is refused; None is the operating point fitted with the confidence.
    `download`: whether a model that is named and not on this machine may be fetched from the
    network. `spelling`: whether typing mistakes in questions are put right, and initials in full.
    """

    embedder: str = DEFAULT_EMBEDDER
    reader: str | None = None
    # Two or three sentences of news: enough context to place a sentence, short enough that one
    # vector still means one thing. Chosen on a few articles of SQuAD train, 96 before 160.
    chunk_tokens: int = 96
    candidates: int = 100  # not tuned: more than an article of ordinary length has sentences
    read: int = 4  # an even number, for two at a time are read on two cores; not tuned further
    question_limit: int = 2000  # a long paragraph; more is no question
    threshold: float | None = None
    spelling: bool = True
    download: bool = False

    def __post_init__(self) -> None:
        for name in ("chunk_tokens", "candidates", "read", "question_limit"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be 1 or more")
        if self.threshold is not None and not 0.0 <= self.threshold <= 1.0:
            raise ValueError(f"threshold is {self.threshold}; it must lie in 0..1")

    def index_fingerprint(self) -> str:
        """Changes whenever an index made with these settings would hold other passages."""
        what = {
            "chunk_tokens": self.chunk_tokens,
            "splitter": SPLITTER,
            "analyzer": ANALYZER,
            "layout": LAYOUT,
        }
        return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:16]
