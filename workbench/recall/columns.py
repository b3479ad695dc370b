"""What an index knows of each chunk by its number; texts are not kept."""

from bisect import bisect_right
from collections.abc import Callable, Iterable

import numpy as np

from workbench.domain.languages import LANGUAGES, Language
from workbench.domain.queries import Narrowing
from workbench.recall.holdings import Held, Holdings
from workbench.recall.lexical import Mask
from workbench.recall.strings import Bytes


class Columns:
    """The columns of all segments, chunk numbers running through them."""

    def __init__(self, holdings: Holdings) -> None:
        self._parts = holdings.parts
        self._starts = holdings.starts
        # Of chunks that were given by number: a fusion asks for each of them again by identifier.
        self._numbers: dict[str, int] = {}
        codes = [held.segment.languages for held in self._parts]
        self.languages: Bytes = np.concatenate([np.empty(0, np.uint8), *codes])
        gone = any(held.gone is not None for held in self._parts)
        self._there = self._mask(_there) if gone else None

    def chunk_id(self, at: int) -> str:
        """Return the identifier of a chunk."""
        number = bisect_right(self._starts, at) - 1
        held, place = self._parts[number], at - self._starts[number]
        found = held.segment.chunk_ids.texts[place]
        if held.part.gone is None or not held.part.gone[place]:
            self._numbers[found] = at
        return found

    def number(self, chunk_id: str) -> int | None:
        """Return the number of the chunk that is there under this identifier, None without one."""
        if chunk_id in self._numbers:
            return self._numbers[chunk_id]
        for held, start in zip(self._parts, self._starts, strict=False):
            at = held.segment.chunk_ids.find(chunk_id)
            if at is not None and (held.part.gone is None or not held.part.gone[at]):
                return start + at
        return None

    def language(self, at: int) -> Language:
        """Return the language of a chunk."""
        return LANGUAGES[int(self.languages[at])]

    def allowed(self, narrowing: Narrowing) -> Mask | None:
        """Return which chunks ``narrowing`` leaves, None for every number there is.

        A document is given by its id or its name.
        """
        allowed = self._there
        if narrowing.document is not None:
            allowed = _both(allowed, self._mask(_of_document(narrowing.document)))
        if narrowing.kind is not None:
            allowed = _both(allowed, self._mask(_of_kind(narrowing.kind)))
        if narrowing.language is not None:
            known = narrowing.language in LANGUAGES
            code = LANGUAGES.index(narrowing.language) if known else len(LANGUAGES)
            allowed = _both(allowed, self.languages == code)
        return allowed

    def only(self, chunk_ids: Iterable[str], allowed: Mask | None) -> Mask:
        """Return which of these chunks are among the allowed ones."""
        only = np.zeros(len(self.languages), np.bool_)
        numbers = (self.number(one) for one in chunk_ids)
        only[[at for at in numbers if at is not None]] = True
        return only if allowed is None else only & allowed

    def text_hash(self, at: int) -> str:
        """Return the hash of a chunk's text."""
        number = bisect_right(self._starts, at) - 1
        return self._parts[number].segment.hashes[at - self._starts[number]]

    def there(self) -> Mask:
        """Return which chunks are there."""
        return np.ones(len(self.languages), np.bool_) if self._there is None else self._there

    def _mask(self, part: Callable[[Held], Mask]) -> Mask:
        return np.concatenate([np.empty(0, np.bool_), *map(part, self._parts)])


def _both(one: Mask | None, other: Mask) -> Mask:
    return other if one is None else one & other


def _there(held: Held) -> Mask:
    gone = held.part.gone
    return np.ones(len(held.segment), np.bool_) if gone is None else ~gone


def _of_document(wanted: str) -> Callable[[Held], Mask]:
    def chunks(held: Held) -> Mask:
        named = [wanted in (each.document_id, each.name) for each in held.segment.documents]
        return held.segment.by_chunk(np.array(named, dtype=np.bool_))

    return chunks


def _of_kind(wanted: str) -> Callable[[Held], Mask]:
    def chunks(held: Held) -> Mask:
        names = held.segment.kind_names
        if wanted not in names:
            return np.zeros(len(held.segment), np.bool_)
        found: Mask = held.segment.kinds == names.index(wanted)
        return found

    return chunks
