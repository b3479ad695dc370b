"""Log-odds from earlier by prompt, in memory and behind it in a store."""

import hashlib
import math
import struct
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar, runtime_checkable

from workbench.domain.documents import Notice
from workbench.domain.errors import WorkbenchError
from workbench.domain.pairs import Prompt, ScoreCache
from workbench.domain.ports import Reranker

T = TypeVar("T")

RECENT = 50_000
"""Numbers that are held in memory, about 8 MB."""
FORMULA = 1
"""Part of every key; to be raised whenever the model's computation changes a number."""


class KnownScores:
    """Gives the number that a prompt was answered with before.

    A key is a digest of the formula's version, of ``identity`` and of the prompt's ids, which stand
    for template, instruction, query and document, however that was cut. ``identity`` says what else
    a number depends on: the model's files, the libraries and the place where it is computed. Where
    it is None, nothing is looked up and nothing kept. A cache that fails only makes the model
    compute: ``tell`` is given each kind of error once, ``note`` that a store had to begin anew.
    """

    def __init__(
        self,
        store: ScoreCache,
        identity: Callable[[], str | None],
        tell: Callable[[WorkbenchError], None],
        *,
        note: Callable[[Notice], None] | None = None,
        recent: int = RECENT,
    ) -> None:
        self._store = store
        self._identity = identity
        self._tell = tell
        self._note = note
        self._limit = recent
        self._recent: OrderedDict[bytes, float] = OrderedDict()
        self._told: set[str] = set()
        self._noted = len(store.notices)
        self._lock = threading.Lock()

    def get(self, prompts: Sequence[Prompt]) -> dict[Prompt, float]:
        """Return the log-odds of those prompts that have any from earlier; never raises."""
        keys = self._keys(prompts)
        with self._lock:
            known = {key: self._recent[key] for key in keys.values() if key in self._recent}
            for key in known:
                self._recent.move_to_end(key)
        others = [key for key in keys.values() if key not in known]
        if others:
            found = _finite(self._guarded(lambda: self._store.get(others)) or {})
            self._remember(found)
            known |= found
        return {prompt: known[key] for prompt, key in keys.items() if key in known}

    def put(self, rows: Mapping[Prompt, float]) -> None:
        """Keep log-odds; those that are not finite are left out. Never raises."""
        keys = self._keys(rows)
        kept = _finite({key: rows[prompt] for prompt, key in keys.items()})
        if kept:
            self._remember(kept)
            self._guarded(lambda: self._store.put(kept))

    def _keys(self, prompts: Iterable[Prompt]) -> dict[Prompt, bytes]:
        """Return each prompt's key; none where the identity is unknown."""
        identity = self._guarded(self._identity)
        if identity is None:
            return {}
        base = hashlib.sha256(f"{FORMULA}\n{identity}".encode("utf-8", "surrogatepass")).digest()
        return {prompt: _key(base, prompt) for prompt in prompts}

    def _guarded(self, work: Callable[[], T]) -> T | None:
        """Return what ``work`` does, None where it fails, which is told once a kind."""
        try:
            return work()
        except WorkbenchError as error:
            with self._lock:
                new = error.code not in self._told
                self._told.add(error.code)
            if new:
                self._tell(error)
            return None
        finally:
            self._pass_on_notices()

    def _pass_on_notices(self) -> None:
        with self._lock:
            new = self._store.notices[self._noted :]
            self._noted += len(new)
        if self._note:
            for notice in new:
                self._note(notice)

    def _remember(self, rows: Mapping[bytes, float]) -> None:
        with self._lock:
            for key, number in rows.items():
                self._recent[key] = number
                self._recent.move_to_end(key)
            while len(self._recent) > self._limit:
                self._recent.popitem(last=False)


@runtime_checkable
class RememberingReranker(Reranker, Protocol):
    """A reranker that may answer with numbers from earlier."""

    def without_cache(self) -> Reranker:
        """Return the same reranker, computing every number."""
        ...


def uncached(reranker: Reranker) -> Reranker:
    """Return a reranker that computes every number: the given one where it always does."""
    return reranker.without_cache() if isinstance(reranker, RememberingReranker) else reranker


def _key(base: bytes, prompt: Prompt) -> bytes:
    return hashlib.sha256(base + struct.pack(f"<{len(prompt)}i", *prompt)).digest()


def _finite(rows: Mapping[bytes, float]) -> dict[bytes, float]:
    return {key: float(number) for key, number in rows.items() if math.isfinite(number)}
