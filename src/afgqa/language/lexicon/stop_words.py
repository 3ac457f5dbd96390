"""Function words that no index holds."""

from __future__ import annotations

from typing import Final

__all__ = ["STOP_WORDS"]

STOP_WORDS: Final = frozenset(
    """
    a about above after again against all also am an and any are as at be because been before
    being below between both but by can cannot could did do does doing done down during each
    either else ever few for from further had has have having he her here hers herself him himself
    his how i if in into is it its itself just let may me might mine more most much must my myself
    neither no nor not of off on once only or other our ours ourselves out over own per please
    quite rather same shall she should since so some such tell than that the their theirs them
    themselves then there these they this those though through to too toward towards under until
    up upon us very was we were what whatever when where whether which while who whom whose why
    will with within without would yes yet you your yours yourself yourselves aint arent cant
    couldnt didnt doesnt dont hadnt hasnt havent im isnt ive mustnt shouldnt thats theyre wasnt
    werent whats wheres whos wont wouldnt youre
    """.split()
)
"""In lower case and without apostrophes, as words are compared. It is a part of what `ANALYZER`
in `tokens` names: with another list, every saved index is out of date."""
