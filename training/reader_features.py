"""Rows to numbers: token ids of a whole pass in flat arrays, and batches of them as tensors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from reader_rows import NO, OPEN, YES, Row

QUESTION_TOKENS = 64  # room for a question; longer ones shorten their passage
_BLOCK = 16  # lengths are padded to multiples: each new shape costs compiled kernels
_POOL = 50  # batches that are sorted by length together


@dataclass(frozen=True, slots=True)
class Features:
    """Token ids of many rows end to end: row i is `ids[bounds[i]:bounds[i + 1]]`.

    `first` is the place of the passage's first token in its row; `start` and `end` are the places
    of the answer's first and last token, both 0 (the first token of all) where there is no answer
    and -1 where nobody marked it. `verdict` and `weight` are those of `Row`.
    """

    ids: NDArray[np.uint16]
    bounds: NDArray[np.int64]
    first: NDArray[np.int16]
    start: NDArray[np.int16]
    end: NDArray[np.int16]
    verdict: NDArray[np.uint8]
    weight: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.first)


class Batch(NamedTuple):
    """Rows as tensors: the model's input, the places where an answer may stand, and what is right.

    `start` and `end` are 0 for no answer and -1 where nobody marked it; `verdict` has a column for
    each of open, yes and no, true where that is right, and none where it is not known.
    """

    input: dict[str, torch.Tensor]
    allowed: torch.Tensor
    start: torch.Tensor
    end: torch.Tensor
    verdict: torch.Tensor
    weight: torch.Tensor


def encode(rows: Sequence[Row], tokenizer: Any, longest: int) -> Features:
    """The features of rows; one whose answer was cut off at `longest` tokens is left out."""
    ids: list[NDArray[np.uint16]] = []
    places: list[tuple[int, int, int]] = []
    kept: list[Row] = []
    for begin in range(0, len(rows), 1000):
        some = rows[begin : begin + 1000]
        encoded = tokenizer(
            [row.question for row in some],
            [row.passage for row in some],
            truncation="longest_first",  # a scenario can be longer than what is asked about it
            max_length=longest,
        )
        for row, encoding in zip(some, encoded.encodings, strict=True):
            start, end = (0, 0) if row.end == 0 else (-1, -1)
            if row.end > 0:
                found = encoding.char_to_token(row.start, 1), encoding.char_to_token(row.end - 1, 1)
                if None in found:
                    continue
                start, end = found
            if 1 not in encoding.sequence_ids:
                continue  # a question that leaves no room for its passage
            ids.append(np.array(encoding.ids, dtype=np.uint16))
            places.append((encoding.sequence_ids.index(1), start, end))
            kept.append(row)
    bounds = np.cumsum([0, *map(len, ids)], dtype=np.int64)
    first, start_, end_ = np.array(places, dtype=np.int16).reshape(-1, 3).T
    flat = np.concatenate([np.zeros(0, dtype=np.uint16), *ids])
    verdict = np.array([row.verdict for row in kept], dtype=np.uint8)
    weight = np.array([row.weight for row in kept], dtype=np.float32)
    return Features(flat, bounds, first, start_, end_, verdict, weight)


def collate(features: Features, rows: list[int], pad: int, *, typed: bool) -> Batch:
    """Rows padded to one length; `typed` says whether the model wants to know which is passage."""
    lengths = [int(features.bounds[i + 1] - features.bounds[i]) for i in rows]
    shape = (len(rows), _BLOCK * -(-max(lengths) // _BLOCK))
    ids = np.full(shape, pad, dtype=np.int64)
    kind, mask = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    allowed = np.zeros(shape, dtype=np.bool_)
    for line, (i, length) in enumerate(zip(rows, lengths, strict=True)):
        ids[line, :length] = features.ids[features.bounds[i] : features.bounds[i + 1]]
        mask[line, :length] = 1
        kind[line, features.first[i] : length] = 1
        allowed[line, features.first[i] : length - 1] = True
    allowed[:, 0] = True
    batch = {"input_ids": ids, "attention_mask": mask}
    if typed:
        batch["token_type_ids"] = kind
    bits = np.array([OPEN, YES, NO], dtype=np.uint8)
    return Batch(
        {name: torch.from_numpy(values) for name, values in batch.items()},
        torch.from_numpy(allowed),
        torch.from_numpy(features.start[rows].astype(np.int64)),
        torch.from_numpy(features.end[rows].astype(np.int64)),
        torch.from_numpy((features.verdict[rows][:, None] & bits) > 0),
        torch.from_numpy(features.weight[rows]),
    )


def batches(
    passes: Sequence[Features], size: int, *, seed: int, skip: int
) -> Iterator[tuple[Features, list[int]]]:
    """Batches without end, the same for the same seed, from batch number `skip` on.

    The rows of a pass are shuffled, so that any stretch of it is the same mixture; then each
    `_POOL` batches are sorted by length, so that little is padded, and shuffled again.
    """
    number = 0
    while True:
        features = passes[number % len(passes)]
        rng = np.random.default_rng([seed, number])
        number += 1
        order = rng.permutation(len(features))
        blocks = -(-np.diff(features.bounds) // _BLOCK)
        found: list[list[int]] = []
        for begin in range(0, len(order), _POOL * size):
            pool = order[begin : begin + _POOL * size]
            pool = pool[np.argsort(blocks[pool], kind="stable")]
            cut = [pool[at : at + size].tolist() for at in range(0, len(pool), size)]
            found += [cut[at] for at in rng.permutation(len(cut))]
        if skip >= len(found):
            skip -= len(found)
            continue
        for rows in found[skip:]:
            yield features, rows
        skip = 0
