"""Turns text into Qwen3's token ids so that no text can become a control token."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tokenizers import Tokenizer as Engine

from workbench.domain.errors import Unavailable

GOLDEN: Mapping[str, int] = MappingProxyType(
    {
        "yes": 9693,
        "no": 2152,
        "<|im_start|>": 151644,
        "<|im_end|>": 151645,
        "<think>": 151667,
        "</think>": 151668,
    }
)
"""What the prompt and its answers rest on.

Source: tokenizer.json of Qwen/Qwen3-Reranker-0.6B, sha256 aeb13307…dae4.
"""


class Qwen3Tokenizer:
    """Holds the checkpoint's tokenizer twice: as it is, and without its added tokens.

    The second reads what users and documents say, because marks such as ``<|im_end|>`` in a
    document would otherwise close the prompt's turn. On other text both give the same ids. Safe to
    use from several threads: nothing changes after it was built.

    Raises:
        Unavailable: ``tokenizer_missing``, ``tokenizer_damaged``, or ``tokenizer_mismatch`` where
            a token has another id than the model was trained with.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / "tokenizer.json"
        content = _content(path)
        self._official = _engine(path, content)
        self._plain = _engine(path, {**content, "added_tokens": [], "post_processor": None})
        self._check(path)

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of each text, without any added token; lone surrogates read as U+FFFD."""
        readable = [_readable(text) for text in texts]
        return [e.ids for e in self._plain.encode_batch(readable, add_special_tokens=False)]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return the range of characters that each token stands for; lone surrogates count one."""
        found: list[tuple[int, int]] = self._plain.encode(
            _one_for_one(text), add_special_tokens=False
        ).offsets
        return found

    def encode_controls(self, text: str) -> list[int]:
        """Return the ids of text written by this program, in which control tokens are meant."""
        ids: list[int] = self._official.encode(text, add_special_tokens=False).ids
        return ids

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of ``ids``, control tokens spelled out."""
        text: str = self._official.decode(list(ids), skip_special_tokens=False)
        return text

    def _check(self, path: Path) -> None:
        for token, expected in GOLDEN.items():
            found = self.encode_controls(token)
            if found != [expected]:
                self._mismatch(path, token, expected, found)
        for token in ("yes", "no"):
            found = self.encode([token])[0]
            if found != [GOLDEN[token]]:
                self._mismatch(path, token, GOLDEN[token], found)
        for token in ("<|im_start|>", "<|im_end|>", "<think>", "</think>"):
            # A control token that is part of the plain vocabulary could be spelled by a document.
            found = self.encode([token])[0]
            if GOLDEN[token] in found:
                self._mismatch(path, token, GOLDEN[token], found)

    def _mismatch(self, path: Path, token: str, expected: int, found: list[int]) -> None:
        raise Unavailable(
            "tokenizer_mismatch",
            file=str(path),
            token=token,
            expected=expected,
            found=" ".join(map(str, found)),
        )


def _content(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise Unavailable("tokenizer_missing", file=str(path))
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Unavailable("tokenizer_damaged", file=str(path), detail=str(error)) from error
    if not isinstance(content, dict):
        raise Unavailable("tokenizer_damaged", file=str(path), detail="not a JSON object")
    # Padding or cutting that was saved with it would silently change every prompt.
    return {**content, "truncation": None, "padding": None}


def _engine(path: Path, content: dict[str, Any]) -> Engine:
    try:
        return Engine.from_str(json.dumps(content, ensure_ascii=False))
    except Exception as error:  # tokenizers raises bare Exception for whatever it cannot read
        raise Unavailable("tokenizer_damaged", file=str(path), detail=str(error)[:300]) from error


def _one_for_one(text: str) -> str:
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)


def _readable(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
