"""Divides a long document into overlapping windows of tokens, without splitting a character."""

import re
import sys
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from workbench.domain.errors import InvalidInput
from workbench.domain.pairs import Tokenizer
from workbench.domain.rankings import Window
from workbench.rerank.prompt import PromptTemplate, encode, room_for_document, well_formed

WINDOW_TOKENS = 1024
"""Most tokens of a document in one window."""
OVERLAP = 8
"""A window begins anew with at most one part in so many of the window before it."""

_JOINER = "\u200d"
_FLAGS = re.compile("[\U0001f1e6-\U0001f1ff]+")
_CHANCES = 4
"""How often windows are made smaller by what was too much, before they are halved."""


@dataclass(frozen=True, slots=True)
class DividedPrompts:
    """The prompts of one document with their windows; ``tokens`` is what one prompt would have."""

    prompts: tuple[tuple[int, ...], ...]
    windows: tuple[Window, ...]
    tokens: int


def encode_windows(
    template: PromptTemplate,
    tokenizer: Tokenizer,
    query: str,
    document: str,
    instruction: str,
    max_length: int,
    size: int = WINDOW_TOKENS,
) -> DividedPrompts:
    """Return one prompt a window, each exactly that of the window's text as a document.

    A window has as many tokens as fit after instruction and query, ``size`` at most. A document
    that fits gives one prompt. A text that is cut may have more tokens than it had in its place:
    where one does, all windows are made a little smaller.

    Raises:
        InvalidInput: ``prompt_too_long`` where instruction and query leave no room for a character.
    """
    text = well_formed(document)
    room = room_for_document(template, tokenizer, query, instruction, max_length)
    limit = max_length - room + min(size, room)

    def prompts_of(texts: Sequence[str]) -> tuple[tuple[int, ...], ...]:
        # never cut here: what is too long is divided again
        return encode(template, tokenizer, query, texts, instruction, sys.maxsize).prompts

    whole = prompts_of([text])
    tokens = len(whole[0])
    if tokens <= limit:
        return DividedPrompts(whole, (Window(1, 1, 0, len(text)),), tokens)
    edges = edges_of(text, tokenizer.spans(text))
    wanted, tries, longest = min(size, room), 0, tokens
    while wanted > 0:
        ranges = divide(edges, wanted)
        prompts = prompts_of([text[start:end] for start, end in ranges])
        longest = max(map(len, prompts))
        if longest <= (limit if wanted > 1 else max_length):
            windows = (Window(n, len(ranges), *one) for n, one in enumerate(ranges, start=1))
            return DividedPrompts(prompts, tuple(windows), tokens)
        tries += 1
        smaller = max(wanted - (longest - limit), 1)
        wanted = smaller if wanted > 1 and tries <= _CHANCES else wanted // 2
    raise InvalidInput("prompt_too_long", tokens=longest, limit=max_length)


@dataclass(frozen=True, slots=True)
class Edges:
    """Where a text may be cut: characters that begin a token, and how many tokens lie before them.

    ``soft`` holds those at which nothing is split that is seen as one character.
    """

    characters: tuple[int, ...]
    tokens: tuple[int, ...]
    soft: tuple[bool, ...]


def edges_of(text: str, spans: Sequence[tuple[int, int]]) -> Edges:
    """Return where ``text``, whose tokens have these ranges of characters, may be cut."""
    characters, tokens = [0], [0]
    for at, (before, after) in enumerate(pairwise(spans), start=1):
        # tokens that share a character have no edge between them
        if after[0] >= before[1] and characters[-1] < after[0] < len(text):
            characters.append(after[0])
            tokens.append(at)
    flags = {at for run in _FLAGS.finditer(text) for at in range(run.start() + 1, run.end(), 2)}
    soft = tuple(
        at in (0, len(text)) or (at not in flags and not joined(text[at - 1], text[at]))
        for at in (*characters, len(text))
    )
    return Edges((*characters, len(text)), (*tokens, len(spans)), soft)


def divide(edges: Edges, size: int) -> list[tuple[int, int]]:
    """Return ranges of characters of at most ``size`` tokens that together cover the whole text.

    Each begins at most ``size // 8`` tokens before the end of the one before it. A character that
    has more tokens than ``size`` makes a range of its own, and what is seen as one character is
    divided only where it has more.
    """
    ranges = []
    start, last = 0, len(edges.characters) - 1
    while True:
        end = _end(edges, start, size)
        ranges.append((edges.characters[start], edges.characters[end]))
        if end >= last:
            return ranges
        back = bisect_left(edges.tokens, edges.tokens[end] - size // OVERLAP)
        again = (at for at in range(max(back, start + 1), end) if edges.soft[at])
        start = next(again, end)


def _end(edges: Edges, start: int, size: int) -> int:
    """Return the last edge within ``size`` tokens, one that splits nothing where there is any."""
    end = bisect_right(edges.tokens, edges.tokens[start] + size) - 1
    soft = (at for at in range(end, start, -1) if edges.soft[at])
    return max(next(soft, end), start + 1)


def joined(before: str, after: str) -> bool:
    """Return whether two characters that follow each other are seen as one.

    So are a letter and its combining marks, an emoji and its modifiers, syllables of Hangul
    written in parts, and the halves of a surrogate pair; flags need more than two to be told.

    Source: Unicode Standard Annex 29, rules GB3 and GB6 to GB11, in the main.
    """
    if _JOINER in (before, after) or unicodedata.category(after).startswith("M"):
        return True
    if (before, after) == ("\r", "\n") or "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    if "\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff":
        return True
    return _continues_hangul(before, after)


def _continues_hangul(before: str, after: str) -> bool:
    if "\u1100" <= before <= "\u115f":
        return "\u1100" <= after <= "\u11a7" or "\uac00" <= after <= "\ud7a3"
    vowel = "\u1160" <= before <= "\u11a7" or "\uac00" <= before <= "\ud7a3"
    if vowel:
        return "\u1160" <= after <= "\u11ff"
    return "\u11a8" <= before <= "\u11ff" and "\u11a8" <= after <= "\u11ff"
