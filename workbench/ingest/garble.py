"""How much of a text is no writing: private-use, unassigned and replacement characters."""

import re

_ODD = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u06ff\u0900-\u0e7f\u1e00-\u2bff\u2e80-\ua4cf\uac00-\ud7a3"
    "\uf900-\ufb4f\ufe10-\ufe4f\uff00-\uffef\U0001f000-\U0001faff\U00020000-\U0003134f]|\ufffd"
)
_SHARE = 0.3
_MIXED_SHARE = 0.12
_KINDS = 3
_SHORTEST = 4


def garble(text: str) -> float:
    """Return the share of characters that are no writing, in [0, 1]; 0.0 for an empty text."""
    return len(_ODD.findall(text)) / len(text) if text else 0.0


def is_garbled(texts: list[str]) -> bool:
    """Return whether a page's lines, or one line of it, need a second opinion.

    Chinese public documents often garble the font of their titles alone, so every line counts.
    """
    long = [text for text in texts if len(text.strip()) >= _SHORTEST]
    return any(_is_odd(text) for text in long) or garble("".join(texts)) > _SHARE


def _is_odd(text: str) -> bool:
    """Return whether a line is garbled: much of it, or less of it in several ways.

    One repeated bullet from a private font is no garble; codes read in the wrong table hit odd
    characters of many kinds.
    """
    odd = _ODD.findall(text)
    share = len(odd) / len(text)
    return share > _SHARE or (share > _MIXED_SHARE and len(set(odd)) >= _KINDS)
