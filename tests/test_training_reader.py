"""The reader's training program: the laws of its data, and the whole of it on a tiny model."""

from __future__ import annotations

import json
import random
import shutil
import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from average_reader import averaged
from average_reader import main as average
from export_reader import assemble, export
from island_squad import ISLANDS, squad
from measures import main as count_measures
from reader import main
from reader_card import card
from reader_data import Article, Question, hold_out, load, plain, without
from reader_edits import Edits, edited, fitting, learned
from reader_features import Features, batches, collate, encode
from reader_passes import Mixture, passes_of
from reader_polar import polar
from reader_recipe import Recipe, factor
from reader_record import trainings
from reader_rows import (
    Row,
    answered,
    mined,
    place,
    token_counter,
    unanswered,
    windows,
)
from reader_scores import Asked, Prediction, best_threshold, marked, predict, refusing_scores
from reader_swaps import swapped
from reader_train import Run, read_log
from reader_vectors import Remembering
from reader_weights import open_model
from reader_wordings import reworded, wordings
from reading_cases import save_stirred
from translations import translations

from afgqa.documents import document_from_text
from afgqa.embedders import default_files, load_embedder
from afgqa.index import passages_of
from afgqa.measures import normalize
from afgqa.settings import Settings
from afgqa.types import Reading, Span, Unit


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(default_files(), local_files_only=True)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a random BERT of two layers and the default embedder's tokenizer."""
    from transformers import BertConfig, BertForQuestionAnswering

    folder = tmp_path_factory.mktemp("tiny")
    torch.manual_seed(1)
    config = BertConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    model = BertForQuestionAnswering(config)
    save_stirred(model, folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(default_files() / name, folder)
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "squad.json"
    path.write_text(json.dumps(squad()), encoding="utf-8")
    return path


@pytest.fixture
def articles(data: Path) -> list[Article]:
    return load(data)


def article(*paragraphs: str, questions: Sequence[Question] = ()) -> Article:
    return Article("A", paragraphs, tuple(questions))


# -- data ---------------------------------------------------------------------------------------


def test_a_file_is_read_whole(articles: list[Article]) -> None:
    assert [a.title for a in articles] == ISLANDS
    assert articles[0].questions[0] == Question(
        "Skerry, Who was the first keeper of Skerry tower?",
        "Who was the first keeper of Skerry tower?",
        0,
        (("Ann Vane", 60),),
    )
    assert [len(a.questions) for a in articles] == [4] * 5
    assert articles[0].questions[3].answers == ()


@pytest.mark.parametrize("shift", [0.0, 1.0])
@pytest.mark.parametrize("limit", [14, 30, 200])
def test_windows_hold_their_answers(
    articles: list[Article], tokenizer: Any, limit: int, shift: float
) -> None:
    count = token_counter(tokenizer)
    for one in articles:
        questions = [q for q in one.questions if q.answers]
        rows = list(answered(one, 1.0, [limit], shift, count, random.Random(0)))
        assert [row.question for row in rows] == [plain(q.text) for q in questions]
        for row, question in zip(rows, questions, strict=True):
            assert row.passage[row.start : row.end] == question.answers[0][0]
            assert row.passage in one.paragraphs[question.paragraph]
            assert count([row.passage])[0] <= limit


def test_a_share_of_the_answerable_is_drawn_anew_for_each_pass(
    articles: list[Article], tokenizer: Any
) -> None:
    count, chance = token_counter(tokenizer), random.Random(0)
    passes = [
        [row.question for one in articles for row in answered(one, 0.5, [30], 0.0, count, chance)]
        for _ in range(20)
    ]
    every = {plain(q.text) for one in articles for q in one.questions if q.answers}
    assert set().union(*passes) == every
    assert sum(map(len, passes)) == pytest.approx(0.5 * 20 * len(every), rel=0.2)
    assert len(set(map(tuple, passes))) > 10


def test_an_answer_across_all_windows_is_left_out(tokenizer: Any) -> None:
    text = "Gulls nest here. Ropes rot there."
    question = Question("q", "What happens?", 0, ((text, 0),))
    one = article(text, questions=[question])
    count = token_counter(tokenizer)
    assert list(answered(one, 1.0, [4], 0.5, count, random.Random(0))) == []


def test_shifted_windows_vary_the_place(tokenizer: Any) -> None:
    text = "One bird sat. Two birds sat. Ann came. Three birds sat. Four birds sat."
    one = article(text, questions=[Question("q", "Who came?", 0, (("Ann", 29),))])
    count, chance = token_counter(tokenizer), random.Random(0)
    found = {next(answered(one, 1.0, [12], 1.0, count, chance)).passage for _ in range(40)}
    assert found == {
        "One bird sat. Two birds sat. Ann came.",
        "Two birds sat. Ann came. Three birds sat.",
        "Ann came. Three birds sat. Four birds sat.",
    }


@pytest.mark.parametrize(
    ("question", "at"),
    [
        ("When did the harbour freeze?", 36),
        ("When was the tower built?", 27),
        ("When?", 27),  # nothing tells: the place that the data gives
    ],
)
def test_the_occurrence_that_was_meant(question: str, at: int) -> None:
    text = "The old tower was built in 1804. In 1804 the harbour froze; the rent was 18045."
    asked = Question("q", question, 0, (("1804", 27),))
    assert place(asked, text) == (at, at + 4)


def test_the_nearest_window_for_a_question_without_answer(tokenizer: Any) -> None:
    text = "The harbour has a bridge. The tower has a red lamp. Gulls nest below the gallery."
    one = article(text, questions=[Question("q", "Who lit the red lamp?", 0, ())])
    rows = unanswered(one, [8], token_counter(tokenizer), random.Random(0))
    assert list(rows) == [("who lit the red lamp?", "The tower has a red lamp.", 0, 0)]


def alike(texts: Sequence[str]) -> Any:
    """Unit vectors by which every text is as near as another."""
    return np.ones((len(texts), 1), dtype=np.float32)


def test_a_negative_is_the_nearest_by_words_or_by_meaning(tokenizer: Any) -> None:
    text = "Ann keeps the lamp. Gulls nest below. A sailor lit the lamp of Holm. The sea is calm."
    one = article(text, questions=[Question("q", "Who lit the lamp?", 0, (("Ann", 0),))])

    def encode(texts: Sequence[str]) -> Any:
        near = {"Gulls nest below.": (1.0, 0.0), "Who lit the lamp?": (1.0, 0.0)}
        return np.array([near.get(text, (0.0, 1.0)) for text in texts], dtype=np.float32)

    count = token_counter(tokenizer)
    found = [
        row.passage
        for seed in range(30)
        for row in mined(one, 1.0, [8], count, random.Random(seed), encode)
    ]
    assert set(found) == {"Gulls nest below.", "A sailor lit the lamp of Holm."}


def test_what_is_remembered_is_encoded_once(tmp_path: Path) -> None:
    asked: list[str] = []

    def encode(texts: Sequence[str]) -> Any:
        asked.extend(texts)
        return np.array([[len(text)] for text in texts], dtype=np.float32).reshape(-1, 1)

    remembered = Remembering(encode)
    assert remembered(["a", "bb", "a"]).tolist() == [[1.0], [2.0], [1.0]]
    assert remembered(["ccc", "bb"]).tolist() == [[3.0], [2.0]]
    assert remembered([]).shape == (0, 1)
    remembered.save()  # nowhere
    kept = Remembering(encode, tmp_path / "vectors.npz")
    assert kept(["ccc", "d"]).tolist() == [[3.0], [1.0]]
    kept.save()
    assert Remembering(encode, tmp_path / "vectors.npz")(["d", "ee"]).tolist() == [[1.0], [2.0]]
    assert asked == ["a", "bb", "ccc", "ccc", "d", "ee"]
    with pytest.raises(ValueError, match="vectors of '', not of 'other'"):
        Remembering(encode, tmp_path / "vectors.npz", "other")
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.npz"]


def test_mined_negatives_hold_no_accepted_answer(articles: list[Article], tokenizer: Any) -> None:
    count = token_counter(tokenizer)
    for one in articles:
        rows = list(mined(one, 1.0, [14], count, random.Random(0), alike))
        questions = {plain(q.text): q for q in one.questions if q.answers}
        assert {row.question for row in rows} == set(questions)
        for row in rows:
            assert (row.start, row.end) == (0, 0)
            assert any(row.passage in paragraph for paragraph in one.paragraphs)
            (answer, _) = questions[row.question].answers[0]
            assert f" {normalize(answer)} " not in f" {normalize(row.passage)} "
    # By hand, for "Who was the first keeper of Eddis tower?": "first keeper" stands only beside the
    # answer; of the two windows with "Eddis" and "tower" the earlier is taken.
    assert rows[0].passage == "The tower on Eddis was built in 1844."


PORTS = [
    "In 1844 the ferry of Skerry sailed to Holm with Ann Vane. It was the first ferry of all.",
    "In 1911 the mill of Fathom burned down while Ben Fell slept. Rain put the fire out.",
]


def test_what_a_swapped_question_asks_is_not_answered(tokenizer: Any) -> None:
    asked = [
        Question("a", "To what island did the ferry of Skerry sail in 1844?", 0, (("Holm", 37),)),
        Question("b", "Who was on the first ferry?", 0, (("Ann Vane", 47),)),
        Question("c", "what sailed?", 0, (("ferry", 12),)),
    ]
    one = article(*PORTS, questions=asked)
    count, chance = token_counter(tokenizer), random.Random(0)
    rows = [row for _ in range(60) for row in swapped(one, 1.0, [60], count, chance)]
    assert {(row.passage, row.start, row.end) for row in rows} == {(PORTS[0], 0, 0)}
    assert {row.question for row in rows} == {
        # A name of the answer's own sentence or of another paragraph, never the answer itself.
        "to what island did the ferry of ann vane sail in 1844?",
        "to what island did the ferry of fathom sail in 1844?",
        "to what island did the ferry of ben fell sail in 1844?",
        "to what island did the ferry of skerry sail in 1911?",
        "who was on the last ferry?",
    }
    assert list(swapped(one, 0.0, [60], count, chance)) == []


MILLS = [
    "The old mill at Holm was built in 1844. The last miller left the old mill in spring. A new "
    "mill stands there. The new mill is red, and the new mill is loud.",
    "The old ferry was sold to Ann Vane. The new ferry is white. The new ferry is fast.",
]


def mills() -> Article:
    asked = [
        Question("a", "When was the old mill built?", 0, (("1844", 34),)),
        Question("b", "When did the last miller leave?", 0, (("spring", 77),)),
        Question("c", "When was the new mill built?", 0, ()),  # an edit of a
        Question("d", "What is as loud as any ferry nowadays?", 0, ()),  # of none
        Question("e", "To whom was the old ferry sold?", 1, (("Ann Vane", 26),)),
        Question("f", "To whom was the old Ferry lent?", 1, ()),  # an edit of e
        Question("g", "Who was not sold the old ferry?", 1, ()),
    ]
    return article(*MILLS, questions=asked)


def test_edits_are_learned_from_what_people_exchanged() -> None:
    edits = learned([mills()])
    assert edits.origins == {"a", "e"}
    assert edits.exchanges == {
        "old": ("new",), "new": ("old",), "sold": ("lent",), "lent": ("sold",),
    }  # fmt: skip
    assert edits.neighbours["new", "mill"] == 3


def test_what_is_an_edit_and_what_an_exchange() -> None:
    text = "Ann rang the bell of Holm before noon. Holm and Eddis are old, and Eddis is loud."
    asked = [
        Question("a", "Who rang the bell before noon?", 0, (("Ann", 0),)),
        Question("b", "Who rang the bell after noon?", 0, ()),  # words of order count
        Question("c", "Whose is the bell of Holm?", 0, (("Ann", 0),)),
        Question("d", "Whose is the bell of Eddis?", 0, ()),  # an edit; names are no exchange
        Question("e", "What places are old?", 0, (("Holm and Eddis", 39),)),
        Question("f", "What towns are new?", 0, ()),  # two places
    ]
    edits = learned([article(text, questions=asked)])
    assert edits.origins == {"a", "c"}
    assert edits.exchanges == {"before": ("after",), "after": ("before",)}


def test_nothing_is_exchanged_for_a_word_of_the_answer_or_the_question(tokenizer: Any) -> None:
    text = "The old mill is red. The new mill is grey. Holm has the old mill and the new mill."
    asked = [
        Question("a", "Which mill is the old mill?", 0, (("the new mill", 70),)),
        Question("b", "Is the old mill the new mill?", 0, (("Holm", 43),)),
    ]
    edits = Edits({"old": ("new",)}, Counter({("the", "new"): 1, ("new", "mill"): 1}), frozenset())
    one, count = article(text, questions=asked), token_counter(tokenizer)
    assert list(edited(one, edits, 1.0, [60], count, random.Random(0))) == []
    assert list(fitting("is it the old mill?", edits.exchanges, edits.neighbours)) == [
        (10, 13, "new")
    ]
    assert list(fitting("is it an old mill?", edits.exchanges, edits.neighbours)) == []
    assert list(fitting("which old mill, the new?", edits.exchanges, edits.neighbours)) == []


def test_without_edits_none_is_always_there(tmp_path: Path, tokenizer: Any) -> None:
    mixture = Mixture(
        passes=1, answerable=0.0, negatives=0.0, swaps=0.0, edits=0.0, polar=0.0,
        reworded=1.0, limits=[60], shift=0.0, seed=0,
    )  # fmt: skip
    (without,) = passes_of(tmp_path / "a.npz", [mills()], tokenizer, mixture)
    (with_edits,) = passes_of(
        tmp_path / "b.npz", [mills()], tokenizer, replace(mixture, edits=0.001)
    )
    assert [(np.array(it.end) > 0).sum() for it in (without, with_edits)] == [0, 2]


def test_an_edit_is_done_where_it_fits(tokenizer: Any) -> None:
    one = mills()
    count, chance = token_counter(tokenizer), random.Random(0)
    rows = list(edited(one, learned([one]), 1.0, [60], count, chance))
    # "lent" stands beside no such neighbour in the articles, and in question b nothing is known.
    assert [(row.question, row.start, row.end) for row in rows] == [
        ("when was the new mill built?", 0, 0),
        ("to whom was the new ferry sold?", 0, 0),
    ]
    assert [row.passage for row in rows] == MILLS
    assert list(edited(one, learned([one]), 0.0, [60], count, chance)) == []


def test_what_an_edit_began_with_is_always_there(tokenizer: Any) -> None:
    one, count = mills(), token_counter(tokenizer)
    rows = answered(one, 0.0, [60], 0.0, count, random.Random(0), always=frozenset({"e"}))
    assert [row.question for row in rows] == ["to whom was the old ferry sold?"]


def test_other_words_mean_nearly_the_same_and_fit() -> None:
    vectors = {
        "opened": (1.0, 0.0), "founded": (0.9, 0.43589), "closed": (0.8, 0.6),
        "gate": (0.95, 0.31225), "school": (0.0, 1.0), "academy": (-0.43589, 0.9),
    }  # fmt: skip
    often = "school. founded! academy. closed? opened. gate? " * 30
    asked = [
        Question("a", "When was the school opened?", 0, (("school", 0),)),
        Question("b", "When was the school closed?", 0, ()),
    ]
    one = article(often + "Later the academy opened.", questions=asked)

    def encode(words: Sequence[str]) -> Any:
        return np.array([vectors.get(word, (0.0, -1.0)) for word in words], dtype=np.float32)

    edits = learned([one])
    known = wordings([one], edits, encode)
    # "gate" ends otherwise, and people exchanged "opened" for "closed" to change the answer.
    assert known == {
        "opened": ["founded"], "founded": ["closed", "opened"], "closed": ["founded"],
        "school": ["academy"], "academy": ["school"],
    }  # fmt: skip
    row = Row("was the school opened?", "The school was opened in 1844.", 0, 0)
    chance = random.Random(0)
    some = {reworded(row, known, edits, chance) for _ in range(60)}
    # Nothing in the articles is "founded?", and "the academy opened" stands in them once.
    assert some == {row, row._replace(question="was the academy opened?")}


def test_words_that_people_ask_with_are_found() -> None:
    # By hand: "came" goes with itself where it is asked, so "start" is left to "began".
    pairs = [(["start", "came"], ["began", "came"]), (["start"], ["began"]), (["came"], ["came"])]
    found = translations(pairs * 5)
    assert found["began"]["start"].probability > 0.95
    assert found["came"]["came"].probability > 0.95
    assert sum(it.probability for it in found["came"].values()) == pytest.approx(1.0)
    # Half of the expected counts may go to "none".
    assert 0 < found["began"]["start"].times <= 10
    assert translations(pairs) == {}
    assert translations([]) == {}


def test_a_question_is_asked_in_the_words_that_people_ask_with() -> None:
    vectors = {"began": (1.0, 0.0), "started": (0.6, 0.8), "far": (0.0, 1.0)}
    asked = [Question(str(n), "When had it started far?", 0, (("1844", 9),)) for n in range(9)]
    one = article("It began 1844. " + "It started. It is far. It began it. " * 30, questions=asked)

    def encode(words: Sequence[str]) -> Any:
        return np.array([vectors.get(word, (0.0, -1.0)) for word in words], dtype=np.float32)

    # 0.6 is too far for a word of the same meaning; "far" is asked as often, and farther.
    assert wordings([one], learned([one]), encode) == {"began": ["started"]}


def test_questions_for_a_date_or_a_name_are_asked_for_yes_or_no() -> None:
    text = "The mill was built in 1844. Ann Vane was its first miller; it has 3 wheels. It is red."
    asked = [
        Question("a", "When was the mill built?", 0, (("1844", 22),)),
        Question("b", "Who was the first miller?", 0, (("Ann Vane", 28),)),
        Question("c", "How many wheels does it have?", 0, (("3", 66),)),
        Question("d", "What year was the mill built in?", 0, (("1844", 22),)),
        Question("e", "Which mill was built in 1844?", 0, (("The mill", 0),)),
        Question("f", "Why is it red?", 0, (("red", 83),)),
        Question("g", "When did it burn?", 0, ()),
    ]
    made = polar(article(text, questions=asked), random.Random(0))
    assert [(it.id, it.text, it.answers) for it in made.questions] == [
        ("a polar", "was the mill built in 1844?", (("1844", 22),)),
        ("b polar", "was ann vane the first miller?", (("Ann Vane", 28),)),
        ("c polar", "does it have 3 wheels?", (("3", 66),)),
    ]


def test_a_wrong_answer_that_is_said_is_of_the_same_shape() -> None:
    text = "The mill was built in 1844. The ferry was built in 1901. Ann Vane sold 12 of them."
    asked = [
        Question("a", "When was the mill built?", 0, (("1844", 22),)),
        Question("b", "When was the ferry built?", 0, (("1901", 51),)),
        Question("c", "Who sold them?", 0, (("Ann Vane", 57),)),
        Question("d", "How many of them?", 0, (("12", 71),)),
    ]
    one = article(text, questions=asked)
    said = {it.text for n in range(20) for it in polar(one, random.Random(n)).questions}
    assert said == {
        f"was the {thing} built in {year}?" for thing in ("mill", "ferry") for year in (1844, 1901)
    }


def test_no_negative_is_mined_where_every_window_answers(tokenizer: Any) -> None:
    one = article("Ann came.", questions=[Question("q", "Who came?", 0, (("ann", 0),))])
    for seed in range(8):  # by words and by meaning
        rows = mined(one, 1.0, [14], token_counter(tokenizer), random.Random(seed), alike)
        assert list(rows) == []


def test_answers_that_measure_something_else_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [
        ("How old is the tower?", "40 years"),
        ("How old is the lamp?", "12 metres"),
        ("Who lit the lamp?", "Ann"),
    ]
    questions = [
        {"id": str(n), "question": text, "answers": [{"text": answer, "answer_start": 0}]}
        for n, (text, answer) in enumerate(asked)
    ]
    article = {"title": "A", "paragraphs": [{"context": "A.", "qas": questions}]}
    file = tmp_path / "squad.json"
    file.write_text(json.dumps({"data": [article]}), encoding="utf-8")
    count_measures([str(file)])
    assert capsys.readouterr().out.splitlines() == [
        "How old is the lamp? | 12 metres",
        "squad.json: 3 answers, 2 to questions that want something measured, 1 dropped",
    ]


def test_held_out_articles(articles: list[Article]) -> None:
    held = hold_out(articles, 0.4, seed=0)
    assert set() < held < set(ISLANDS)
    # What else there is moves no article from one side to the other.
    more = [Article(f"More_{n}", (), ()) for n in range(200)]
    with_more = hold_out([*more, *articles], 0.4, seed=0)
    assert held == with_more & set(ISLANDS)
    assert 60 <= len(with_more) <= 100
    spaced = [Article(f"More {n}", (), ()) for n in range(200)]
    assert {title.replace("_", " ") for title in with_more} - held == hold_out(spaced, 0.4, seed=0)
    assert held == hold_out(reversed(articles), 0.4, seed=0)
    assert len(hold_out(articles, 0.01, seed=0)) == 1


# -- features -----------------------------------------------------------------------------------


def features_of(articles: Sequence[Article], tokenizer: Any, limit: int = 20) -> Features:
    count, chance = token_counter(tokenizer), random.Random(0)
    rows = [row for one in articles for row in answered(one, 1.0, [limit], 0.3, count, chance)]
    rows += [row for one in articles for row in unanswered(one, [limit], count, chance)]
    return encode(rows, tokenizer, 128)


def test_the_span_decodes_to_the_answer(articles: list[Article], tokenizer: Any) -> None:
    features = features_of(articles, tokenizer)
    answers = [q.answers[0][0] for one in articles for q in one.questions if q.answers]
    assert len(features) == 20
    spans = []
    for i in range(20):
        ids = features.ids[features.bounds[i] : features.bounds[i + 1]].tolist()
        assert ids[0] == tokenizer.cls_token_id
        assert ids[features.first[i] - 1] == ids[-1] == tokenizer.sep_token_id
        spans.append(tokenizer.decode(ids[features.start[i] : features.end[i] + 1]))
    assert spans == [answer.lower() for answer in answers] + ["[CLS]"] * 5


def test_an_answer_cut_off_is_left_out(tokenizer: Any) -> None:
    one = article(
        "Gulls nest here, says Ann.", questions=[Question("q", "Who?", 0, (("Ann", 22),))]
    )
    rows = list(answered(one, 1.0, [20], 0.0, token_counter(tokenizer), random.Random(0)))
    assert [len(encode(rows, tokenizer, longest)) for longest in (16, 8)] == [1, 0]


def test_case_is_gone(articles: list[Article], tokenizer: Any) -> None:
    def turned(one: Article, form: Any) -> Article:
        questions = [Question(q.id, form(q.text), q.paragraph, q.answers) for q in one.questions]
        return Article(one.title, one.paragraphs, tuple(questions))

    # The analyzer keeps abbreviations by their capitals, so not `str.upper`.
    forms = [
        features_of([turned(a, f) for a in articles], tokenizer) for f in (str.title, str.lower)
    ]
    for name in ("ids", "bounds", "first", "start", "end"):
        np.testing.assert_array_equal(getattr(forms[0], name), getattr(forms[1], name))
    assert plain(" Who  WAS\nit? ") == "who was it?"


def test_batches_hold_every_row_once_and_can_be_skipped_to(
    articles: list[Article], tokenizer: Any
) -> None:
    features = features_of(articles, tokenizer)
    made = batches([features], 3, seed=5, skip=0)
    first = [next(made)[1] for _ in range(14)]
    assert sorted(row for rows in first[:7] for row in rows) == list(range(20))
    assert sorted(row for rows in first[7:] for row in rows) == list(range(20))
    assert first[:7] != first[7:]
    for skip in (1, 7, 9):
        again = batches([features], 3, seed=5, skip=skip)
        assert [next(again)[1] for _ in range(14 - skip)] == first[skip:]


def test_a_batch_by_hand() -> None:
    features = Features(
        np.array([101, 7, 102, 8, 9, 102, 101, 5, 6, 102, 4, 102], dtype=np.uint16),
        np.array([0, 6, 12]),
        *(np.array(places, dtype=np.int16) for places in ([3, 4], [3, 0], [4, 0])),
    )
    batch, allowed, start, end = collate(features, [1, 0], pad=0)
    assert {values.shape for values in batch.values()} == {(2, 32)}
    cut = {name: values[:, :7].tolist() for name, values in batch.items()}
    assert cut == {
        "input_ids": [[101, 5, 6, 102, 4, 102, 0], [101, 7, 102, 8, 9, 102, 0]],
        "token_type_ids": [[0, 0, 0, 0, 1, 1, 0], [0, 0, 0, 1, 1, 1, 0]],
        "attention_mask": [[1, 1, 1, 1, 1, 1, 0]] * 2,
    }
    assert [row.nonzero().flatten().tolist() for row in allowed] == [[0, 4], [0, 3, 4]]
    assert (start.tolist(), end.tolist()) == ([0, 3], [0, 4])


@pytest.mark.parametrize(
    ("progress", "schedule", "expected"),
    [
        (0.0, "linear", 0.01),
        (0.05, "linear", 0.5),
        (0.1, "linear", 1.0),
        (0.55, "linear", 0.5),
        (0.55, "cosine", 0.5),
        (0.325, "cosine", 0.8535534),
        (1.0, "linear", 0.0),
    ],
)
def test_schedule(progress: float, schedule: str, expected: float) -> None:
    assert factor(progress, 0.1, schedule) == pytest.approx(expected)


# -- scores -------------------------------------------------------------------------------------


class Pointer:
    """A model that points at given token ids; a question's [CLS] has 1 at both ends."""

    def __init__(self, start: dict[int, float], end: dict[int, float]) -> None:
        self.start, self.end = start, end

    def eval(self) -> None: ...

    def __call__(self, *, input_ids: torch.Tensor, **_: torch.Tensor) -> SimpleNamespace:
        logits = []
        for table in (self.start, self.end):
            values = [[table.get(token, 0.0) for token in row] for row in input_ids.tolist()]
            logits.append(torch.tensor(values))
            logits[-1][:, 0] = 1.0
        return SimpleNamespace(start_logits=logits[0], end_logits=logits[1])


class Marker:
    """Marks the first word of each passage, the surer the later it comes; notes what it reads."""

    name = "marker"

    def __init__(self, unit: Unit, no_answer: float) -> None:
        self._unit, self._no_answer = unit, no_answer
        self.seen: list[tuple[str, list[str]]] = []

    @property
    def unit(self) -> Unit:
        return self._unit

    @property
    def second(self) -> Marker:
        return self

    def read(self, question: str, passages: Sequence[str]) -> tuple[Reading, ...]:
        self.seen.append((question, list(passages)))
        words = [text.split()[0] for text in passages]
        spans = [Span(0, len(word), word, float(n)) for n, word in enumerate(words)]
        return tuple(Reading((span,), self._no_answer) for span in spans)


LONG = " ".join(f"Keeper {number} of the tower went up and lit the lamp." for number in range(30))


@pytest.mark.model
@pytest.mark.parametrize("unit", ["chunk", "sentence"])
def test_a_paragraph_is_marked_as_an_index_cuts_it(unit: Unit) -> None:
    reader = Marker(unit, no_answer=-2.0)
    asked = [Asked("who?", LONG, ("Keeper",), "A"), Asked("when?", LONG, (), "A")]
    found = marked(reader, asked)
    document = document_from_text(LONG, doc_id="d")
    every = passages_of(document, load_embedder(), Settings())
    passages = [passage.text for passage in every if passage.ref.unit == unit]
    assert len(passages) > 2
    assert reader.seen == [("who?", passages), ("when?", passages)]
    assert found == [Prediction("Keeper", len(passages) - 1 + 2.0)] * 2


@pytest.mark.model
def test_a_second_reader_has_half_a_say() -> None:
    class Pair(Marker):
        @property
        def second(self) -> Marker:
            return Marker("chunk", no_answer=5.0)

    (found,) = marked(Pair("chunk", no_answer=-2.0), [Asked("who?", "Keeper Ann.", (), "A")])
    assert found == Prediction("Keeper", (2.0 - 5.0) / 2)


def test_the_best_span_of_all_windows(tokenizer: Any) -> None:
    def ids(**values: float) -> dict[int, float]:
        return {tokenizer.convert_tokens_to_ids(word): value for word, value in values.items()}

    paragraph = "The red lamp burns. Ann left the tower. Ben slept."
    # "who" stands only in the question, "ben" after "ann": neither may be chosen with it.
    model = Pointer(ids(who=9, left=4, red=3), ids(who=9, red=5, tower=3, lamp=2))
    asked = [Asked("Who left?", paragraph, ("left the tower",), "A")]
    assert windows(paragraph, 6, token_counter(tokenizer)) == [(0, 19), (20, 39), (40, 50)]
    for window in (6, 50):
        assert predict(model, tokenizer, asked, window=window) == [Prediction("red", 6.0)]
    model.end = ids(tower=5)
    for window in (6, 50):
        assert predict(model, tokenizer, asked, window=window) == [
            Prediction("left the tower", 7.0)
        ]


def asked_of(answers: Sequence[str | None], title: str) -> list[Asked]:
    return [Asked("q?", "p", () if text is None else (text,), title) for text in answers]


@pytest.mark.parametrize(
    ("answers", "threshold"),
    [
        (["x", None, "x", "x"], 0.0),  # 1 - 1 + 1 + 1: all are answered
        (["x", "x", None, "x"], 2.0),  # 1 + 1 - 1 + 1: of equals the one that answers least
        (["x", None, None, None], 3.0),
        ([None, None, None, None], 4.0),  # above every margin
    ],
)
def test_best_threshold(answers: list[str | None], threshold: float) -> None:
    found = [Prediction("x", margin) for margin in (3.0, 2.0, 1.0, 0.0)]
    assert best_threshold(asked_of(answers, "A"), found) == threshold


def test_the_threshold_is_taken_on_one_half_and_reported_on_the_other() -> None:
    asked = asked_of(["x", None], "A") + asked_of(["x", "x", "x", None], "B")
    # Articles in the order of `random.Random(1)`: B chooses the threshold (1.0) and A is reported.
    found = [Prediction("x", margin) for margin in (0.5, 2.0, 3.0, 2.0, 1.0, 0.0)]
    scores = refusing_scores(asked, found)
    assert scores["threshold"] == 1.0
    named = {name: scores[name].value for name in scores if name != "threshold"}
    assert named == {
        "AUC": 5.5 / 8,
        "EM": 0.0,
        "F1": 0.0,
        "F1 answerable": 0.0,
        "refused unanswerable": 0.0,
    }
    assert scores["F1"].n == 2


def test_no_article_that_is_measured_is_trained_on(articles: list[Article]) -> None:
    first, *others = articles
    spaced = Article("Bell_Tower", first.paragraphs, first.questions)
    assert without([spaced, *others], ["Bell Tower", "Tarn"]) == others[1:]
    assert without(articles, []) == articles


# -- the program --------------------------------------------------------------------------------


def command(data: Path, tiny: Path, out: Path, *more: str) -> list[str]:
    fixed = ["--batch", "4", "--passes", "2", "--limits", "20", "40", "--rate", "0.01"]
    fixed += ["--dropout", "0.1", "--save-minutes", "0", "--dev", "4", *more]
    return ["train", str(data), "--out", str(out), "--model", str(tiny), *fixed]


def weights(folder: Path) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    return load_file(folder / "model" / "model.safetensors")


def test_training_resumes_as_if_it_had_not_stopped(
    data: Path,
    tiny: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert main(command(data, tiny, whole, "--steps", "9")) == 0

    one = Run._one

    def interrupted(run: Run, *arguments: Any) -> float:
        loss = one(run, *arguments)
        if run.step == 3:
            signal.raise_signal(signal.SIGTERM)
        return loss

    monkeypatch.setattr(Run, "_one", interrupted)
    assert main(command(data, tiny, parts, "--steps", "9")) == 143
    assert torch.load(parts / "checkpoint.pt", weights_only=True)["step"] == 4
    monkeypatch.setattr(Run, "_one", one)
    assert main(["train", "--resume", "--out", str(parts)]) == 0

    before, after = weights(whole), weights(parts)
    assert before.keys() == after.keys()
    for name, tensor in before.items():
        torch.testing.assert_close(after[name], tensor, rtol=0, atol=0)
    logs = [read_log(folder)[-1] for folder in (whole, parts)]
    assert [(row["event"], row["step"], row["progress"]) for row in logs] == [("dev", 9, 1.0)] * 2
    assert [row["F1"] for row in logs] == [logs[0]["F1"]] * 2
    assert "Stopped at step 4; --resume goes on from there." in capsys.readouterr().err
    recorded = json.loads((parts / "arguments.json").read_text(encoding="utf-8"))
    assert (recorded["steps"], recorded["batch"], recorded["seed"]) == (9, 4, 0)


def test_training_learns_and_is_measured(
    data: Path, tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    more = ["--steps", "40", "--dropout", "0", "--average", "0.5", "--negatives", "0"]
    assert main(command(data, tiny, out, *more)) == 0
    first = read_log(out)[0]
    assert first["event"] == "loss"
    assert first["loss"] == pytest.approx(3.2, abs=0.6)  # ln of some 25 places
    capsys.readouterr()
    report = tmp_path / "report.json"
    files = ["--squad-1.1", str(data), "--squad-2.0", str(data)]
    assert main(["evaluate", str(out / "model"), *files, "--out", str(report)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in shown if not line.startswith(" ")] == [
        "SQuAD 1.1",
        "SQuAD 2.0",
    ]
    figures = json.loads(report.read_text(encoding="utf-8"))
    assert list(figures["SQuAD 1.1"]) == ["EM", "F1"]
    assert figures["SQuAD 2.0"]["AUC"][3] == 20
    value, low, high, n = figures["SQuAD 1.1"]["F1"]
    assert low <= value <= high
    assert n == 15  # the questions without an answer have no place in SQuAD 1.1
    assert f"  {'F1':<22}{100 * value:.1f}  [{100 * low:.1f}, {100 * high:.1f}]  n = 15" in shown


def test_how_long_a_training_takes_by_itself_is_recorded(
    data: Path, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, clock = tmp_path / "run", iter(range(0, 10**9, 1000))
    # The module's own name for it: other threads must keep the real clock.
    here = SimpleNamespace(monotonic=lambda: float(next(clock)))
    monkeypatch.setattr("reader_train.time", here)
    assert main(command(data, tiny, out)) == 0
    minutes = Recipe().minutes
    assert json.loads((out / "arguments.json").read_text(encoding="utf-8"))["minutes"] == minutes
    (said,) = trainings(out / "model")
    assert f"in {read_log(out)[-1]['minutes']:.0f} training minutes on" in said
    assert read_log(out)[-1]["minutes"] >= minutes


@pytest.mark.parametrize("frozen", [0, 1, 2])
def test_what_is_frozen_stays_as_it_was(
    data: Path, tiny: Path, tmp_path: Path, frozen: int
) -> None:
    from safetensors.torch import load_file

    out, more = tmp_path / "run", ["--steps", "3", "--average", "0", "--frozen", str(frozen)]
    assert main(command(data, tiny, out, *more)) == 0
    before, after = load_file(tiny / "model.safetensors"), weights(out)
    changed = {
        part
        for part in ("embeddings", "layer.0", "layer.1", "qa_outputs")
        for name, tensor in before.items()
        if f"{part}." in name and not torch.equal(after[name], tensor)
    }
    assert changed == {"embeddings", "layer.0", "layer.1", "qa_outputs"} - set(
        ["embeddings", "layer.0"][:frozen]
    )
    (said,) = trainings(out / "model")
    left = {
        0: "average of the weights 0, dropout 0.1, windows",
        1: "weights 0, dropout 0.1, the embeddings left as they were, windows",
        2: "the embeddings and the lowest layer left as they were, windows",
    }
    assert left[frozen] in said


def test_a_training_begins_with_those_before_it(data: Path, tiny: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    more = ["--steps", "2", "--answerable", "0.9", "--swaps", "0.5", "--edits", "0.4"]
    more += ["--reworded", "0.3", "--polar", "0.2", "--vectors", str(tmp_path / "vectors.npz")]
    assert main(command(data, tiny, first, *more)) == 0
    assert main(command(data, first / "model", second, *more)) == 0
    both = trainings(second / "model")
    assert both[:1] == trainings(first / "model")
    assert len(both) == 2
    assert (
        "negatives 0.15, swaps 0.5, edits 0.4, asked for yes or no 0.2, 0.3 in other words, "
        "0.9 of the answerable questions in each pass, seed 0" in both[0]
    )


def test_a_reader_remembers_every_training(data: Path, tiny: Path, tmp_path: Path) -> None:
    begun, out = tmp_path / "begun", tmp_path / "run"
    model, _ = open_model(tiny)
    export(model.eval(), tmp_path / "fp32.onnx")
    assemble(tiny, tmp_path / "fp32.onnx", begun, "fp32", ["The first."])
    assert main(command(data, begun, out, "--steps", "2")) == 0
    first, second = trainings(out / "model")
    assert first == "The first."
    assert second.startswith(
        "squad.json: 2 steps of 4 questions in 0 training minutes on "
        f"{torch.get_num_threads()} CPU threads;"
    )
    row = {"EM": 1.0, "AUC": 0.5}
    text = card("fp32", {"fp32": row}, "15 questions", [first, second], "2026-01-02")
    assert f"\n1. The first.\n2. {second}\n\n" in text
    assert "\n| form | EM | AUC |\n|---|---|---|\n| fp32 | 1.0 | 0.500 |\n" in text
    assert trainings(tiny) == []


def test_an_average_of_trainings(data: Path, tiny: Path, tmp_path: Path) -> None:
    first, second, out = (tmp_path / name for name in ("first", "second", "average"))
    more = ["--steps", "3", "--average", "0"]
    assert main(command(data, tiny, first, "--dropout", "0.2", *more)) == 0
    assert main(command(data, first / "model", second, *more)) == 0
    assert average([str(first), str(second), "--shares", "0.25", "0.75", "--out", str(out)]) == 0
    one, other, mean = (weights(run) for run in (first, second, out))
    assert set(mean) == set(one)
    moved = 0
    for name, tensor in mean.items():
        torch.testing.assert_close(tensor, 0.25 * one[name] + 0.75 * other[name])
        moved += not torch.equal(one[name], other[name])
    assert moved > 0
    behind = trainings(second / "model")
    last = (
        "No training: an average of the weights, 0.25 of what number 1 left and 0.75 of what number"
    )
    assert trainings(out / "model") == [*behind, f"{last} 2 left."]
    assert "dropout 0.2," in behind[0]
    assert "dropout 0.1," in behind[1]  # as these tests train
    # It is a model like any other: another training goes on from it, and remembers all of it.
    third = tmp_path / "third"
    assert main(command(data, out / "model", third, "--steps", "1")) == 0
    assert trainings(third / "model")[:3] == trainings(out / "model")


@pytest.mark.parametrize("shares", [["0.5"], ["0.5", "0.6"]])
def test_shares_that_make_no_average(
    shares: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        average(["a", "b", "--shares", *shares, "--out", str(tmp_path)])
    assert "--shares: one for each run, and 1 in all" in capsys.readouterr().err


def test_models_of_different_shapes_make_no_average() -> None:
    with pytest.raises(ValueError, match="not of one shape"):
        averaged([{"a": torch.ones(2)}, {"a": torch.ones(3)}], [0.5, 0.5])


@pytest.mark.parametrize(("stopped", "steps", "seconds"), [(True, 10, 10), (False, 6, 3606)])
def test_time_in_which_the_process_was_stopped_does_not_count(
    data: Path,
    tiny: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stopped: bool,
    steps: int,
    seconds: int,
) -> None:
    clock, one = iter(range(10**6)), Run._one  # each look at the clock is a second later
    late = [0]

    def an_hour_in_the_sixth(run: Run, *arguments: Any) -> float:
        if run.step == 5:
            late[0] = 3600
            if stopped:
                signal.raise_signal(signal.SIGCONT)
        return one(run, *arguments)

    fake = SimpleNamespace(monotonic=lambda: next(clock) + late[0])
    monkeypatch.setattr("reader_train.time", fake)
    monkeypatch.setattr(Run, "_one", an_hour_in_the_sixth)
    out = tmp_path / "run"
    assert main(command(data, tiny, out, "--minutes", str(10 / 60))) == 0
    state = torch.load(out / "checkpoint.pt", weights_only=True)
    assert (state["step"], state["seconds"]) == (steps, seconds)


def test_old_features_are_not_trained_on(data: Path, tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "features.npz").write_bytes(b"of a run that was killed before its checkpoint")
    assert main(command(data, tiny, tmp_path, "--steps", "1")) == 0


@pytest.mark.parametrize("present", [True, False])
def test_a_run_is_neither_overwritten_nor_made_of_nothing(
    data: Path, tmp_path: Path, present: bool
) -> None:
    if present:
        (tmp_path / "checkpoint.pt").touch()
    files = [str(data)] if present else []
    with pytest.raises(SystemExit, match=r"--resume"):
        main(["train", *files, "--out", str(tmp_path)])
