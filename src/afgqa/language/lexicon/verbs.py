"""Verbs: those of saying in the forms that stand beside a quotation, and irregular pasts."""

from __future__ import annotations

from typing import Final

__all__ = ["IRREGULAR_PASTS", "REPORTING_VERBS", "UTTERING_VERBS"]

_SAYING: Final = (
    "said", "says", "told", "added", "wrote", "asked", "replied", "answered", "argued", "declared",
    "explained",
)  # fmt: skip

REPORTING_VERBS: Final = (
    *_SAYING, "tells", "adds", "writes", "stated", "states", "mentioned", "informed", "noted",
    "claimed", "claims", "argues", "warned", "warns", "explains", "announced", "insisted",
    "insists", "contended", "recalled", "remarked", "testified", "tweeted", "reported",
)  # fmt: skip
"""By which a newspaper names its source; "called" and "demanded" more often take an object."""

UTTERING_VERBS: Final = (
    *_SAYING, "admitted", "called", "cried", "demanded", "exclaimed", "screamed", "shouted", "sang",
    "whispered", "wondered", "yelled",
)  # fmt: skip
"""After a quotation that ends in "!" or "?", as in a story: its sentence goes on. Part of what
`SPLITTER` in `sentences` names: with other verbs, saved indexes have other sentences."""

IRREGULAR_PASTS: Final = (
    "sold", "built", "made", "took", "gave", "went", "left", "sent", "put", "set", "kept", "held",
    "led", "won", "lost", "told", "wrote", "bought", "brought", "began", "broke", "found", "became",
    "shut", "cut", "let", "paid", "met", "came",
)  # fmt: skip
"""The most frequent ones that do not end in "ed"."""
