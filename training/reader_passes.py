"""The passes of a training: questions beside windows, drawn and tokenised once and then kept."""

from __future__ import annotations

import argparse
import random
import sys
import time
from dataclasses import fields
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from reader_data import Article, answered, mined, token_counter, unanswered
from reader_features import QUESTION_TOKENS, Features, encode

FEATURES = "features.npz"  # in a run's folder


def passes_of(
    cache: Path, articles: list[Article], tokenizer: Any, given: argparse.Namespace
) -> list[Features]:
    """The features of each pass, from the run's folder if it has them."""
    names = [field.name for field in fields(Features)]
    if not cache.exists():
        begin = time.monotonic()
        made: dict[str, Any] = {}
        count = token_counter(tokenizer)
        for number in range(given.passes):
            chance = random.Random(f"{given.seed} {number}")
            rows = list(
                chain.from_iterable(
                    chain(
                        answered(
                            article, given.answerable, given.limits, given.shift, count, chance
                        ),
                        unanswered(article, given.limits, count, chance),
                        mined(article, given.negatives, given.limits, count, chance),
                    )
                    for article in articles
                )
            )
            features = encode(rows, tokenizer, max(given.limits) + QUESTION_TOKENS)
            made |= {f"{name} {number}": getattr(features, name) for name in names}
            print(
                f"pass {number}: {len(features)} rows, {np.mean(features.end > 0):.3f} answerable, "
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
            for number in range(given.passes)
        ]
