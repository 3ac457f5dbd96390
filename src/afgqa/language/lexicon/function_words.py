"""Words of grammar: auxiliaries, pronouns, prepositions, conjunctions, question words."""

from __future__ import annotations

from typing import Final

__all__ = [
    "ADVERBIAL_PREPOSITIONS", "ARTICLES", "AUXILIARIES", "CONNECTIVES", "CONTRASTS",
    "DEMONSTRATIVES", "IRREGULAR_PLURALS", "PLACE_PREPOSITIONS", "POSSESSIVES", "PREPOSITIONS",
    "QUESTION_WORDS", "SUBJECTS", "SUBORDINATORS", "THIRD_PERSON", "TIME_PREPOSITIONS",
]  # fmt: skip

AUXILIARIES: Final = (
    "is", "are", "was", "were", "am", "do", "does", "did", "has", "have", "had", "can", "could",
    "will", "would", "shall", "should", "may", "might", "must",
)  # fmt: skip
"""Verbs that a question for yes or no begins with, without their negations."""

QUESTION_WORDS: Final = (
    "who", "whom", "whose", "what", "which", "when", "where", "why", "how",
)  # fmt: skip
"""What other questions begin with."""

ARTICLES: Final = ("a", "an", "the")
"""Left out where answers are compared."""

THIRD_PERSON: Final = ("he", "she", "it", "they")
"""Subjects that refer to something named elsewhere."""

SUBJECTS: Final = ("i", "you", "we", *THIRD_PERSON)
"""Personal pronouns that a clause begins with."""

DEMONSTRATIVES: Final = ("this", "that", "these", "those")
"""They point to something, often in the sentence before."""

POSSESSIVES: Final = ("its", "their", "his", "her")
"""Of the third person, before a noun."""

IRREGULAR_PLURALS: Final = ("people", "men", "women", "children")
"""Plurals that do not end in "s"."""

PREPOSITIONS: Final = frozenset(("at", "by", "for", "from", "in", "of", "on", "to", "with"))
"""The most frequent ones."""

TIME_PREPOSITIONS: Final = frozenset(("after", "before", "during", "since", "until"))
"""Those that mostly open a time."""

ADVERBIAL_PREPOSITIONS: Final = (PREPOSITIONS | TIME_PREPOSITIONS) - {"of"}
"""Those whose phrase can be exchanged for another; one with "of" belongs to its noun."""

PLACE_PREPOSITIONS: Final = frozenset(
    ("across", "at", "from", "in", "inside", "into", "near", "outside", "to", "within")
)
"""Those before the name of a place."""

CONTRASTS: Final = ("but", "while", "whereas", "although", "though")
"""Conjunctions that begin a clause which says something else than the one before."""

SUBORDINATORS: Final = (
    "because", "if", "when", "while", "after", "before", "since", "until", "although",
)  # fmt: skip
"""Conjunctions that begin a clause which depends on another."""

CONNECTIVES: Final = (
    "but", "and", "so", "then", "thus", "such", "however", "nonetheless", "nevertheless",
    "moreover", "also", "meanwhile", "therefore", "instead",
)  # fmt: skip
"""What a sentence begins with that goes on from the one before."""
