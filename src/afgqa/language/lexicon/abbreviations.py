"""Abbreviations that end in a full stop, by what may follow them.

Those of months and weekdays are in `calendar`.
"""

from __future__ import annotations

from typing import Final

__all__ = ["ANNOUNCING", "BEFORE_NUMBERS", "SHORTENED"]

ANNOUNCING: Final = frozenset(
    """
    Mr Mrs Ms Messrs Mme Mlle Dr Drs Prof Rev Fr Hon Pres Gov Sen Rep Amb Supt Insp Gen Maj Col Lt
    Capt Cpl Sgt Cmdr Adm Brig Pvt e.g i.e cf viz vs v c ca approx esp Msgr
    """.split()
)
"""Titles, and words that announce what comes next: never the last word of a sentence."""

BEFORE_NUMBERS: Final = frozenset(
    """
    No Nos no nos Fig Figs fig figs Vol Vols vol vols p pp Ch Chap ch chap Sec Secs sec Art Arts art
    Eq Eqs eq Tab Pl Op op Bd Bk Pt pt para Rs Sess
    """.split()
)
"""Abbreviations only before a number ("No. 5", "Fig. 3"); elsewhere plain words."""

SHORTENED: Final = frozenset(
    """
    Inc Corp Co Ltd Bros Cie Jr Sr Esq St Ste Ave Blvd Rd Hwy Mt Mts Ft Dept Univ Inst Assn Natl
    Intl Govt dept univ govt al est ed eds trans repr rev fl ft lb lbs oz sq mi yd hr hrs max min
    Ala Ariz Calif Colo Conn Fla Ill Mass Mich Minn Penn Tenn Tex Wash Wis
    """.split()
)
"""Abbreviations that can end a sentence. "etc" is left out on purpose: inside a sentence a comma or
lower case follows it, so before a capital it ends one."""
