"""Words by what they say: negations, quantifiers, causes, opposites."""

from __future__ import annotations

from typing import Final

__all__ = [
    "ADDITIVE", "CAUSES", "DENY_CLAUSE", "DENY_REST", "EXCEPTIVE", "EXCLUSIVE", "OPPOSITES",
    "PARTIAL", "UNIVERSAL",
]  # fmt: skip

DENY_CLAUSE: Final = (
    "neither", "nobody", "nothing", "none", "fail to", "fails to", "failed to", "refuse to",
    "refuses to", "refused to", "unable to", "no longer",
)  # fmt: skip
"""Negations, beside "not", "never" and "cannot", that deny what stands before them too."""

DENY_REST: Final = ("without", "nor", "lack", "lacks", "lacked", "lacking", "absent")
"""Negations, beside "no", that deny what follows them."""

EXCLUSIVE: Final = ("only", "solely", "exclusively", "nothing but", "nobody but")
"""No more than what is named."""

ADDITIVE: Final = (
    "in addition", "as well as", "also", "besides", "together with", "along with", "both",
)  # fmt: skip
"""More than what is named."""

UNIVERSAL: Final = ("all", "every", "each", "everyone", "everybody", "everything", "always")
"""Without an exception."""

PARTIAL: Final = (
    "some", "most", "many", "several", "few", "half", "part", "sometimes", "often", "mostly",
    "usually",
)  # fmt: skip
"""Less than all."""

EXCEPTIVE: Final = ("except", "apart from", "other than", "save for")
"""They open what is left out."""

CAUSES: Final = (
    "because", "since", "due to", "owing to", "thanks to", "on account of", "as a result of",
    "so that", "in order to",
)  # fmt: skip
"""They open the clause of a cause or of a purpose; "since" opens a time as well."""

OPPOSITES: Final = tuple(
    (word, tuple(others.split(",")))
    for word, others in (
        pair.split(":")
        for pair in """
        open:closed,shut accept:reject,refuse agree:disagree allow:forbid,ban,prohibit
        permit:forbid,ban,prohibit legal:illegal possible:impossible true:false
        safe:dangerous,unsafe alive:dead,kill begin:end start:end,stop,finish
        increase:decrease,reduce,fall,shrink rise:fall,drop,sink grow:shrink
        improve:worsen,deteriorate better:worse best:worst high:low strong:weak rich:poor early:late
        hot:cold warm:cold wet:dry full:empty long:short large:small big:small fast:slow quick:slow
        easy:difficult,hard cheap:expensive,dear common:rare similar:different alike:different
        succeed:fail win:lose gain:lose support:oppose confirm:deny admit:deny include:exclude
        arrive:leave enter:leave join:leave buy:sell remember:forget build:destroy create:destroy
        public:private guilty:innocent inside:outside present:absent healthy:sick,ill
        happy:unhappy,sad likely:unlikely able:unable popular:unpopular equal:unequal
        visible:invisible first:last north:south east:west young:old new:old major:minor
        majority:minority move:stay,stand forward:backward survive:die,kill,perish reopen:close,shut
        lift:impose release:arrest,detain,imprison peace:war raise:lower advance:retreat
        appoint:dismiss hire:fire appear:disappear encourage:discourage trust:distrust,mistrust
        praise:criticize approve:reject,veto marry:divorce victory:defeat friend:enemy ally:enemy
        friendly:hostile peaceful:violent
        """.split()
    )
)
"""A word with its opposites, which hold in both directions."""
