"""The reader's training program: the laws of its data, and the whole of it on a tiny model."""

from __future__ import annotations

import json
import random
import shutil
import signal
from collections.abc import Sequence
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
from reader_features import Features, batches, collate, encode
from reader_network import Output
from reader_recipe import Recipe, factor, loss_of
from reader_record import trainings
from reader_rows import (
    NO,
    OPEN,
    YES,
    answered,
    place,
    token_counter,
    unanswered,
    windows,
)
from reader_scores import Asked, Prediction, best_threshold, marked, predict, refusing_scores
from reader_train import Run, read_log
from reader_weights import open_model
from reading_cases import save_stirred
from training_cases import article

from afgqa.documents.loading import document_from_text
from afgqa.search.embedders import default_files, load_embedder
from afgqa.search.indexing import passages_of
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
    assert plain(" Who  WAS\nit? ") == "who was it"
    assert plain("It is so!.") == "it is so"


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
        np.array([3, 4], dtype=np.int16),
        np.array([3, -1], dtype=np.int16),
        np.array([4, -1], dtype=np.int16),
        np.array([0, NO + OPEN], dtype=np.uint8),
        np.array([1.0, 0.5], dtype=np.float32),
    )
    batch = collate(features, [1, 0], pad=0, typed=True)
    assert {values.shape for values in batch.input.values()} == {(2, 16)}
    cut = {name: values[:, :7].tolist() for name, values in batch.input.items()}
    assert cut == {
        "input_ids": [[101, 5, 6, 102, 4, 102, 0], [101, 7, 102, 8, 9, 102, 0]],
        "token_type_ids": [[0, 0, 0, 0, 1, 1, 0], [0, 0, 0, 1, 1, 1, 0]],
        "attention_mask": [[1, 1, 1, 1, 1, 1, 0]] * 2,
    }
    assert [row.nonzero().flatten().tolist() for row in batch.allowed] == [[0, 4], [0, 3, 4]]
    assert (batch.start.tolist(), batch.end.tolist()) == ([-1, 3], [-1, 4])
    assert batch.verdict.tolist() == [[True, False, True], [False, False, False]]
    assert batch.weight.tolist() == [0.5, 1.0]
    assert "token_type_ids" not in collate(features, [0], pad=0, typed=False).input


def test_the_loss_by_hand() -> None:
    features = Features(
        np.array([1, 7, 2, 8, 9, 2] * 3, dtype=np.uint16),
        np.array([0, 6, 12, 18]),
        np.array([3, 3, 3], dtype=np.int16),
        np.array([3, -1, 0], dtype=np.int16),
        np.array([4, -1, 0], dtype=np.int16),
        np.array([0, NO + OPEN, YES], dtype=np.uint8),
        np.array([1.0, 0.5, 1.0], dtype=np.float32),
    )
    batch = collate(features, [0, 1, 2], pad=0, typed=False)
    level = torch.zeros(3, 16)  # three places each: the first token and two of the passage
    output = Output(level, level, torch.tensor([[0.0, 0.0, 0.0]] * 3))
    # A span is one of three places; of three verdicts two are right in the second row, one in the
    # third. What nobody marked, or knows, costs nothing.
    span, verdicts = np.log(3), (0.0, np.log(3 / 2), np.log(3))
    for much in (1.0, 0.25):
        expected = (span + 0.5 * much * verdicts[1] + span + much * verdicts[2]) / 3
        loss = loss_of(output, batch, Recipe(verdicts=much))
        assert float(loss) == pytest.approx(expected, rel=1e-5)


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

    def __call__(self, batch: dict[str, torch.Tensor]) -> Output:
        ids = batch["input_ids"].tolist()
        starts, ends = (
            torch.tensor([[1.0, *(table.get(token, 0.0) for token in row[1:])] for row in ids])
            for table in (self.start, self.end)
        )
        return Output(starts, ends, torch.zeros(len(ids), 3))


class Marker:
    """Marks the first word of each passage, the surer the later it comes; notes what it reads."""

    titles = False
    verdicts = False
    name = "marker"

    def __init__(self, unit: Unit, no_answer: float) -> None:
        self._unit, self._no_answer = unit, no_answer
        self.seen: list[tuple[str, list[str]]] = []

    @property
    def unit(self) -> Unit:
        return self._unit

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


def test_the_best_span_of_all_windows(tokenizer: Any) -> None:
    def ids(**values: float) -> dict[int, float]:
        return {tokenizer.convert_tokens_to_ids(word): value for word, value in values.items()}

    paragraph = "The red lamp burns. Ann left the tower. Ben slept."
    # "who" stands only in the question, "ben" after "ann": neither may be chosen with it.
    model: Any = Pointer(ids(who=9, left=4, red=3), ids(who=9, red=5, tower=3, lamp=2))
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
