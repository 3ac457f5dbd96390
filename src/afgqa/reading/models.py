"""The networks that a reader can use: the one that ships, any other by name or path.

The shipped one is an ONNX file that ONNX Runtime runs without importing torch. It lies in
`models/reader/` beside a manifest with the SHA-256 of every file, and is used only if all agree.
A folder of the same make can be named as well. Anything else is opened with transformers.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from afgqa.errors import ReaderError
from afgqa.protocols import Reader
from afgqa.reading.extractive import ExtractiveReader, Model, Output
from afgqa.reading.typed_reader import TypedReader

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = [
    "DEFAULT_READER", "FOLDER", "MANIFEST", "OnnxModel", "TorchModel", "load_reader",
]  # fmt: skip

DEFAULT_READER: Final = "afgqa-reader"
FOLDER: Final = Path(__file__).parents[1] / "models" / "reader"
MANIFEST: Final = "manifest.json"
_FILES: Final = ("config.json", "model.onnx", "tokenizer.json")
_LAID_OUT: Final = 2  # the format of a manifest
_UNSET: Final = 10**6  # a model that names no longest input says a very large number


def load_reader(name: str | None = None, *, download: bool = False) -> Reader:
    """The reader of this name: the default, "typed", or an extractive model by name or path.

    None is what ships, or the `TypedReader` where none lies in the package. The default
    never uses the network; another name is looked up on this machine, and downloaded if it is not
    there only with `download`. ReaderError says what is wrong and names the default.
    """
    if name == TypedReader().name or (name is None and not FOLDER.is_dir()):
        return TypedReader()
    if name is None or name == DEFAULT_READER:
        return ExtractiveReader(OnnxModel(FOLDER, DEFAULT_READER))
    if (Path(name) / MANIFEST).is_file():
        return ExtractiveReader(OnnxModel(Path(name), name))
    return ExtractiveReader(_by_name(name, download=download))


class OnnxModel:
    """A folder with `model.onnx`, `tokenizer.json`, `config.json` and their manifest.

    The files are checked at once, the network is opened when it is first needed. ReaderError
    names the file that is not what the manifest says.
    """

    cls = None  # the models that `training/export_reader.py` writes begin with [CLS]
    # A passage for each of two cores is faster than one after the other on both; how fast is in
    # the card, measured by `training/export_reader.py`.
    workers = 2

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._lock = threading.Lock()
        self._session: Any = None
        self._inputs: tuple[str, ...] = ()
        self._format = _check(folder)
        from tokenizers import Tokenizer

        try:
            config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            self._max_tokens = int(config["max_position_embeddings"])
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._tokenizer.no_padding()  # either may be left in the file by the training
            self._tokenizer.no_truncation()
        except Exception as error:  # tokenizers raises bare Exceptions
            raise _not_loaded(name, error) from error

    @property
    def name(self) -> str:
        return self._name

    @property
    def bare_questions(self) -> bool:
        return self._format >= _LAID_OUT

    @property
    def titles(self) -> bool:
        return self._format >= _LAID_OUT

    @property
    def verdicts(self) -> bool:
        return self._format >= _LAID_OUT

    @property
    def path(self) -> Path:
        """The file of the network, as its manifest says."""
        return self._folder / "model.onnx"

    @property
    def tokenizer(self) -> Tokenizer:
        return self._tokenizer

    @property
    def max_tokens(self) -> int:
        return self._max_tokens

    def logits(self, ids: Sequence[int], types: Sequence[int]) -> Output:
        session = self._open()
        row = np.array([ids], dtype=np.int64)
        given = {
            "input_ids": row,
            "attention_mask": np.ones_like(row),
            "token_type_ids": np.array([types], dtype=np.int64),
        }
        made = session.run(None, {name: given[name] for name in self._inputs})
        return Output(*(row[0].astype(np.float32) for row in made))

    def _open(self) -> Any:
        with self._lock:
            if self._session is None:
                try:
                    # Imported here: most of the package never needs it.
                    import onnxruntime

                    options = onnxruntime.SessionOptions()
                    options.intra_op_num_threads = 1
                    session = onnxruntime.InferenceSession(
                        str(self.path),
                        options,
                        providers=["CPUExecutionProvider"],
                    )
                except Exception as error:  # onnxruntime's errors have no common base
                    raise _not_loaded(self._name, error) from error
                self._inputs = tuple(item.name for item in session.get_inputs())
                self._session = session
            return self._session


class TorchModel:
    """An `AutoModelForQuestionAnswering` of transformers with its fast tokenizer, on the CPU."""

    workers = 1  # PyTorch itself uses all cores for one window
    bare_questions = False
    titles = False
    verdicts = False

    def __init__(self, model: Any, tokenizer: Any, name: str) -> None:
        self._model, self._name = model, name
        self._tokenizer: Tokenizer = copy.deepcopy(tokenizer.backend_tokenizer)
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._cls: int | None = tokenizer.cls_token_id
        positions = getattr(model.config, "max_position_embeddings", None)
        limits = [n for n in (positions, tokenizer.model_max_length) if n and 0 < n < _UNSET]
        self._max_tokens = int(min(limits, default=512))
        self._typed = "token_type_ids" in tokenizer.model_input_names

    @property
    def name(self) -> str:
        return self._name

    @property
    def tokenizer(self) -> Tokenizer:
        return self._tokenizer

    @property
    def cls(self) -> int | None:
        return self._cls

    @property
    def max_tokens(self) -> int:
        return self._max_tokens

    def logits(self, ids: Sequence[int], types: Sequence[int]) -> Output:
        import torch

        row = torch.tensor([list(ids)])
        given = {"input_ids": row, "attention_mask": torch.ones_like(row)}
        if self._typed:
            given["token_type_ids"] = torch.tensor([list(types)])
        with torch.inference_mode():
            output = self._model(**given)
        return Output(output.start_logits[0].float().numpy(), output.end_logits[0].float().numpy())


def _by_name(name: str, *, download: bool) -> Model:
    try:
        return _transformers(name, local=True)
    # Broken files and the hub client raise many kinds of errors, which all mean the same.
    except Exception as local:
        if Path(name).exists() or os.environ.get("HF_HUB_OFFLINE") == "1":
            raise _not_loaded(name, local) from local
        if not download:
            raise ReaderError(
                f"The reader {name!r:.80} is not on this machine. To download it, add --download "
                "(in Python: load_reader(name, download=True)). Or give the folder of an "
                f"extractive question-answering model, or use the default, {DEFAULT_READER}."
            ) from local
    try:
        return _transformers(name, local=False)
    except Exception as error:
        raise _not_loaded(name, error) from error


def _transformers(name: str, *, local: bool) -> TorchModel:
    # Imported here: it takes seconds, and most of the package never needs it.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    tokenizer = AutoTokenizer.from_pretrained(name, local_files_only=local)
    if not tokenizer.is_fast:
        raise ValueError("its tokenizer does not return the position of each token in the text")
    model, report = AutoModelForQuestionAnswering.from_pretrained(
        name, local_files_only=local, dtype=torch.float32, output_loading_info=True
    )
    if report["missing_keys"]:  # transformers would fill them with random numbers
        missing = ", ".join(sorted(report["missing_keys"]))
        raise ValueError(f"it was not trained to answer questions (it lacks {missing})")
    return TorchModel(model.eval(), tokenizer, name)


def _check(folder: Path) -> int:
    """The format of the folder's manifest, all of whose files are as it says.

    From format 2 on the network was trained on questions without their final mark, on passages
    after their titles, and for verdicts.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        expected, number = manifest["sha256"], int(manifest["format"])
        wanted = {name: str(expected[name]) for name in _FILES}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReaderError(
            f"{path} is not the manifest of a reader ({error!r}). Reinstall afgqa, or export the "
            "folder again with training/export_reader.py."
        ) from error
    for name, sha256 in wanted.items():
        file = folder / name
        found = hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "no file"
        if found != sha256:
            raise ReaderError(
                f"{file} does not match its manifest: expected SHA-256 {sha256}, found "
                f"{found}. Reinstall afgqa, or export the folder again with "
                "training/export_reader.py."
            )
    return number


def _not_loaded(name: str, error: Exception) -> ReaderError:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
    return ReaderError(
        f"The reading model {name!r} could not be loaded: {reason}. Give the folder of an "
        f"extractive question-answering model, or use the default {DEFAULT_READER!r}, which needs "
        "no network."
    )
