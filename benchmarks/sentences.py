"""Compare sentence splitters on the golden rows and, when given, on a SQuAD file.

    python benchmarks/sentences.py [--squad FILE.json.gz] [--misses NAME]

Prints a Markdown table with one column per splitter. pysbd, sentencex and syntok are optional: one
that is not installed is left out. Every splitter is asked for offsets in its own way; "+ lines" is
the same splitter inside our line structure.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from afgqa.language import sentences

Offsets = tuple[tuple[int, int], ...]
Splitter = Callable[[str], Offsets]
GOLD = Path(__file__).parents[1] / "tests" / "data" / "sentences.jsonl"


def trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the span without white space at its ends, or nothing if nothing is left."""
    piece = text[start:end]
    if kept := piece.strip():
        start += len(piece) - len(piece.lstrip())
        yield start, start + len(kept)


def load_sentencex() -> Splitter:
    import sentencex

    def split(text: str) -> Offsets:
        found = sentencex.get_sentence_boundaries("en", text)
        return tuple(
            s for b in found for s in trimmed(text, int(b["start_index"]), int(b["end_index"]))
        )

    return split


def load_pysbd() -> Splitter:
    import pysbd

    segmenter = pysbd.Segmenter(language="en", clean=False, char_span=True)

    def split(text: str) -> Offsets:
        return tuple(s for b in segmenter.segment(text) for s in trimmed(text, b.start, b.end))

    return split


def load_syntok() -> Splitter:
    from syntok import segmenter

    def split(text: str) -> Offsets:
        rows = [tokens for paragraph in segmenter.process(text) for tokens in paragraph if tokens]
        return tuple((t[0].offset, t[-1].offset + len(t[-1].value)) for t in rows)

    return split


def by_lines(inner: Splitter) -> Splitter:
    """Our line structure around another splitter: the layer that any choice would need."""

    def split(text: str) -> Offsets:
        spans: list[tuple[int, int]] = []
        for start, end, whole in sentences.units(text):
            found = [(0, end - start)] if whole else inner(text[start:end])
            spans += [s for a, b in found for s in trimmed(text, start + a, start + b)]
        return tuple(spans)

    return split


def splitters() -> dict[str, Splitter]:
    """The installed splitters by name, ours first."""
    found: dict[str, Splitter] = {"afgqa": sentences.split}
    loaders = {"sentencex": load_sentencex, "pysbd": load_pysbd, "syntok": load_syntok}
    for name, load in loaders.items():
        try:
            inner = load()
        except ImportError:
            print(f"{name} is not installed: left out (pip install {name})", file=sys.stderr)
            continue
        found[name] = inner
        found[f"{name} + lines"] = by_lines(inner)
    return found


def lawful(text: str, spans: Offsets) -> bool:
    """Ordered, apart, trimmed, and every non-space character inside a span."""
    at = 0
    for start, end in spans:
        piece = text[start:end]
        if start < at or not piece or piece != piece.strip() or text[at:start].strip():
            return False
        at = end
    return not text[at:].strip()


def inner_boundaries(spans: Offsets) -> set[int]:
    """Where a sentence begins, except the first: the decisions a splitter takes."""
    return {start for start, _ in spans[1:]}


def gold_rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]


def gold_spans(row: dict[str, Any]) -> Offsets:
    spans, at = [], 0
    for sentence in row["sentences"]:
        start = row["text"].index(sentence, at)
        at = start + len(sentence)
        spans.append((start, at))
    return tuple(spans)


def measure_gold(split: Splitter) -> dict[str, str]:
    rows = gold_rows()
    right = kept = hit = guessed = true = 0
    for row in rows:
        gold, spans = gold_spans(row), split(row["text"])
        right += spans == gold
        kept += lawful(row["text"], spans)
        ours, theirs = inner_boundaries(spans), inner_boundaries(gold)
        hit, guessed, true = hit + len(ours & theirs), guessed + len(ours), true + len(theirs)
    precision, recall = hit / max(guessed, 1), hit / max(true, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {
        f"golden rows right, of {len(rows)}": str(right),
        f"golden rows with the laws kept, of {len(rows)}": str(kept),
        "boundary precision, golden": f"{precision:.3f}",
        "boundary recall, golden": f"{recall:.3f}",
        "boundary F1, golden": f"{f1:.3f}",
    }


def measure_squad(split: Splitter, paragraphs: list[dict[str, Any]]) -> dict[str, str]:
    """Laws, answers cut in two, speed, and agreement with ours, over SQuAD paragraphs."""
    texts = [paragraph["context"] for paragraph in paragraphs]
    begin = time.perf_counter()
    results = [split(text) for text in texts]
    seconds = time.perf_counter() - begin
    kept = count = cut = answers = same = total = 0
    for paragraph, spans in zip(paragraphs, results, strict=True):
        text = paragraph["context"]
        kept += lawful(text, spans)
        count += len(spans)
        starts = inner_boundaries(spans)
        reference = inner_boundaries(sentences.split(text))
        same, total = same + len(starts & reference), total + len(starts | reference)
        wanted = {(a["answer_start"], a["text"]) for q in paragraph["qas"] for a in q["answers"]}
        answers += len(wanted)
        cut += sum(any(at < s < at + len(answer) for s in starts) for at, answer in wanted)
    return {
        f"SQuAD paragraphs with the laws kept, of {len(texts)}": str(kept),
        "sentences found": str(count),
        f"answers cut in two, per mille of {answers}": f"{1000 * cut / max(answers, 1):.2f}",
        "boundaries shared with afgqa (Jaccard)": f"{same / max(total, 1):.4f}",
        "ms per 1000 sentences": f"{1e6 * seconds / max(count, 1):.0f}",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--squad", type=Path, help="a SQuAD-style file, .json.gz")
    parser.add_argument("--misses", help="also print the golden rows this splitter gets wrong")
    options = parser.parse_args()
    paragraphs: list[dict[str, Any]] = []
    if options.squad is not None:
        with gzip.open(options.squad, "rt", encoding="utf-8") as file:
            paragraphs = [p for article in json.load(file)["data"] for p in article["paragraphs"]]
    found = splitters()
    columns = {name: measure_gold(split) for name, split in found.items()}
    if paragraphs:
        for name, split in found.items():
            columns[name] |= measure_squad(split, paragraphs)
    print("| measure |", " | ".join(columns), "|")
    print("|---|" + "--:|" * len(columns))
    for measure in next(iter(columns.values())):
        print(f"| {measure} |", " | ".join(column[measure] for column in columns.values()), "|")
    if options.misses is not None:
        for row in gold_rows():
            if (spans := found[options.misses](row["text"])) != gold_spans(row):
                print(f"\n{row['label']}: {[row['text'][a:b] for a, b in spans]}")


if __name__ == "__main__":
    main()
