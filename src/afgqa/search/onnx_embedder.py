"""The default embedder on ONNX Runtime: no torch, and loaded in a fraction of a second.

The graph ships with afgqa (`training/export_embedder.py`), the weights lie in the pinned package:
the graph names their places there, and ONNX Runtime maps that file into memory.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from afgqa.protocols import Progress, Spots, Vectors

__all__ = ["GRAPH", "OnnxEmbedder"]

GRAPH: Final = Path(__file__).parents[1] / "models" / "embedder" / "model.onnx"
_BATCH: Final = 16  # padded to the longest: more of them together cost more than they save
_QUERIES: Final = 64  # of the latest, whose vectors are kept
_Ids = NDArray[np.int64]


class OnnxEmbedder:
    """The model of a folder as sentence-transformers saves it, behind the `TokenEmbedder` seam.

    `weights` is the SHA-256 of its `model.safetensors`. The fingerprint is that of the same model
    on sentence-transformers: their vectors agree to a cosine of 0.9999. A text is cut after
    `max_tokens` tokens. The vectors of the latest queries are kept. Safe to share between threads.
    """

    def __init__(self, folder: Path, name: str, weights: str, *, max_tokens: int) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self._name = name
        self._max_tokens = max_tokens
        what = f"{weights}|{max_tokens}|[('document', ''), ('query', '')]"
        self._fingerprint = hashlib.sha256(what.encode()).hexdigest()
        self._counter = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._counter.no_padding()
        self._counter.no_truncation()
        self._tokenizer = Tokenizer.from_str(self._counter.to_str())
        self._tokenizer.enable_truncation(max_tokens)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(2, os.cpu_count() or 1)
        # Threads that wait by spinning take the cores from those they wait for.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_session_config_entry(
            "session.model_external_initializers_file_folder_path", str(folder)
        )
        self._session: Any = onnxruntime.InferenceSession(
            GRAPH.read_bytes(), options, providers=["CPUExecutionProvider"]
        )
        self._dimension = int(self._session.get_outputs()[0].shape[1])
        self._queries = lru_cache(_QUERIES)(self.encode_document)

    @property
    def name(self) -> str:
        return self._name

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def max_tokens(self) -> int:
        return self._max_tokens

    def count_tokens(self, texts: Sequence[str]) -> tuple[int, ...]:
        return tuple(len(it.ids) for it in self._counter.encode_batch(list(texts)))

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self._dimension), dtype=np.float32)
        return self._queries(tuple(texts)).copy()

    def encode_document(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        rows = np.zeros((len(texts), self._dimension), dtype=np.float32)
        read = self._tokenizer.encode_batch(list(texts))
        # Of like length together, the longest first, so that little is padded.
        order = sorted(range(len(read)), key=lambda i: -len(read[i].ids))
        for begin in range(0, len(order), _BATCH):
            some = order[begin : begin + _BATCH]
            rows[some] = self._run("vectors", [read[i].ids for i in some])
            if progress is not None:
                progress(begin + len(some), len(order))
        return rows

    def encode_tokens(self, texts: Sequence[str]) -> tuple[tuple[Spots, Vectors], ...]:
        found = []
        for read in self._tokenizer.encode_batch(list(texts)):
            rows = self._run("tokens", [read.ids])[0]
            # Without the model's own marks, which stand for no text.
            kept = [i for i, (start, end) in enumerate(read.offsets) if end > start]
            found.append((tuple(read.offsets[i] for i in kept), rows[kept]))
        return tuple(found)

    def _run(self, output: str, texts: Sequence[Sequence[int]]) -> Vectors:
        longest = max(map(len, texts))
        ids: _Ids = np.zeros((len(texts), longest), dtype=np.int64)
        mask: _Ids = np.zeros_like(ids)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = text
            mask[row, : len(text)] = 1
        given = {"input_ids": ids, "attention_mask": mask}
        (made,) = self._session.run([output], given)
        return np.ascontiguousarray(made, dtype=np.float32)
