"""Turns question and passage into a cross-encoder's token ids, so that no text controls it."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias

from tokenizers import Tokenizer as Engine

from workbench.domain.errors import Unavailable
from workbench.models.configuration import read_config
from workbench.models.tokenizer_file import (
    engine_of,
    mismatch,
    one_for_one,
    read_tokenizer,
    readable,
    require_within,
)

PairFrame: TypeAlias = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
"""Ids before the question, between it and the passage, and after the passage."""


class PairTokenizer:
    """Holds the checkpoint's tokenizer twice: as it is, and without its control tokens.

    The second reads what users and documents say, because marks such as ``</s>`` in a document
    would otherwise end it. On other text both give the same ids. Safe to use from several threads:
    nothing changes after it was built.

    Raises:
        Unavailable: ``tokenizer_missing``, ``tokenizer_damaged``, ``tokenizer_no_pair`` where it
            does not say how question and passage are joined, ``tokenizer_mismatch`` where a token
            has another id than the model was trained with, ``tokenizer_beyond_model`` where the
            model knows fewer ids.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / "tokenizer.json"
        content = read_tokenizer(path)
        official = engine_of(path, content)
        self._plain = engine_of(path, _without_controls(content))
        self._controls = _controls(content)
        self.frame: PairFrame = _frame(path, official)
        self._check(path, folder)
        require_within(path, official)

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

    def _check(self, path: Path, folder: Path) -> None:
        config = read_config(folder) if (folder / "config.json").is_file() else {}
        first, last = self.frame[0][0], self.frame[2][-1]
        for name, found in (("bos_token_id", first), ("eos_token_id", last)):
            expected = config.get(name)
            if isinstance(expected, int) and expected != found:
                raise mismatch(path, name, expected, str(found))
        padding = config.get("pad_token_id")
        for token, number in self._controls.items():
            # A control token that is part of the plain vocabulary could be spelled by a document.
            for text in (token, f"a{token}b", f" {token} ", f"a {number} b"):
                if number in self.encode([text])[0]:
                    raise mismatch(path, token, "none", str(number))
        if isinstance(padding, int) and padding not in self._controls.values():
            raise mismatch(path, "pad_token_id", padding, "none")


def _controls(content: Mapping[str, Any]) -> dict[str, int]:
    """Return the added tokens with their ids, but not the one for what is not known."""
    unknown = (content.get("model") or {}).get("unk_id")
    added = content.get("added_tokens") or []
    return {str(one["content"]): int(one["id"]) for one in added if one["id"] != unknown}


def _without_controls(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tokenizer's content with pieces that no text can spell for control tokens.

    To leave out the added tokens is not enough: a unigram vocabulary also lists them as pieces,
    the best ones there are. A space stands in no text that reaches it, since spaces become "▁".
    """
    model = dict(content.get("model") or {})
    numbers = {int(one["id"]) for one in content.get("added_tokens") or []}
    if model.get("type") == "Unigram":
        model["vocab"] = [
            [f" {at} ", score] if at in numbers else [piece, score]
            for at, (piece, score) in enumerate(model.get("vocab") or [])
        ]
    return {**content, "model": model, "added_tokens": [], "post_processor": None}


def _frame(path: Path, official: Engine) -> PairFrame:
    """Return the ids that the tokenizer sets around a question and a passage."""
    joined = official.encode("a", "a", add_special_tokens=True)
    pairs = zip(joined.sequence_ids, joined.ids, strict=True)
    runs = [(of, tuple(i for _, i in run)) for of, run in groupby(pairs, key=lambda one: one[0])]
    if [of for of, _ in runs] != [None, 0, None, 1, None]:
        shape = " ".join("." if of is None else str(of) for of, _ in runs)
        raise Unavailable("tokenizer_no_pair", file=str(path), found=shape)
    return runs[0][1], runs[2][1], runs[4][1]
