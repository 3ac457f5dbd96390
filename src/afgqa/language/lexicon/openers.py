"""Words that open sentences."""

from __future__ import annotations

from typing import Final

__all__ = ["SENTENCE_OPENERS"]

SENTENCE_OPENERS: Final = frozenset(
    """
    A An The This That These Those There Here It Its He His She Her Hers They Their We Our You Your
    I My Who Whose What When Where Which Why How In On At By For From To With Without Within Into Of
    Off Upon About Above Across After Against Along Amid Among Around Before Behind Below Beneath
    Beside Besides Between Beyond Despite Down During Except Inside Like Near Outside Per Since
    Through Throughout Toward Towards Until Unlike Up Via And But Or Nor Yet So If Then Than Though
    Although Because As While Whereas Whether Once Unless Also Again Already Always Another Any Both
    Each Either Every Everyone Few Finally Formerly Furthermore Hence However Indeed Instead Later
    Likewise Many Meanwhile More Moreover Most Much Neither Never Nevertheless Next No Nobody None
    Nonetheless Not Nothing Now Nowadays Often Only Originally Other Others Otherwise Perhaps
    Recently Similarly Some Sometimes Soon Still Such Therefore Thereafter Thus Today Together
    Tomorrow Usually Very Yes Yesterday Is Are Was Were Does Did Has Have Had Can Could Will Would
    Should May Might Must
    """.split()
)
"""Capitalised words that open sentences and seldom begin a name: "Under", "First" and "One" do so
too often."""
