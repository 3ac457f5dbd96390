"""The model card of a reader that ships."""

from __future__ import annotations

import platform
from collections.abc import Sequence

from reader_forms import FORMS


def card(
    form: str,
    results: dict[str, dict[str, float]],
    sample: str,
    trained: Sequence[str],
    today: str,
    calibrated: str | None = None,
    network: str = "A network",
) -> str:
    """The model card, with what was measured and what the run says of itself.

    `network` is what was trained, in words.
    """
    columns = list(results["fp32"])
    evened = f" Activations evened out by {calibrated}." if calibrated else ""
    digits = {"AUC": 3, "largest change": 3, "mean change": 4}
    lines = [
        "# The reader",
        "",
        "Marks the answer to an English question in a passage, or tells by a negative margin that",
        "there is none; and tells of a question for yes or no, or of a claim, whether the passage",
        "affirms it, denies it or leaves it open.",
        "",
        f"{network}, fine-tuned by `training/reader.py`.",
        "",
        f"Form: {form} ({FORMS[form]}).{evened}",
        "",
        f"Measured by `training/export_reader.py` on {sample}, gold paragraph given, {today},",
        f"{platform.system()} {platform.machine()}, two threads; ms: five passages of 128 tokens.",
        "",
        "| form | " + " | ".join(columns) + " |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for name, row in results.items():
        cells = (f"{row[column]:.{digits.get(column, 1)}f}" for column in columns)
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    lines += [
        "",
        "**Data.** SQuAD 1.1 train and a part of the unanswerable questions of SQuAD 2.0 train",
        "(both CC BY-SA 4.0) and a part of QED train (text CC BY-SA 3.0); no article of the files",
        "that are measured. For verdicts parts of CondaQA, Fool-Me-Twice and counterfactual SNLI",
        "(Apache-2.0), StrategyQA and FEVER-symmetric (MIT), BoolQ, ShARC and semi-automatic wiki",
        "NLI (CC BY-SA 3.0); and made-up tables and statements (`training/*.toml`).",
        "",
        *(["**Trainings**, each from what the one before left:", ""] if trained else []),
        *(f"{number}. {text}" for number, text in enumerate(trained, start=1)),
        *([""] if trained else []),
        "**Limits.** English; Wikipedia paragraphs in training; answers of at most 30 tokens that",
        "stand in the text word for word; a passage is read by itself, so what it leaves to other",
        "passages is not known; a negative margin is evidence, not proof, that there is no answer.",
    ]
    return "\n".join(lines) + "\n"
