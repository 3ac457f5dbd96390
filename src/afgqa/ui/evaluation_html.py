"""What an evaluation found, as a pane: figures, plots, what changed, and the worst answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from afgqa.evaluation import MEANINGS, Comparison, Row
from afgqa.evaluation.html_report import worst
from afgqa.evaluation.measures import Metric, Place
from afgqa.evaluation.plots import calibration, kinds, risk
from afgqa.evaluation.text_report import BY_KIND, verdict
from afgqa.markup import Html, tag
from afgqa.templating import Markup, render
from afgqa.ui.session import Run

__all__ = ["form_html", "progress_html", "report_html"]

_WORST: Final = 20
_CHANGED: Final = 20


def form_html(names: Sequence[str]) -> Markup:
    """Return the choice of a question set, and what runs it."""
    return render("ui/templates/evaluation_form.html", names=names)


def progress_html(done: int, every: int) -> Markup:
    """Return how far a run has come."""
    return render("ui/templates/evaluation_progress.html", done=done, every=every)


def report_html(
    run: Run | None = None,
    *,
    texts: Mapping[str, str] | None = None,
    linked: bool = True,
    compared: Comparison | None = None,
    baseline: Run | None = None,
    problem: str | None = None,
) -> Html:
    """Return the pane of a run; before the first it is empty, or says what the `problem` was.

    `texts` are the documents' by their id; where they are those of the page (`linked`), sentences
    lead into the article.
    """
    if problem is not None:
        return tag("div", tag("p", problem, class_="problem", role="alert"), class_="report")
    if run is None:
        return tag("div", class_="report")
    report = run.report
    plots = {
        "Risk against coverage": risk(report.rows),
        "Calibration": calibration(report.rows),
        "Right, by kind of question": kinds(report),
    }
    wrong = worst(report.rows)
    count = len(report.rows)
    head = f"{count} question{'s' * (count != 1)} of {run.name}, {run.ended}"
    return tag(
        "div",
        tag("h2", head, tabindex=-1, class_="head"),
        _figures(report.metrics),
        *([] if compared is None or baseline is None else _compared(compared, baseline)),
        tag(
            "div",
            *(
                tag("figure", tag("figcaption", title), Html(svg))  # drawn by us, text escaped
                for title, svg in plots.items()
            ),
            class_="plots",
        ),
        _kinds(run),
        tag("h2", f"Not right: {len(wrong)}, the surest first"),
        *(_wrong(row, texts or {}, linked=linked) for row in wrong[:_WORST]),
        class_="report",
    )


def _figures(metrics: Mapping[str, Metric]) -> Html:
    rows = [
        tag(
            "tr",
            tag("th", name, tag("small", MEANINGS[name]), scope="row"),
            tag("td", f"{m.value:.3f}"),
            tag("td", f"{m.low:.3f} to {m.high:.3f}"),
            tag("td", str(m.n)),
        )
        for name, m in metrics.items()
    ]
    return _table(("Figure", "Value", "95 % interval", "Questions"), rows)


def _kinds(run: Run) -> Html:
    report = run.report
    names = [name for name in BY_KIND if name in report.metrics]
    rows = [
        tag(
            "tr",
            tag("th", kind, scope="row"),
            tag("td", str(sum(row.kind == kind for row in report.rows))),
            *(tag("td", f"{m[name].value:.3f}" if name in m else "") for name in names),
        )
        for kind, m in report.kinds.items()
    ]
    return _table(("Kind", "Questions", *names), rows)


def _compared(found: Comparison, baseline: Run) -> list[Html]:
    rows = [
        tag(
            "tr",
            tag("th", name, scope="row"),
            tag("td", f"{m.value:+.3f}"),
            tag("td", f"{m.low:+.3f} to {m.high:+.3f}"),
            tag("td", verdict(name, m)),
        )
        for name, m in found.differences.items()
    ]
    changed = [
        tag("li", after.question, tag("small", f"{_said(before)} → {_said(after)}"))
        for before, after in found.changed[:_CHANGED]
    ]
    return [
        tag("h2", f"Against the run of {baseline.ended}: {len(found.changed)} answers changed"),
        *[tag("ul", *changed, class_="changed")] * bool(changed),
        tag(
            "details",
            tag("summary", "All differences"),
            _table(("Figure", "Difference", "95 % interval", ""), rows),
        ),
    ]


def _wrong(row: Row, texts: Mapping[str, str], *, linked: bool) -> Html:
    gold = [_sentence(place, texts, linked=linked) for place in row.evidence]
    cited = [_sentence(place, texts, linked=linked) for place in row.citations]
    said = row.prediction if row.answered else f"refused: {row.reason}"
    wanted = " | ".join(row.answers) or ("the sentence" if row.answerable else "a refusal")
    return tag(
        "section",
        tag("h3", row.question),
        tag("p", tag("b", said), f" ({row.kind}, confidence {row.confidence:.2f})"),
        *[tag("p", "cited: ", *cited)] * bool(cited),
        tag("p", f"wanted: {wanted}", class_="soft"),
        *[tag("p", "from: ", *gold)] * bool(gold),
        class_="worst",
    )


def _sentence(place: Place, texts: Mapping[str, str], *, linked: bool) -> Html:
    text = texts[place.doc_id][place.start : place.end]
    if not linked:
        return tag("q", text)
    return tag(
        "button",
        text,
        type="button",
        class_="jump",
        data_doc=place.doc_id,
        data_start=place.start,
        data_end=place.end,
    )


def _said(row: Row) -> str:
    right = "right" if row.scores.get("right") else "not right"
    return f"{row.prediction if row.answered else 'refused'} ({right})"


def _table(head: Sequence[str], rows: Sequence[Html]) -> Html:
    return tag(
        "div",
        tag(
            "table",
            tag("thead", tag("tr", *(tag("th", name, scope="col") for name in head))),
            tag("tbody", *rows),
        ),
        class_="wide",
    )
