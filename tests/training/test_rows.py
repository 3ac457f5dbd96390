"""What the reader is trained on: negatives, edits, other words, questions for yes or no."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from island_squad import squad
from reader_data import Article, Question, load, plain
from reader_edits import Edits, edited, fitting, learned
from reader_passes import Mixture, passes_of
from reader_polar import polar
from reader_rows import NO, OPEN, YES, Row, answered, mined, titled, token_counter, unanswered
from reader_statements import statement_rows, statements
from reader_swaps import swapped
from reader_tables import table_rows
from reader_vectors import Remembering
from reader_verdicts import framed, verdict_rows
from reader_wordings import reworded, wordings
from training_cases import article
from translations import translations

from afgqa.language.tokens import normalize
from afgqa.search.embedders import default_files


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(default_files(), local_files_only=True)


@pytest.fixture
def articles(tmp_path: Path) -> list[Article]:
    path = tmp_path / "squad.json"
    path.write_text(json.dumps(squad()), encoding="utf-8")
    return load(path)


def test_the_nearest_window_for_a_question_without_answer(tokenizer: Any) -> None:
    text = "The harbour has a bridge. The tower has a red lamp. Gulls nest below the gallery."
    one = article(text, questions=[Question("q", "Who lit the red lamp?", 0, ())])
    rows = unanswered(one, [8], token_counter(tokenizer), random.Random(0))
    assert list(rows) == [Row("who lit the red lamp", "The tower has a red lamp.", 0, 0)]


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
        "to what island did the ferry of ann vane sail in 1844",
        "to what island did the ferry of fathom sail in 1844",
        "to what island did the ferry of ben fell sail in 1844",
        "to what island did the ferry of skerry sail in 1911",
        "who was on the last ferry",
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
        reworded=1.0, titled=0.0, verdicts_from=[], framed=0.0, tables=0, statements=0, limits=[60],
        shift=0.0, seed=0,
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
        ("when was the new mill built", 0, 0),
        ("to whom was the new ferry sold", 0, 0),
    ]
    assert [row.passage for row in rows] == MILLS
    assert list(edited(one, learned([one]), 0.0, [60], count, chance)) == []


def test_what_an_edit_began_with_is_always_there(tokenizer: Any) -> None:
    one, count = mills(), token_counter(tokenizer)
    rows = answered(one, 0.0, [60], 0.0, count, random.Random(0), always=frozenset({"e"}))
    assert [row.question for row in rows] == ["to whom was the old ferry sold"]


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
    one = article(text, questions=asked)
    made = {it for n in range(30) for it in polar(one, random.Random(n)).questions}
    right = {(it.id, it.text, it.answers) for it in made if it.verdict == YES}
    assert right == {
        ("a polar", "was the mill built in 1844", (("1844", 22),)),
        ("b polar", "was ann vane the first miller", (("Ann Vane", 28),)),
        ("c polar", "does it have 3 wheels", (("3", 66),)),
    }


def test_a_wrong_answer_is_one_to_a_question_of_the_same_form() -> None:
    text = "The mill was built in 1844. The ferry was built in 1901. Ann Vane sold 12 of them."
    asked = [
        Question("a", "When was the mill built?", 0, (("1844", 22),)),
        Question("b", "When was the ferry built?", 0, (("1901", 51),)),
        Question("c", "Who sold them?", 0, (("Ann Vane", 57),)),
        Question("d", "How many of them?", 0, (("12", 71),)),
    ]
    one = article(text, questions=asked)
    said = {
        (it.text, it.verdict) for n in range(20) for it in polar(one, random.Random(n)).questions
    }
    assert said == {
        (f"was the {thing} built in {year}", YES if year == right else NO)
        for thing, right in (("mill", 1844), ("ferry", 1901))
        for year in (1844, 1901)
    }


def test_who_did_it_is_claimed_and_told_the_other_way_round_it_is_no_yes() -> None:
    text = "In 1844 Ann Vane defeated Ben Fell at Holm. Later Carl Gray joined them."
    asked = [
        Question("a", "Who defeated Ben Fell at Holm?", 0, (("Ann Vane", 8),)),
        Question("b", "Who joined them?", 0, (("Carl Gray", 50),)),
        Question("c", "Who did Ann Vane defeat?", 0, (("Ben Fell", 26),)),
    ]
    one = article(text, questions=asked)
    made = {
        (it.text, it.verdict) for n in range(90) for it in polar(one, random.Random(n)).questions
    }
    assert made == {
        ("ann vane defeated ben fell at holm", YES),
        ("carl gray defeated ben fell at holm", NO),
        ("ben fell defeated ann vane at holm", OPEN + NO),
        ("holm defeated ben fell at ann vane", OPEN + NO),
        ("carl gray joined them", YES),
        ("ann vane joined them", NO),
        ("ben fell joined them", NO),
    }


def test_a_verdict_is_marked_and_a_passage_that_does_not_hold_it_leaves_it_open(
    tokenizer: Any,
) -> None:
    one = article(
        "The mill was built in 1844.", "It is red. It stands by the sea.",
        questions=[Question("a polar", "was the mill built in 1901", 0, (("1844", 22),), NO)],
    )  # fmt: skip
    count, chance = token_counter(tokenizer), random.Random(0)
    (row,) = answered(one, 1.0, [30], 0.0, count, chance)
    assert row == Row("was the mill built in 1901", "The mill was built in 1844.", 22, 26, NO)
    (row,) = mined(one, 1.0, [30], count, random.Random(1), alike)
    assert row == Row("was the mill built in 1901", "It is red. It stands by the sea.", 0, 0, OPEN)


def test_a_title_stands_before_the_passage_and_moves_the_answer() -> None:
    row = titled(Row("who came", "Ann came.", 0, 3, 0, 0.5), "Bell_Tower")
    assert row == Row("who came", "Bell Tower. Ann came.", 12, 15, 0, 0.5)
    assert titled(Row("who left", "Ann came.", 0, 0), "Holm").start == 0
    assert titled(Row("ann came", "Ann came.", -1, -1, YES), "Holm")[2:4] == (-1, -1)


def test_files_of_claims_and_of_questions_for_yes_or_no(tmp_path: Path) -> None:
    claims = tmp_path / "claims.jsonl.gz"
    rows = [
        {"premise": "Ann rang. ", "hypothesis": "Ann rang.", "label": "entailment"},
        {"premise": "Ann rang.", "hypothesis": "Ann slept.", "label": "contradiction"},
        {"premise": "Ann rang.", "hypothesis": "Ben slept.", "label": "neutral"},
    ]
    with gzip.open(claims, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    assert verdict_rows(claims, 0.5) == [
        Row("ann rang", "Ann rang.", -1, -1, YES, 0.5),
        Row("ann slept", "Ann rang.", -1, -1, NO, 0.5),
        Row("ben slept", "Ann rang.", -1, -1, OPEN, 0.5),
    ]
    questions = [
        {"id": "1", "question": "Did Ann ring?", "answers": [], "yes_no": "Yes"},
        {"id": "2", "question": "Did Ann sleep?", "answers": [], "yes_no": "No"},
        {"id": "3", "question": "Did Ben?", "answers": [], "is_impossible": True},
        {"id": "4", "question": "Who rang?", "answers": [{"text": "Ann", "answer_start": 0}]},
    ]
    asked = tmp_path / "asked.json"
    page = {"title": "A", "paragraphs": [{"context": "Ann rang.", "qas": questions}]}
    asked.write_text(json.dumps({"data": [page]}), encoding="utf-8")
    found = [(row.question, row.start, row.verdict) for row in verdict_rows(asked)]
    assert found == [("did ann ring", -1, YES), ("did ann sleep", -1, NO), ("did ben", -1, OPEN)]
    with gzip.open(claims, "wt", encoding="utf-8") as file:
        file.write(json.dumps(rows[0] | {"label": "maybe"}) + "\n")
    with pytest.raises(ValueError, match="unknown label 'maybe'"):
        verdict_rows(claims)


def test_questions_about_tables_have_their_cells() -> None:
    rows = list(table_rows(400, random.Random(0)))
    assert len(rows) == 400
    for row in rows:
        # A row as it is read: "Header: cell; Header: cell."
        assert "; " in row.passage
        marked = row.passage[row.start : row.end].lower()
        if row.end:
            assert row.passage[row.start - 2 : row.start] == ": "
            assert row.passage[row.end : row.end + 1] in (";", ".")
            said = re.search(rf"(?<!\S){re.escape(marked)}(?!\S)", row.question) is not None
            assert (row.verdict == YES) <= said
            assert (row.verdict == NO) <= (not said)
        else:
            assert row.verdict in (0, OPEN)
    shares = Counter((row.end > 0, row.verdict) for row in rows)
    assert min(shares[it] for it in ((True, 0), (False, 0), (True, YES), (True, NO))) > 20
    assert shares[False, OPEN] > 20
    assert rows == list(table_rows(400, random.Random(0)))


def test_the_largest_of_a_column_by_hand() -> None:
    found = [
        row
        for row in table_rows(2000, random.Random(1))
        if row.question == "which plan allows the most users"
    ]
    assert found
    for row in found:
        users = re.findall(r"Plan: (\w+);[^.]*?Users: ([\d,]+)", row.passage)
        most = max(users, key=lambda pair: int(pair[1].replace(",", "")))
        assert row.passage[row.start : row.end] == most[0]


def test_what_is_framed_is_said_turned_round_or_left_open() -> None:
    rows = [
        Row("the tower is red", "A red tower stands there.", -1, -1, YES),
        Row("the tower is blue", "A red tower stands there.", -1, -1, NO),
    ]
    seen = {
        (row.question[-3:].strip(), row.passage, row.verdict)
        for n in range(400)
        for row in framed(rows, 1.0, random.Random(n))
    }
    said = "a red tower stands there"
    assert {it for it in seen if it[1] == f"It is true that {said}."} == {
        ("red", f"It is true that {said}.", YES),
        ("lue", f"It is true that {said}.", NO),
    }
    assert {it for it in seen if it[1] == f"It is false that {said}."} == {
        ("red", f"It is false that {said}.", NO),
        ("lue", f"It is false that {said}.", OPEN + YES),
    }
    assert {it for it in seen if it[1] == f"It is not known whether {said}."} == {
        ("red", f"It is not known whether {said}.", OPEN),
        ("lue", f"It is not known whether {said}.", OPEN),
    }
    two = Row("it is so", "It is. It was.", -1, -1, YES)
    unknown = Row("it is so", "It is", -1, -1, OPEN)
    assert list(framed([two, unknown], 1.0, random.Random(0))) == []
    assert list(framed(rows, 0.0, random.Random(0))) == []


def test_no_negative_is_mined_where_every_window_answers(tokenizer: Any) -> None:
    one = article("Ann came.", questions=[Question("q", "Who came?", 0, (("ann", 0),))])
    for seed in range(8):  # by words and by meaning
        rows = mined(one, 1.0, [14], token_counter(tokenizer), random.Random(seed), alike)
        assert list(rows) == []


def test_questions_about_statements_have_their_names() -> None:
    rows = list(statement_rows(2000, random.Random(0)))
    assert len(rows) == 2000
    names = {name.lower() for some in statements()[0].values() for name in some}
    for row in rows:
        assert (row.start, row.end) != (-1, -1) or row.verdict
        if row.end > 0:
            assert row.passage[row.start : row.end].lower() in names
    shares = Counter((row.end > 0, row.verdict) for row in rows)
    assert min(shares[False, it] for it in (YES, NO, OPEN, OPEN + NO, 0)) > 50
    assert rows == list(statement_rows(2000, random.Random(0)))


def test_who_did_it_is_told_by_the_sentence_alone() -> None:
    seen: Counter[int] = Counter()
    for row in statement_rows(20_000, random.Random(2)):
        passage = re.fullmatch(r"([^.]+) beat ([^.]+) 3-1\.", row.passage)
        claim = re.fullmatch(r"(?:did )?(.+) (?:beat|win against) (.+)", row.question)
        if passage is None or claim is None or not row.verdict:
            continue
        winner, loser = passage[1].lower(), passage[2].lower()
        wanted = {(winner, loser): YES, (loser, winner): NO}.get((claim[1], claim[2]), OPEN + NO)
        assert row.verdict == wanted, row
        seen[wanted] += 1
    assert min(seen[it] for it in (YES, NO, OPEN + NO)) > 0


def test_a_statement_of_the_file_has_what_its_forms_need() -> None:
    lists, some = statements()
    for statement in some:
        assert {statement.a, statement.b} <= lists.keys()
        assert statement.swapped in (None, "no", "not yes")
        for form in statement.says:
            assert {"{a}", "{b}"} <= set(re.findall(r"{.}", form)), form
