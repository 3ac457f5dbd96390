"""Question to hits: sentences in a total order, by dense and lexical evidence.

Four searches bring candidates: the question's vector and its terms, each against single
sentences and against chunks (a sentence next to the right words is often the right sentence).
A candidate is then judged by evidence that means the same in every engine: the cosine of its
vector and the salient share of the question's terms that it holds, for the sentence and for
the best chunk around it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from afgqa.protocols import Embedder, Ranked, Snapshot
from afgqa.search.term_weights import coverages, question_weights
from afgqa.settings import Settings
from afgqa.types import Hit, Mode, Passage, Ref

__all__ = ["Found", "retrieve"]

# How much coverage counts beside cosine. A listwise logistic fit on SQuAD 1.1 train articles gave
# cosine 5.2 and 5.5 (sentence, chunk), coverage 4.4 and 4.4: see docs/retrieval.md.
_COVERAGE = 0.83


@dataclass(frozen=True, slots=True)
class Found:
    """What retrieval found for a question: hits, best first, and the weights of its terms."""

    hits: tuple[Hit, ...]
    weights: Mapping[str, float]


def retrieve(
    view: Snapshot,
    embedder: Embedder,
    question: str,
    *,
    settings: Settings,
    mode: Mode = "hybrid",
    docs: Sequence[str] | None = None,
) -> Found:
    """The sentences that may answer `question`, at most `settings.candidates`, best first.

    `mode` "dense" finds and orders by the cosine of the sentence alone, "lexical" by BM25 over
    sentences alone; "hybrid" by all of it. A hit's score is the evidence in every mode. `docs`
    keeps the search within these documents.
    """
    k = settings.candidates
    weights = question_weights(view, question)
    vector = embedder.encode_query([question])[0]
    dense = view.dense(vector, k, "sentence", docs)
    lexical = view.lexical(list(weights), k, "sentence", docs)
    near = view.dense(vector, k, "chunk", docs)
    matching = view.lexical(list(weights), k, "chunk", docs)
    chunks = view.fetch(_merge(near, matching))
    context = _context(chunks, dict(near), _floor(near), weights)
    # A mode says what is found and in which order; the evidence means the same in all of them.
    refs = {
        "dense": _merge(dense),
        "lexical": _merge(lexical),
        "hybrid": _with_sentences_of(chunks, _merge(dense, lexical)),
    }[mode]
    similarity = dict(dense)
    dense_rank, lexical_rank = _ranks(dense), _ranks(lexical)
    hits = []
    passages = view.fetch(refs)
    shares = coverages(weights, (passage.terms for passage in passages))
    for passage, covered in zip(passages, shares, strict=True):
        ref = passage.ref
        # What a search did not return is no nearer than the last that it did return.
        own = similarity.get(ref, _floor(dense)) + _COVERAGE * covered
        around = context.get(ref, _floor(near) + _COVERAGE * covered)
        score = (own + around) / (2 + 2 * _COVERAGE)
        hits.append(
            Hit(
                passage=passage,
                score=min(1.0, max(0.0, score)),
                similarity=similarity.get(ref),
                coverage=covered,
                dense_rank=dense_rank.get(ref),
                lexical_rank=lexical_rank.get(ref),
            )
        )
    if mode == "hybrid":
        hits.sort(key=lambda hit: (-round(hit.score, 6), hit.passage.ref))
    return Found(tuple(hits[:k]), weights)


def _with_sentences_of(chunks: Sequence[Passage], refs: Sequence[Ref]) -> list[Ref]:
    inside = (
        Ref(chunk.ref.doc_id, "sentence", number)
        for chunk in chunks
        for number in range(chunk.first, chunk.last)
    )
    return list(dict.fromkeys((*refs, *inside)))


def _context(
    chunks: Sequence[Passage],
    similarity: Mapping[Ref, float],
    floor: float,
    weights: Mapping[str, float],
) -> dict[Ref, float]:
    """Evidence around each sentence: the best cosine and the best coverage of its chunks."""
    cosine: dict[Ref, float] = {}
    covered: dict[Ref, float] = {}
    shares = coverages(weights, (chunk.terms for chunk in chunks))
    for chunk, share in zip(chunks, shares, strict=True):
        near = similarity.get(chunk.ref, floor)
        for number in range(chunk.first, chunk.last):
            ref = Ref(chunk.ref.doc_id, "sentence", number)
            cosine[ref] = max(cosine.get(ref, floor), near)
            covered[ref] = max(covered.get(ref, 0.0), share)
    return {ref: cosine[ref] + _COVERAGE * covered[ref] for ref in cosine}


def _merge(*rankings: Ranked) -> list[Ref]:
    return list(dict.fromkeys(ref for ranking in rankings for ref, _ in ranking))


def _ranks(ranking: Ranked) -> dict[Ref, int]:
    return {ref: rank for rank, (ref, _) in enumerate(ranking, start=1)}


def _floor(ranking: Ranked) -> float:
    return ranking[-1][1] if ranking else 0.0
