"""The passes of a training: questions beside windows, drawn and tokenised once and then kept."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from reader_data import Article
from reader_edits import Edits, edited, learned
from reader_features import QUESTION_TOKENS, Features, encode
from reader_polar import polar
from reader_rows import Count, Row, answered, mined, titled, token_counter, unanswered
from reader_statements import statement_rows
from reader_swaps import swapped
from reader_tables import table_rows
from reader_vectors import Remembering
from reader_verdicts import framed, verdict_rows
from reader_wordings import Wordings, reworded, wordings

from afgqa.search.embedders import load_embedder
from afgqa.settings import DEFAULT_EMBEDDER

FEATURES = "features.npz"  # in a run's folder
_LONGEST = 256  # tokens: a verdict can lie in a whole paragraph


@dataclass(frozen=True, slots=True)
class Mixture:
    """What a pass is drawn from, and how many `passes` there are.

    `answerable` is the share of the answerable questions in a pass; all others are always in it.
    `negatives` is the share of all answerable questions that a mined negative is made of, `swaps`
    and `edits` those of which a question without an answer is made. With edits, the questions of
    which people made unanswerable ones are in every pass besides, so that the reader always sees
    both. `polar` is the share of the questions that can be asked for yes or no that are, each
    beside its answer; half as many are asked beside a mined negative. `reworded` is the share of
    the other questions that other words are looked for. A share of the passages is `titled`, read
    after the title of their article. `verdicts_from` names files of yes-no questions and claims, as
    `FILE` or `FILE:TIMES:WEIGHT`; of the short ones a share is `framed` besides. `tables` and
    `statements` are so many questions about made-up tables and statements. A window has at most as
    many tokens as one of `limits`, and begins anywhere with probability `shift`.
    """

    passes: int
    answerable: float
    negatives: float
    swaps: float
    edits: float
    polar: float
    reworded: float
    titled: float
    verdicts_from: Sequence[str]
    framed: float
    tables: int
    statements: int
    limits: Sequence[int]
    shift: float
    seed: int


def passes_of(
    cache: Path,
    articles: Sequence[Article],
    tokenizer: Any,
    mixture: Mixture,
    vectors: Path | None = None,
) -> list[Features]:
    """The features of each pass: read from the file `cache`, or drawn and then written to it.

    What is embedded for it is kept in the file `vectors`.
    """
    names = [field.name for field in fields(Features)]
    if not cache.exists():
        begin = time.monotonic()
        made: dict[str, Any] = {}
        count, limits = token_counter(tokenizer), mixture.limits
        edits = learned(articles if mixture.edits or mixture.reworded else [])
        if edits.origins:
            print(
                f"{len(edits.origins)} answerable questions that people edited, "
                f"{len(edits.exchanges)} words that they exchanged",
                file=sys.stderr,
            )
        embedder = lru_cache(load_embedder)  # only if it is needed, and once
        embed = Remembering(
            lambda texts: embedder().encode_document(texts), vectors, DEFAULT_EMBEDDER
        )
        known = wordings(articles if mixture.reworded else [], edits, embed)
        for number in range(mixture.passes):
            chance = random.Random(f"{mixture.seed} {number}")
            rows = _drawn(articles, mixture, number, count, chance, embed, edits, known)
            embed.save()
            rows += _more(mixture, chance)
            features = encode(rows, tokenizer, max(max(limits) + QUESTION_TOKENS, _LONGEST))
            made |= {f"{name} {number}": getattr(features, name) for name in names}
            if not len(features):
                raise SystemExit(
                    "No training rows were made: give files with questions of two articles or more."
                )
            print(
                f"pass {number}: {len(features)} rows, {np.mean(features.end > 0):.3f} answerable, "
                f"{np.mean(features.end == 0):.3f} not, {np.mean(features.verdict > 0):.3f} for a "
                f"verdict, "
                f"{len(features.ids) / len(features):.0f} tokens each, "
                f"{time.monotonic() - begin:.0f} s",
                file=sys.stderr,
                flush=True,
            )
        new = cache.with_name("features.new.npz")
        np.savez(new, **made)
        new.replace(cache)
    with np.load(cache) as found:
        return [
            Features(**{name: found[f"{name} {number}"] for name in names})
            for number in range(mixture.passes)
        ]


def _drawn(
    articles: Sequence[Article],
    mixture: Mixture,
    number: int,
    count: Count,
    chance: random.Random,
    embed: Remembering,
    edits: Edits,
    known: Wordings,
) -> list[Row]:
    """The rows of one pass that are made of the articles' own questions."""
    limits = mixture.limits
    rows = [
        titled(row, article.title) if chance.random() < mixture.titled else row
        for article in articles
        for asked in [_polar(article, mixture, number)]
        for row in chain(
            answered(
                article,
                mixture.answerable,
                limits,
                mixture.shift,
                count,
                chance,
                always=edits.origins if mixture.edits else frozenset(),
            ),
            unanswered(article, limits, count, chance),
            mined(article, mixture.negatives, limits, count, chance, embed),
            swapped(article, mixture.swaps, limits, count, chance),
            edited(article, edits, mixture.edits, limits, count, chance),
            answered(asked, mixture.polar, limits, mixture.shift, count, chance),
            mined(asked, mixture.polar / 2, limits, count, chance, embed),
        )
    ]
    # In other words a verdict might be another.
    return [
        reworded(row, known, edits, chance)
        if not row.verdict and chance.random() < mixture.reworded
        else row
        for row in rows
    ]


def _more(mixture: Mixture, chance: random.Random) -> list[Row]:
    said = [*statement_rows(mixture.statements, chance)]
    rows = [*table_rows(mixture.tables, chance), *said, *framed(said, mixture.framed, chance)]
    for named in mixture.verdicts_from:
        path, _, counted = named.partition(":")
        times, _, weight = counted.partition(":")
        found = verdict_rows(Path(path), float(weight or 1))
        rows += found * int(times or 1)
        rows += framed(found, mixture.framed, chance)
    return rows


def _polar(article: Article, mixture: Mixture, number: int) -> Article:
    if not mixture.polar:
        return Article(article.title, article.paragraphs, ())
    return polar(article, random.Random(f"{mixture.seed} {number} {article.title}"))
