"""How much a numbered line looks like a heading rather than like a wrapped reference."""

import re

_RUNS_ON = re.compile(r"\s*[,，、。；;:的]|\s*(?:规定|所列|所述|第\s*[一二三四五六七八九十\d])")
_RUNS_ON_CLOSE = re.compile(r"[和至及或与及以之中前款项内]")
END = re.compile(r"[。；;，,]$")
SENTENCE = re.compile(r"[。；！？!?]|\.\s+[A-Z]|,\s+\w+\s+\w+\s+\w+")


def article_weight(rest: str) -> float:
    """Return in [0, 1] how much what follows 第X条 looks like that article's own text."""
    if not rest or rest[0] in "【〔[(（《":
        return 1.0
    if rest[0] in ":：":
        return 0.9
    if rest[0].isspace():
        return 0.4 if _RUNS_ON.match(rest) else 1.0
    return 0.0 if _RUNS_ON.match(rest) or _RUNS_ON_CLOSE.match(rest) else 0.6


def title_weight(rest: str) -> float:
    """Return in [0, 1] how much ``rest``, with the space before it, looks like a title."""
    title = rest.strip()
    if len(title) > 45 or END.search(title) or _RUNS_ON.match(rest):
        return 0.0
    if rest and not rest[0].isspace() and _RUNS_ON_CLOSE.match(rest):
        return 0.0
    return 0.5 if SENTENCE.search(title) else 1.0


def word_weight(label: str, rest: str, *, run_in: bool) -> float:
    """Return in [0, 1] how much "Article 5" and what follows look like a heading.

    ``run_in`` allows text of any length, as an article's may begin in its heading's line.
    """
    title = without_separator(rest)
    if rest[:1] in (",", ";", ")") or (len(title) > 110 and not run_in):
        return 0.0
    weight = 1.0 if not label[0].islower() else 0.5
    if rest.strip() == ".":
        weight *= 0.7
    elif len(title) > 110:
        weight *= 0.4 if title[0].isupper() else 0.0
    elif title and (title[0].islower() or END.search(title) or SENTENCE.search(title)):
        weight *= 0.3
    elif title.endswith("."):
        weight *= 0.6
    return weight


def without_separator(rest: str) -> str:
    """Return what follows a label, without the colon, stop or dash between them."""
    return rest.lstrip(" \t.:-–—)").strip()
