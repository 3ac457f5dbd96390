"""Suggested entries of a glossary: scores by hand, the draft; the real model (marked `model`)."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from afgqa.documents.glossary_candidates import FREQUENT, Suggestion, Vocabulary, suggest
from afgqa.documents.glossary_draft import draft
from afgqa.documents.loading import document_from_text, load_documents
from afgqa.errors import DocumentError
from afgqa.language.glossary import meanings, parse
from afgqa.language.spelling import frequent
from afgqa.protocols import Spots, TokenEmbedder, Vectors
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.types import Document, Gloss

ROOT = Path(__file__).parents[2]
ODD = {"energy": (0.0, 1.0), "could": (0.0, 1.0), "power": (0.6, 0.8)}
SEIZED = "They seized energy."
# The subject of SEIZED is (3, 1), and "power" is (0.6, 0.8): so much nearer to it than "energy".
PULL = (0.6 * 3 + 0.8 * 1 - 1) / math.sqrt(10)
FOUND = Suggestion("seized energy", "energy", round(PULL, 4), ((5, 18),), (0, 19), ("power",))


class Table(HashingEmbedder):
    """Two dimensions: the words of a table, and every other word or mark to the right."""

    def __init__(self) -> None:
        super().__init__(2)

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        rows = [ODD.get(text.lower(), (1.0, 0.0)) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), 2)


POWER, NOTHING = (Vocabulary.of(words, Table()) for words in (("power",), ()))


def document(text: str) -> Document:
    return document_from_text(text, doc_id="a.txt")


def suggested(text: str, *glossary: Gloss, **options: float) -> tuple[Suggestion, ...]:
    given = replace(document(text), glossary=glossary)
    return suggest(given, Table(), POWER, at_least=options.get("at_least", -1))


def test_a_word_that_does_not_fit_by_hand() -> None:
    assert suggested(SEIZED) == (FOUND,)


def test_a_word_that_fits_is_near_all_others() -> None:
    found = suggested("They seized energy, they sold.", at_least=-9)
    sold = next(one for one in found if one.word == "sold")
    # The subject is (6, 1); "power" is further from it. The rest of the sentence is (5, 1), and
    # has pieces in the very same direction.
    pull = (0.6 * 6 + 0.8 * 1 - 6) / math.sqrt(37)
    assert sold.score == pytest.approx(pull - 5 / math.sqrt(26) - 1, abs=1e-4)


def test_what_the_glossary_explains_is_left_out() -> None:
    assert suggested(SEIZED, Gloss("energy", "power")) == ()
    assert suggested(SEIZED, Gloss("seized energy", "seized power")) == ()


@pytest.mark.parametrize(
    ("text", "phrase", "places"),
    [
        ("They want energy talks.", "energy talks", 1),
        ("They want the energy of it.", "the energy", 1),
        ("The new Energy Office of it.", "Energy Office", 1),
        ("They want energy, talks and all.", "want energy", 1),
        ("They say that they have now seized\nenergy. They seized energy.", "seized energy", 2),
        ("Energy talks.", None, 0),
        ("In Could, they left.", "In Could", 1),
        ("They could leave.", None, 0),
        ("They left in Could-be, energy2 and energy's.", None, 0),
    ],
)
def test_the_phrase_of_a_word(text: str, phrase: str | None, places: int) -> None:
    assert [(one.phrase, len(one.places)) for one in suggested(text)] == (
        [] if phrase is None else [(phrase, places)]
    )


def test_a_word_that_is_odd_beside_several_stands_alone() -> None:
    text = "They seized energy. They sold energy. They made energy."
    (found,) = suggested(text)
    assert (found.phrase, found.places) == ("energy", ((12, 18), (30, 36), (48, 54)))


def test_as_many_as_asked_for() -> None:
    given = document(SEIZED)
    assert suggest(given, Table(), POWER, count=1, at_least=-9) == (FOUND,)
    assert suggest(given, Table(), POWER, at_least=PULL + 0.01) == ()
    assert suggest(given, Table(), NOTHING) != (FOUND,)  # without words to guess there is no guess
    assert suggest(given, Table(), NOTHING)[0].guesses == ()


def test_the_twin_reads_pieces() -> None:
    twin = HashingEmbedder(16, max_tokens=3)
    assert twin.encode_tokens([]) == ()
    ((spots, rows), (none, empty)) = twin.encode_tokens(["A lamp, gulls", ""])
    assert spots == ((0, 1), (2, 6), (6, 7))
    assert np.array_equal(rows, twin.encode_document(["A", "lamp", ","]))
    assert (none, empty.shape) == ((), (0, 16))


DRAFT = """\
# a.txt: 1 suggestions, the likeliest first
# Where a phrase is odd, take the # from its entry and write what it means.

# They seized energy.
# at 5; energy: power?
#"seized energy" = \"\""""


def test_nothing_of_a_draft_is_taken_by_accident() -> None:
    made = draft(document(SEIZED), [FOUND])
    assert made == DRAFT
    assert parse(made, "x") == ()
    with pytest.raises(DocumentError, match="seized energy"):
        parse(made.replace('#"', '"'), "x")


def test_a_draft_that_was_filled_in_is_a_glossary() -> None:
    made = draft(document(SEIZED), [FOUND])
    filled = made.replace('#"', '"').replace('""', '"seized power"')
    assert parse(filled, "x") == (Gloss("seized energy", "seized power"),)


def test_a_draft_of_a_text_with_marks_that_toml_forbids() -> None:
    text = 'They\n  said \x7f to ’d’affaires’ \x85that they "seized\tenergy".'
    given = document_from_text(text, doc_id="a\nb.txt")
    found = suggest(given, Table(), POWER, at_least=-9)
    assert len(found) > 1
    filled = re.sub('^#"(.*)""$', r'"\1"m"', draft(given, found), flags=re.MULTILINE)
    assert [gloss.phrase for gloss in parse(filled, "x")] == [one.phrase for one in found]


def test_frequent_words() -> None:
    assert frequent(3) == frequent(9)[:3]
    assert all(len(word) > 2 and word.islower() for word in frequent(100))


# -- the real model -----------------------------------------------------------------------------


@pytest.mark.model
def test_the_model_reads_pieces(embedder: TokenEmbedder) -> None:
    texts = ["The bridge was built in 1912.", "Cats sleep."]
    read = embedder.encode_tokens(texts)
    assert [text[a:b] for text, (spots, _) in zip(texts, read, strict=True) for a, b in spots] == (
        "The bridge was built in 1912 . Cats sleep .".split()
    )
    assert [(rows.shape, rows.dtype) for _, rows in read] == [
        ((7, 384), np.dtype(np.float32)),
        ((3, 384), np.dtype(np.float32)),
    ]
    # Nearly the mean that is the vector of the text: only the model's two marks are not in it.
    for (_, rows), whole in zip(read, embedder.encode_document(texts), strict=True):
        mean = rows.mean(axis=0)
        assert float(mean @ whole) / float(np.linalg.norm(mean)) > 0.95
    spots: Spots = embedder.encode_tokens(["word " * 1000])[0][0]
    assert len(spots) == embedder.max_tokens - 2


@pytest.mark.model
def test_a_paraphrase_and_normal_english(embedder: TokenEmbedder) -> None:
    words = Vocabulary.of(frequent(FREQUENT), embedder)

    def found(given: Document) -> tuple[Suggestion, ...]:
        return suggest(replace(given, glossary=()), embedder, words)

    (article,) = load_documents([ROOT / "seeds"])
    gold = meanings(article.text, article.glossary)
    hits = [
        any(a < place.end and place.start < b for a, b in one.places for place in gold)
        for one in found(article)
    ]
    assert len(hits) >= 25
    assert sum(hits) >= 0.8 * len(hits)  # 0.87 when it was made
    texts = [ROOT / "tests/questions/texts" / name for name in ("bread.txt", "swift.txt")]
    for normal in load_documents(texts):
        assert len(found(normal)) <= 5
    explained = suggest(article, embedder, words)
    assert not {one.phrase for one in explained} & {gloss.phrase for gloss in article.glossary}
