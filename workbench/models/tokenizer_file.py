"""Opens a checkpoint's tokenizer.json, and makes of texts what it can read."""

import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer as Engine

from workbench.domain.errors import Unavailable
from workbench.models.configuration import vocabulary_size


def read_tokenizer(path: Path) -> dict[str, Any]:
    """Return what the file says, without padding or cutting.

    Raises:
        Unavailable: ``tokenizer_missing`` or ``tokenizer_damaged``.
    """
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


def engine_of(path: Path, content: dict[str, Any]) -> Engine:
    """Return a tokenizer of ``content``, which was read from ``path``.

    Raises:
        Unavailable: ``tokenizer_damaged``.
    """
    try:
        return Engine.from_str(json.dumps(content, ensure_ascii=False))
    except Exception as error:  # tokenizers raises bare Exception for whatever it cannot read
        raise Unavailable("tokenizer_damaged", file=str(path), detail=str(error)[:300]) from error


def require_within(path: Path, engine: Engine) -> None:
    """Return when the model beside ``path`` knows every id; one that does not say knows all.

    Raises:
        Unavailable: ``tokenizer_beyond_model`` with the largest id and what the model knows, and as
            ``read_config`` for a configuration that cannot be read.
    """
    if not path.with_name("config.json").is_file():
        return
    known = vocabulary_size(path.parent)
    largest = max(engine.get_vocab(with_added_tokens=True).values(), default=-1)
    if known is not None and largest >= known:
        raise Unavailable("tokenizer_beyond_model", file=str(path), largest=largest, known=known)


def mismatch(path: Path, token: str, expected: int | str, found: str) -> Unavailable:
    """Return the error that says which token has other ids than the model was trained with."""
    return Unavailable(
        "tokenizer_mismatch", file=str(path), token=token, expected=expected, found=found
    )


def readable(text: str) -> str:
    """Return ``text`` with halves of surrogate pairs joined, and lone ones as U+FFFD."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def one_for_one(text: str) -> str:
    """Return ``text`` with every half of a surrogate pair as U+FFFD, and as many characters."""
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
