"""Models for the extractive reader, made without a download: a pure function, a random BERT."""

from __future__ import annotations

import string
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

from afgqa.reading.extractive import Output

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
_WORDS = "the tower on island was built in its first keeper who ann vane lamp it rang".split()


def word_tokenizer() -> Tokenizer:
    """Lower-cased words and single characters; pairs stand as in BERT."""
    signs = [*string.ascii_lowercase, *string.digits, *string.punctuation]
    pieces = [*_SPECIAL, *dict.fromkeys((*_WORDS, *signs)), *(f"##{sign}" for sign in signs)]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return tokenizer


class Hashed:
    """A model whose logits are small whole numbers told from each token and its place."""

    name, cls, max_tokens, workers, bare_questions, titles, verdicts = (
        "hashed", 2, 64, 2, False, False, False
    )  # fmt: skip

    def __init__(self) -> None:
        self.tokenizer = word_tokenizer()

    def logits(self, ids: Sequence[int], types: Sequence[int]) -> Output:
        row = np.array(ids) * 7 + np.array(types) * 3 + np.arange(len(ids))
        return Output((row % 11).astype(np.float32), (row % 13).astype(np.float32))


def save_stirred(model: Any, folder: Path) -> None:
    """Save a new model with biases of which, as in a trained one, no two are alike."""
    import torch

    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 1:
                parameter.add_(torch.randn_like(parameter), alpha=0.01)
    model.save_pretrained(folder)


def tiny_model(folder: Path) -> Path:
    """Write a random BERT of two layers, 32 wide, with that tokenizer, for `transformers`."""
    import torch
    from transformers import BertConfig, BertForQuestionAnswering, PreTrainedTokenizerFast

    tokenizer = word_tokenizer()
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
        initializer_range=0.3,  # wide enough that logits differ
    )
    model = BertForQuestionAnswering(config)
    save_stirred(model, folder)
    PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        cls_token="[CLS]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        unk_token="[UNK]",
        model_max_length=128,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    ).save_pretrained(folder)
    return folder
