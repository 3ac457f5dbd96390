"""The network of three outputs: its fast layers, its heads on disk, and how it ships."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from average_reader import main as average
from export_reader import assemble, export
from reader_forms import convert, saturates
from reader_network import ReaderNetwork, hidden_states, load_heads, save_heads
from reader_smooth import smooth
from reader_weights import open_model, widen
from reading_cases import save_stirred, word_tokenizer

from afgqa.reading.models import OnnxModel


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random MPNet of three layers, 32 wide, with a word tokenizer and a verdict's head."""
    from transformers import MPNetConfig, MPNetForQuestionAnswering, PreTrainedTokenizerFast

    made = tmp_path_factory.mktemp("mpnet") / "model"
    tokenizer = word_tokenizer()
    torch.manual_seed(3)
    config = MPNetConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=130,
        initializer_range=0.3,
    )
    model = MPNetForQuestionAnswering(config)
    save_stirred(model, made)
    save_heads(ReaderNetwork(model), made)
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        model_input_names=["input_ids", "attention_mask"],
    ).save_pretrained(made)
    return made


def batch() -> dict[str, torch.Tensor]:
    ids = torch.arange(5, 5 + 2 * 16).reshape(2, 16)
    mask = torch.ones_like(ids)
    mask[1, 11:] = 0
    ids[1, 11:] = 1  # MPNet's padding, from which it counts its positions
    return {"input_ids": ids, "attention_mask": mask}


def test_the_fast_layers_compute_what_transformers_does(folder: Path) -> None:
    network, _ = open_model(folder)
    given = batch()
    with torch.no_grad():
        ours = hidden_states(network.body, given["input_ids"], given["attention_mask"]).float()
        theirs = network.body(**given).last_hidden_state
    read = given["attention_mask"] == 1
    # Rounding to 8 bits of mantissa, over three layers of values of about 1.
    assert float((ours - theirs)[read].abs().max()) < 0.15
    assert float(theirs[read].std()) > 0.5


def test_the_fast_layers_have_the_gradients_of_transformers(folder: Path) -> None:
    found = []
    for bf16 in (False, True):
        network, _ = open_model(folder, bf16=bf16)
        output = network(batch())
        (output.start.logsumexp(-1) + output.verdict[:, 1]).sum().backward()
        layer = network.body.encoder.layer[1]
        found.append([layer.attention.attn.q.weight.grad, layer.output.dense.weight.grad])
    for exact, rounded in zip(*found, strict=True):
        alike = torch.nn.functional.cosine_similarity(exact.flatten(), rounded.flatten(), dim=0)
        assert float(alike) > 0.99


def test_of_a_deeper_body_the_lowest_layers_are_taken(folder: Path) -> None:
    whole, _ = open_model(folder)
    part, _ = open_model(folder, layers=2)
    assert len(part.body.encoder.layer) == part.config.num_hidden_layers == 2
    for ours, theirs in zip(part.body.encoder.layer, whole.body.encoder.layer[:2], strict=True):
        assert torch.equal(ours.output.dense.weight, theirs.output.dense.weight)


def test_heads_are_kept_and_averaged(folder: Path, tmp_path: Path) -> None:
    one, _ = open_model(folder)
    with torch.no_grad():
        for parameter in one.parameters():
            parameter.add_(1.0)
    run = tmp_path / "run"
    one.qa.save_pretrained(run / "model")
    save_heads(one, run / "model")
    out = tmp_path / "average"
    assert (
        average([str(folder.parent), str(run), "--shares", "0.75", "0.25", "--out", str(out)]) == 0
    )
    mean, _ = open_model(out / "model")
    before, _ = open_model(folder)
    for name, tensor in mean.state_dict().items():
        torch.testing.assert_close(tensor, before.state_dict()[name] + 0.25)
    untouched = ReaderNetwork(mean.qa)
    kept = [parameter.clone() for parameter in untouched.verdict.parameters()]
    load_heads(untouched, tmp_path)  # a folder without heads
    assert all(map(torch.equal, untouched.verdict.parameters(), kept))


@pytest.mark.parametrize(
    ("form", "worst"),
    [
        ("fp32", 1e-4),
        ("int7", 1.0),
        pytest.param(
            "int8",
            1.0,
            marks=pytest.mark.skipif(saturates(), reason="sums of 8-bit products overflow here"),
        ),
    ],
)
@pytest.mark.parametrize("evened", [False, True])
def test_it_ships_and_training_goes_on_from_it(
    folder: Path, tmp_path: Path, form: str, worst: float, evened: bool
) -> None:
    network, tokenizer = open_model(folder)
    network.eval()
    ids = tokenizer(["who was first"], ["ann vane was the first keeper"]).input_ids[0]
    given = {"input_ids": torch.tensor([ids]), "attention_mask": torch.ones(1, len(ids)).long()}
    with torch.no_grad():
        exact = [row[0].numpy() for row in network(given)]
    if evened:
        smooth(network, [given])
    export(network, tmp_path / "fp32.onnx")
    convert(tmp_path / "fp32.onnx", tmp_path / "model.onnx", form)
    assemble(folder, tmp_path / "model.onnx", tmp_path / "reader", form)
    model = OnnxModel(tmp_path / "reader", "tiny")
    assert model.bare_questions
    output: Any = model.logits(ids, [0] * len(ids))
    assert [row.shape for row in output] == [(len(ids),), (len(ids),), (3,)]
    for ours, theirs in zip(output, exact, strict=True):
        assert np.abs(ours - theirs).max() < worst
    again, _ = open_model(tmp_path / "reader")
    original, _ = open_model(folder)
    assert widen(tmp_path / "model.onnx").keys() == original.state_dict().keys()
    for name, tensor in again.state_dict().items():
        # Evened out, a channel that is little used is told coarsely: so the mean, not the largest.
        off = (tensor - original.state_dict()[name]).abs().mean()
        assert float(off) < (1e-5 if form == "fp32" else 0.03), name
