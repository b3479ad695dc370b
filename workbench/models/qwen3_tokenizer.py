"""Turns text into Qwen3's token ids so that no text can become a control token."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from workbench.models.tokenizer_file import (
    engine_of,
    mismatch,
    one_for_one,
    read_tokenizer,
    readable,
    require_within,
)

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
        Unavailable: ``tokenizer_missing``, ``tokenizer_damaged``, ``tokenizer_mismatch`` where
            a token has another id than the model was trained with, or ``tokenizer_beyond_model``
            where the model knows fewer ids.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / "tokenizer.json"
        content = read_tokenizer(path)
        self._official = engine_of(path, content)
        self._plain = engine_of(path, {**content, "added_tokens": [], "post_processor": None})
        self._check(path)
        require_within(path, self._official)

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of each text, without any added token; lone surrogates read as U+FFFD."""
        given = [readable(text) for text in texts]
        return [e.ids for e in self._plain.encode_batch(given, add_special_tokens=False)]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return the range of characters that each token stands for; lone surrogates count one."""
        found: list[tuple[int, int]] = self._plain.encode(
            one_for_one(text), add_special_tokens=False
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
                raise mismatch(path, token, expected, _spelled(found))
        for token in ("yes", "no"):
            found = self.encode([token])[0]
            if found != [GOLDEN[token]]:
                raise mismatch(path, token, GOLDEN[token], _spelled(found))
        for token in ("<|im_start|>", "<|im_end|>", "<think>", "</think>"):
            # A control token that is part of the plain vocabulary could be spelled by a document.
            found = self.encode([token])[0]
            if GOLDEN[token] in found:
                raise mismatch(path, token, GOLDEN[token], _spelled(found))


def _spelled(ids: Sequence[int]) -> str:
    return " ".join(map(str, ids))
