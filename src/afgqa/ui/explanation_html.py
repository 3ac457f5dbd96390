"""How an answer came about, as a panel: what was found, weighed, taken and dropped, and why."""

from __future__ import annotations

from typing import Final

from afgqa.answering.explanation import Considered, Explanation
from afgqa.markup import Html, tag
from afgqa.types import Hit

__all__ = ["found_html"]

_MOST: Final = 5
_SUMMARY: Final = "The sentences that together are most like all of the text."
_FATES: Final = {"taken": "taken", "a span was found in it": "a span in it was weighed instead"}


def found_html(explanation: Explanation) -> Html:
    """Return the steps of an answer in their order, the best five of each."""
    trace = explanation.trace
    searched = _step("Searched for", tag("p", f"“{trace.question.search_text}”"))
    if trace.question.answer_type == "summary":
        return tag("div", searched, _step("Taken", tag("p", _SUMMARY)))
    hits = trace.found.hits
    seconds = trace.seconds
    return tag(
        "div",
        searched,
        _step(
            f"Found {len(hits)} sentence{'s' * (len(hits) != 1)}, the best first",
            tag("ol", *(tag("li", *_hit(hit)) for hit in hits[:_MOST])),
        ),
        _step(
            "Read and weighed",
            tag(
                "ol",
                *(
                    tag("li", *_weighed(it, answered=explanation.answer.answered))
                    for it in explanation.considered[:_MOST]
                ),
            ),
        ),
        _step("How sure", *_sure(explanation)),
        tag(
            "p",
            f"{seconds.retrieve * 1000:.0f} ms to search, {seconds.read * 1000:.0f} ms to read",
            class_="soft",
        ),
    )


def _step(title: str, *inside: Html) -> Html:
    return tag("section", tag("h3", title), *inside)


def _hit(hit: Hit) -> list[Html]:
    ranks = [
        f"{name} {rank}"
        for name, rank in (("by meaning", hit.dense_rank), ("by words", hit.lexical_rank))
        if rank is not None
    ]
    passage = hit.passage
    return [
        tag("small", f"{hit.score:.2f} · {', '.join(ranks)}"),
        tag(
            "button",
            passage.text,
            type="button",
            class_="jump",
            data_doc=passage.ref.doc_id,
            data_start=passage.start,
            data_end=passage.end,
        ),
    ]


def _weighed(it: Considered, *, answered: bool) -> list[Html]:
    one = it.candidate
    fate = _FATES.get(it.fate, f"behind by {it.behind:.2f}")
    fate = fate if answered or it.fate != "taken" else "the likeliest"
    margin = "" if one.margin is None else f", {one.margin:+.1f} against no answer"
    what = "the whole sentence" if one.span is None else f"“{one.span.text}”"
    return [tag("small", f"{it.evidence:.2f} · {fate}{margin}"), tag("span", what)]


def _sure(explanation: Explanation) -> list[Html]:
    trace = explanation.trace
    said = f"{trace.confidence:.2f}; under {trace.threshold:.2f} it is refused"
    parts = sorted(explanation.parts, key=lambda part: -abs(part.logit))
    rows = [
        tag("tr", tag("th", part.name, scope="row"), tag("td", f"{part.logit:+.2f}"))
        for part in parts
        if round(part.logit, 2)
    ]
    return [tag("p", said), *[tag("table", *rows)] * bool(rows)]
