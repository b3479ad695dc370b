"""Splits pasted text into candidates."""

import re

_BLANK = re.compile(r"\n[ \t\u3000]*\n")
WAYS = ("lines", "blocks")


def split_candidates(text: str, way: str) -> list[str]:
    """Return a candidate a line, or with ``blocks`` one between blank lines; none is empty."""
    tidy = text.replace("\r\n", "\n").replace("\r", "\n")
    parts = _BLANK.split(tidy) if way == "blocks" else tidy.split("\n")
    return [part.strip() for part in parts if part.strip()]
