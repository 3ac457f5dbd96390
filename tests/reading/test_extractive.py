"""The extractive reader on a tiny random model: spans by hand, both back ends, every refusal."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from export_reader import assemble, export
from hypothesis import given
from hypothesis import strategies as st
from reader_forms import convert, saturates
from reader_network import ReaderNetwork
from reader_smooth import smooth
from reader_weights import open_model, widen
from reading_cases import tiny_model, word_tokenizer

from afgqa.errors import ReaderError
from afgqa.reading import models as reading_models
from afgqa.reading.extractive import ExtractiveReader, Logits, Output, best_spans
from afgqa.reading.models import DEFAULT_READER, MANIFEST, OnnxModel, load_reader
from afgqa.reading.typed_reader import TypedReader

PASSAGE = "The tower on the island was built in 1844. Its first keeper was Ann Vane."
QUESTION = "who was the first keeper"
DEFAULT = f"use the default {DEFAULT_READER!r}, which needs no network."


# -- spans out of logits ------------------------------------------------------------------------


def row(*values: float) -> Logits:
    return np.array(values, dtype=np.float32)


def test_best_spans_by_hand() -> None:
    inside = np.array([False, True, True, True, True, False])
    starts, ends = row(9, 1, 4, 0, 2, 9), row(9, 1, 2, 5, 0, 9)
    # Tokens 2 to 3 make 4 + 5; what is left beside them is 4 to 4 and 1 to 1.
    expected = [(2, 3, 9.0), (1, 1, 2.0), (4, 4, 2.0)]
    assert best_spans(starts, ends, inside, longest=30, k=5) == expected
    assert best_spans(starts, ends, inside, longest=30, k=1) == expected[:1]
    # One token each: 2 alone makes 4 + 2, 3 alone 0 + 5.
    expected = [(2, 2, 6.0), (3, 3, 5.0), (1, 1, 2.0), (4, 4, 2.0)]
    assert best_spans(starts, ends, inside, longest=1, k=5) == expected
    assert best_spans(starts, ends, inside & False, longest=30, k=5) == []


@given(
    logits=st.lists(
        st.tuples(*[st.integers(-9, 9).map(float)] * 2, st.booleans()), min_size=1, max_size=12
    ),
    longest=st.integers(1, 5),
)
def test_the_best_span_is_that_of_brute_force(
    logits: list[tuple[float, float, bool]], longest: int
) -> None:
    starts, ends = row(*(a for a, _, _ in logits)), row(*(b for _, b, _ in logits))
    inside = np.array([c for _, _, c in logits])
    places = [i for i, within in enumerate(inside) if within]
    sums = [starts[i] + ends[j] for i in places for j in places if i <= j < i + longest]
    found = best_spans(starts, ends, inside, longest=longest, k=4)
    assert [score for _, _, score in found[:1]] == ([max(sums)] if sums else [])
    for n, (i, j, score) in enumerate(found):
        assert inside[i]
        assert inside[j]
        assert 0 <= j - i < longest
        assert score == starts[i] + ends[j]
        assert all(j < a or b < i for a, b, _ in found[:n])


# -- windows, masks and scores, with a model that is a table ------------------------------------


class Table:
    """A model with one tower of logit `height` on each token `word`, 1.0 on [CLS], else 0.0."""

    name, cls, max_tokens, workers, bare_questions, titles, verdicts = (
        "table", 2, 24, 1, False, False, False
    )  # fmt: skip

    def __init__(self, word: str, height: float = 5.0) -> None:
        self.tokenizer = word_tokenizer()
        self._word, self._height = self.tokenizer.token_to_id(word), height
        self.seen: list[tuple[list[int], list[int]]] = []

    def logits(self, ids: Sequence[int], types: Sequence[int]) -> Output:
        self.seen.append((list(ids), list(types)))
        values = row(*(self._height * (i == self._word) + 1.0 * (i == self.cls) for i in ids))
        return Output(values, values)


def test_a_span_by_hand() -> None:
    model = Table("ann")
    (reading,) = ExtractiveReader(model).read("who ann?", ["  Ann rang. "])
    best = reading.spans[0]
    # 5 + 5 for the token, 1 + 1 for [CLS]; the question's own "ann" is never a span.
    assert (best.start, best.end, best.text, best.score) == (2, 5, "Ann", 8.0)
    assert [span.text for span in reading.spans] == ["Ann", "rang", "."]
    assert reading.no_answer == 0.0
    ((ids, types),) = model.seen
    assert types == [0] * 5 + [1] * (len(ids) - 5)


def test_a_long_passage_is_read_in_windows() -> None:
    model = Table("ann")
    passage = "lamp " * 200 + "ann " + "lamp " * 200
    (reading,) = ExtractiveReader(model).read("who?", [passage])
    assert (reading.spans[0].start, reading.spans[0].text) == (1000, "ann")
    assert len(model.seen) > 20
    assert max(len(ids) for ids, _ in model.seen) == 24
    places = [(span.start, span.end) for span in reading.spans]
    assert len(places) == len(set(places)) == 5


def test_a_long_question_is_cut_and_the_passage_is_read_all_the_same() -> None:
    model = Table("ann")
    model.max_tokens = 256
    (reading,) = ExtractiveReader(model).read("lamp " * 900, ["It was ann."])
    assert reading.spans[0].text == "ann"
    ((_, types),) = model.seen
    assert types.count(0) == 66  # [CLS], 64 of the question, [SEP]


def test_each_passage_is_read_for_itself() -> None:
    model = Table("ann")
    ExtractiveReader(model).read("who?", ["ann", "lamp lamp lamp", "", " \n"])
    assert [len(ids) for ids, _ in model.seen] == [6, 8]  # nothing padded, nothing empty read


class Deciding(Table):
    """Says yes where the window holds its word, no answer elsewhere."""

    bare_questions = True

    def logits(self, ids: Sequence[int], types: Sequence[int]) -> Output:
        verdict = row(0, 2 if self._word in ids else -2, 0)
        return super().logits(ids, types)._replace(verdict=verdict)


def test_a_verdict_by_hand() -> None:
    (reading, empty) = ExtractiveReader(Deciding("ann")).read("did ann ring", ["Ann rang.", " "])
    total = 1 + np.e**2 + 1
    assert reading.verdict is not None
    assert reading.verdict.yes == pytest.approx(np.e**2 / total)
    assert reading.verdict.open == pytest.approx(1 / total)
    assert reading.verdict.no == reading.verdict.open
    assert empty.verdict is None
    (silent,) = ExtractiveReader(Table("ann")).read("did ann ring?", ["Ann rang."])
    assert silent.verdict is None


def test_of_several_windows_the_verdict_is_of_the_one_that_leaves_least_open() -> None:
    passage = "lamp " * 60 + "ann " + "lamp " * 60
    (reading,) = ExtractiveReader(Deciding("ann")).read("who", [passage])
    assert reading.verdict is not None
    assert reading.verdict.yes == pytest.approx(np.e**2 / (2 + np.e**2))


def test_the_final_mark_of_a_question_is_read_only_by_a_network_that_knows_it() -> None:
    for model, tokens in ((Table("ann"), 3), (Deciding("ann"), 2)):
        ExtractiveReader(model).read("who rang ?", ["Ann."])
        ((_, types),) = model.seen
        assert types.count(0) == tokens + 2


# -- a tiny model in both back ends -------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("torch"))


@pytest.fixture(scope="module")
def shipped(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model as it would ship, in 32 bits."""
    made = tmp_path_factory.mktemp("onnx")
    torch.manual_seed(4)
    network, _ = open_model(folder)
    export(network.eval(), made / "fp32.onnx")
    assemble(folder, made / "fp32.onnx", made / "reader", "fp32")
    return made


def test_both_back_ends_agree(folder: Path, shipped: Path) -> None:
    passages = [PASSAGE, "", "Ann.", PASSAGE * 30]
    by_torch = load_reader(str(folder)).read(QUESTION, passages)
    by_onnx = load_reader(str(shipped / "reader")).read(QUESTION, passages)
    for one, other in zip(by_torch, by_onnx, strict=True):
        assert [(s.start, s.end, s.text) for s in one.spans] == [
            (s.start, s.end, s.text) for s in other.spans
        ]
        scores = [[span.score for span in reading.spans] for reading in (one, other)]
        assert scores[0] == pytest.approx(scores[1], abs=1e-4)
    assert [len(reading.spans) for reading in by_onnx] == [5, 0, 2, 5]


# Nothing is promised of them where sums overflow, which is why the reader ships in 7 bits.
eight_bits = pytest.mark.skipif(saturates(), reason="sums of 8-bit products overflow here")


@pytest.mark.parametrize(
    ("form", "worst"),
    [
        ("fp16", 0.01),
        ("int7", 0.5),
        pytest.param("int8", 0.5, marks=eight_bits),
        pytest.param("int8-matmul", 0.5, marks=eight_bits),
        pytest.param("int8-fp16", 0.5, marks=eight_bits),
    ],
)
def test_the_smaller_forms_say_about_the_same(
    form: str, worst: float, shipped: Path, tmp_path: Path
) -> None:
    convert(shipped / "fp32.onnx", tmp_path / "small.onnx", form)
    assemble(shipped / "reader", tmp_path / "small.onnx", tmp_path / "reader", form)
    assert (tmp_path / "small.onnx").stat().st_size < (shipped / "fp32.onnx").stat().st_size
    models = [OnnxModel(path / "reader", "tiny") for path in (shipped, tmp_path)]
    pair = models[0].tokenizer.encode(QUESTION, PASSAGE)
    ours, theirs = (np.array(model.logits(pair.ids, pair.type_ids)[:2]) for model in models)
    assert 0 < np.abs(ours - theirs).max() < worst


@pytest.mark.parametrize(
    ("form", "worst"),
    # Weights lie within 1.5: half a step of 8 bits is 3 / 256 / 2, of 16 bits 2 ** -11.
    [
        ("fp32", 0.0),
        ("fp16", 5e-4),
        ("int8", 6e-3),
        ("int8-matmul", 6e-3),
        ("int8-fp16", 6e-3),
    ],
)
def test_training_can_go_on_from_every_form(
    form: str, worst: float, folder: Path, shipped: Path, tmp_path: Path
) -> None:
    convert(shipped / "fp32.onnx", tmp_path / "model.onnx", form)
    torch.manual_seed(4)
    network, _ = open_model(folder)
    trained, widened = network.state_dict(), widen(tmp_path / "model.onnx")
    assert widened.keys() == trained.keys()
    for name, tensor in trained.items():
        assert widened[name].shape == tensor.shape
        assert float((widened[name] - tensor).abs().max()) <= worst, name


def stretched(folder: Path) -> ReaderNetwork:
    """The tiny model, the same function, with one channel in each attention 300 times as large."""
    torch.manual_seed(4)
    model, _ = open_model(folder)
    for layer in model.body.encoder.layer:
        value = layer.attention.self.value
        value.weight.data[3] *= 300
        value.bias.data[3] *= 300
        layer.attention.output.dense.weight.data[:, 3] /= 300
    return model.eval()


def test_evened_out_it_is_the_same_function_and_8_bits_cost_less(
    folder: Path, tmp_path: Path
) -> None:
    _, tokenizer = open_model(folder)
    given = dict(tokenizer([QUESTION], [PASSAGE], return_tensors="pt"))
    ids, types = given["input_ids"][0].tolist(), given["token_type_ids"][0].tolist()
    logits = {}
    weights = {name: value.detach().numpy() for name, value in stretched(folder).named_parameters()}
    for how in ("plain", "smooth"):
        model = stretched(folder)
        if how == "smooth":
            smooth(model, [given])
        export(model, tmp_path / "fp32.onnx")
        for form, worst in (("fp32", 1e-5), ("fp16", 2e-3), ("int8", None)):
            name = f"{how}-{form}"
            convert(tmp_path / "fp32.onnx", tmp_path / f"{name}.onnx", form)
            assemble(folder, tmp_path / f"{name}.onnx", tmp_path / name, form)
            logits[name] = np.array(OnnxModel(tmp_path / name, name).logits(ids, types)[:2])
            if worst is not None:  # in 8 bits, half a step is of another size in each matrix
                widened = widen(tmp_path / f"{name}.onnx")
                assert widened.keys() == weights.keys()
                for key, value in weights.items():
                    off = np.abs(widened[key].numpy() - value)
                    assert off.max() <= worst * np.abs(value).max(), key
    exact = logits["plain-fp32"]
    assert logits["smooth-fp32"] == pytest.approx(exact, abs=1e-4)
    change = {name: float(np.abs(found - exact).mean()) for name, found in logits.items()}
    assert change["smooth-int8"] < change["plain-int8"] / 1.5
    # Training goes on from what ships: the weights of 8 bits, computed in 32.
    again, _ = open_model(tmp_path / "smooth-int8")
    output = again.eval()(given)
    trained = np.array([output.start[0].tolist(), output.end[0].tolist()])
    assert 0 < np.abs(trained - exact).mean() < change["plain-int8"]


def test_a_model_is_evened_out_once_and_by_something(folder: Path) -> None:
    model = stretched(folder)
    with pytest.raises(ValueError, match="no inputs"):
        smooth(model, [])
    _, tokenizer = open_model(folder)
    given = dict(tokenizer([QUESTION], [PASSAGE], return_tensors="pt"))
    smooth(model, [given])
    with pytest.raises(ValueError, match="evened out already"):
        smooth(model, [given])


def test_a_reader_that_ships_is_opened_for_training(shipped: Path) -> None:
    model, tokenizer = open_model(shipped / "reader")
    batch = tokenizer([QUESTION], [PASSAGE], return_tensors="pt")
    output = model.eval()(dict(batch))
    network = OnnxModel(shipped / "reader", "tiny")
    pair = network.tokenizer.encode(QUESTION, PASSAGE)
    assert (batch["input_ids"][0].tolist(), batch["token_type_ids"][0].tolist()) == (
        pair.ids,
        pair.type_ids,
    )
    ours = [row[0].tolist() for row in output]
    theirs = [np.asarray(row).tolist() for row in network.logits(pair.ids, pair.type_ids)]
    assert ours == [pytest.approx(row, abs=1e-4) for row in theirs]


def test_only_what_was_exported_is_widened(tmp_path: Path) -> None:
    from onnx import helper, save

    path = tmp_path / "model.onnx"
    save(helper.make_model(helper.make_graph([], "empty", [], [])), str(path))
    with pytest.raises(ValueError, match="was not written by training/export_reader"):
        widen(path)


def test_threads_share_a_reader(shipped: Path) -> None:
    alone = load_reader(str(shipped / "reader")).read(QUESTION, [PASSAGE])
    reader = load_reader(str(shipped / "reader"))
    found: list[Any] = []
    threads = [
        threading.Thread(target=lambda: found.append(reader.read(QUESTION, [PASSAGE])))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 8


# -- which reader is loaded, and what is refused ------------------------------------------------


def test_without_a_model_in_the_package_the_typed_reader_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_models, "FOLDER", tmp_path / "none")
    assert isinstance(load_reader(), TypedReader)
    assert isinstance(load_reader("typed"), TypedReader)


def test_the_model_in_the_package_is_the_default(
    shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_models, "FOLDER", shipped / "reader")
    assert [load_reader(name).name for name in (None, DEFAULT_READER, "typed")] == [
        DEFAULT_READER,
        DEFAULT_READER,
        "typed",
    ]


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
@pytest.mark.parametrize("gone", [True, False])
def test_every_file_is_checked(name: str, gone: bool, shipped: Path, tmp_path: Path) -> None:
    mine = tmp_path / "reader"
    shutil.copytree(shipped / "reader", mine)
    if gone:
        (mine / name).unlink()
    else:
        (mine / name).write_bytes((mine / name).read_bytes() + b" ")
    with pytest.raises(ReaderError, match="does not match its manifest: expected SHA-256 "):
        load_reader(str(mine))


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"sha256": {"model.onnx": "0"}}'])
def test_a_manifest_that_is_none(text: str, tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(ReaderError, match=r"manifest\.json is not the manifest of a reader"):
        load_reader(str(tmp_path))


def test_a_network_that_is_none(shipped: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.onnx").write_bytes(b"no network")
    assemble(shipped / "reader", tmp_path / "bad.onnx", tmp_path / "reader", "fp32")
    reader = load_reader(str(tmp_path / "reader"))  # its files are those of the manifest
    with pytest.raises(ReaderError) as caught:
        reader.read(QUESTION, [PASSAGE])
    assert str(caught.value).endswith(DEFAULT)


@pytest.mark.parametrize("damage", ["nothing in it", "no JSON", "no head"])
def test_a_folder_that_is_no_reader(damage: str, folder: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    if damage == "nothing in it":
        mine.mkdir()
    else:
        shutil.copytree(folder, mine)
    if damage == "no JSON":
        (mine / "config.json").write_text("{")
    if damage == "no head":
        from safetensors.numpy import load_file, save_file

        kept = {k: v for k, v in load_file(mine / "model.safetensors").items() if "qa_" not in k}
        save_file(kept, mine / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ReaderError) as caught:
        load_reader(str(mine))
    said = str(caught.value)
    assert said.startswith(f"The reading model {str(mine)!r} could not be loaded: ")
    assert said.endswith(DEFAULT)
    if damage == "no head":
        assert "it was not trained to answer questions (it lacks qa_outputs.bias, " in said


def test_a_model_is_downloaded_only_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[bool] = []

    def transformers(_: str, *, local: bool) -> None:
        tried.append(local)
        raise OSError("it is not here")

    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr("afgqa.reading.models._transformers", transformers)
    with pytest.raises(ReaderError, match="To download it, add --download"):
        load_reader("nobody/no-such-model")
    assert tried == [True]
    with pytest.raises(ReaderError, match="could not be loaded: it is not here"):
        load_reader("nobody/no-such-model", download=True)
    assert tried == [True, True, False]


def test_a_name_that_cannot_be_had_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ReaderError, match="'nobody/no-such-model' could not be loaded: ") as caught:
        load_reader("nobody/no-such-model")
    assert str(caught.value).endswith(DEFAULT)


def test_the_manifest_names_every_file_that_is_read(shipped: Path) -> None:
    manifest = json.loads((shipped / "reader" / MANIFEST).read_text(encoding="utf-8"))
    names = sorted(path.name for path in (shipped / "reader").iterdir())
    assert sorted([MANIFEST, *manifest["sha256"]]) == names
