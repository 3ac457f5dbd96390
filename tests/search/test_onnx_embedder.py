"""The default embedder on ONNX Runtime, beside the same model on sentence-transformers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from afgqa.errors import EmbedderError
from afgqa.search import embedders
from afgqa.search.embedders import ModelEmbedder, default_files, load_embedder
from afgqa.search.onnx_embedder import GRAPH, OnnxEmbedder
from afgqa.settings import DEFAULT_EMBEDDER

pytestmark = pytest.mark.model

TEXTS = [
    "Who opened the bridge?",
    "",
    "A ferry.",
    "Ærøskøbing – 10⁶ m³ 😀",
    "The keeper lit the old lamp, and the ship turned away from the rocks. " * 5,
    "word " * 700,  # longer than the longest input
]


@pytest.fixture(scope="module")
def reference() -> ModelEmbedder:
    weights = embedders._SHA256["model.safetensors"]
    return ModelEmbedder(
        embedders._open(str(default_files()), local=True), DEFAULT_EMBEDDER, weights
    )


def test_it_is_the_same_model(reference: ModelEmbedder) -> None:
    ours = load_embedder()
    assert isinstance(ours, OnnxEmbedder)
    for one, other in (
        (ours.encode_document(TEXTS), reference.encode_document(TEXTS)),
        (ours.encode_query(TEXTS), reference.encode_query(TEXTS)),
    ):
        assert one.dtype == np.float32
        assert one.shape == other.shape
        assert (one * other).sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert ours.count_tokens(TEXTS) == reference.count_tokens(TEXTS)
    assert (ours.name, ours.fingerprint, ours.dimension, ours.max_tokens) == (
        reference.name,
        reference.fingerprint,
        reference.dimension,
        reference.max_tokens,
    )
    pairs = zip(ours.encode_tokens(TEXTS), reference.encode_tokens(TEXTS), strict=True)
    for (spots, rows), (their_spots, their_rows) in pairs:
        assert spots == their_spots
        assert rows == pytest.approx(their_rows, abs=1e-4)


def test_its_neighbours_do_not_change_a_vector() -> None:
    ours = load_embedder()
    together = ours.encode_document(TEXTS)
    for text, row in zip(TEXTS, together, strict=True):
        assert ours.encode_document([text])[0] == pytest.approx(row, abs=1e-5)
    assert ours.encode_document([]).shape == (0, ours.dimension)
    heard: list[tuple[int, int]] = []
    ours.encode_document(["A ferry."] * 20, lambda done, total: heard.append((done, total)))
    assert heard == [(16, 20), (20, 20)]


def test_the_graph_is_what_the_program_writes() -> None:
    from export_embedder import build

    made = build(default_files()).SerializeToString(deterministic=True)
    assert made == GRAPH.read_bytes()


def test_another_graph_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(GRAPH.read_bytes()[:-1])
    monkeypatch.setattr(embedders, "GRAPH", path)
    with pytest.raises(EmbedderError, match="is not the file that ships"):
        load_embedder()


ASK = """
import sys
from afgqa.cli import main
assert main(["ask", "Who built the bridge?", "--index", sys.argv[1]]) == 0
heavy = {"torch", "transformers", "sentence_transformers", "gradio", "matplotlib", "selectolax"}
print(sorted(heavy & sys.modules.keys()))
"""


def test_a_question_in_the_shell_needs_no_torch(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Ada Moss built the bridge in 1911.")
    index = str(tmp_path / "index")
    for command in (
        ["-m", "afgqa", "index", str(tmp_path / "a.txt"), "--index", index],
        ["-c", ASK, index],
    ):
        done = subprocess.run(
            [sys.executable, *command], capture_output=True, text=True, check=True
        )
    assert done.stdout.splitlines()[-1] == "[]"
    assert "Ada Moss" in done.stdout
