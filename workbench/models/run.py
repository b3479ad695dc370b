"""One reading of prompts: in passes that are halved for want of memory, until one fails alone."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from workbench.domain.errors import Unavailable, WorkbenchError
from workbench.models.device import is_out_of_memory
from workbench.models.passes import Group, Ids, packed_passes, stretches
from workbench.models.prefixes import NONE, KeptPrefixes, Prefix
from workbench.models.token_ids import batch_tokens, batches_of

T = TypeVar("T")


class Model(Protocol):
    """What a reading needs of a model; either method may run out of memory."""

    @property
    def packed(self) -> bool:
        """Return whether prompts lie in rows, each beside its prefix, instead of being padded."""
        ...

    def prefixes(self, ids: Sequence[Ids], after: Sequence[Prefix]) -> list[Prefix]:
        """Return keys and values of each of ``ids``, of which ``after`` is known already."""
        ...

    def odds(self, own: Sequence[Ids], after: Sequence[Prefix]) -> NDArray[np.float64]:
        """Return the log-odds of prompts whose ids are those ``after`` which ``own`` come."""
        ...

    def release(self) -> None:
        """Give back memory that is not in use."""
        ...


@dataclass(slots=True)
class Budget:
    """Most tokens in one pass; it shrinks where memory did not suffice and stays so."""

    tokens: int


@dataclass(frozen=True, slots=True)
class Scored:
    """Log-odds of each prompt; ``failed`` says by position why one has none, which is NaN then."""

    log_odds: NDArray[np.float64]
    failed: dict[int, WorkbenchError] = field(default_factory=dict)

    def unanswered(self) -> list[int]:
        """Return the positions without a finite number."""
        found: list[int] = np.flatnonzero(~np.isfinite(self.log_odds)).tolist()
        return found

    def take(self, positions: Sequence[int], other: "Scored") -> None:
        """Put what another reading of the prompts at ``positions`` found in their place."""
        self.log_odds[list(positions)] = other.log_odds
        self.failed.update({positions[at]: error for at, error in other.failed.items()})


class Run:
    """Reads prompts into ``scored``, in which odds may be infinite or NaN without a failure."""

    def __init__(
        self, model: Model, prompts: Sequence[Ids], budget: Budget, kept: KeptPrefixes
    ) -> None:
        self.scored = Scored(np.full(len(prompts), np.nan))
        self._model = model
        self._prompts = prompts
        self._budget = budget
        self._kept = kept
        self._aside: list[int] = []

    def read(self, groups: Sequence[Group]) -> None:
        """Read the groups; a prompt for which alone memory does not suffice fails alone."""
        waiting = stretches(groups)
        while waiting:
            stretch = waiting.pop(0)
            after = self._after(stretch)
            if after is None and len(stretch) > 1:
                middle = len(stretch) // 2
                waiting[:0] = [stretch[:middle], stretch[middle:]]
                continue
            # Where one prefix alone does not fit, its prompts are computed whole, in small passes.
            self._read(stretch, after or {})
            del after
        if self._aside:
            self._kept.forget()
        for position in self._aside:
            self._read_alone(position)

    def _after(self, groups: Sequence[Group]) -> dict[int, Prefix] | None:
        """Return each position's prefix, computed where not known; None for want of memory."""
        found = {group.members[0]: self._known(group) for group in groups}
        wanted = {
            group.shared.tobytes(): (group.shared, found[group.members[0]])
            for group in groups
            if len(group.members) > 1 and len(group.shared) > len(found[group.members[0]])
        }
        made = self._made(list(wanted.values()))
        if made is None:
            return None
        self._kept.keep([prefix for prefix in (*found.values(), *made) if len(prefix)])
        by_ids = dict(zip(wanted, made, strict=True))
        return {
            at: by_ids.get(group.shared.tobytes(), found[group.members[0]])
            for group in groups
            for at in group.members
        }

    def _known(self, group: Group) -> Prefix:
        if not self._model.packed:
            return NONE
        # A prompt alone computes no prefix, but may begin with one that is known.
        alone = len(group.members) == 1
        return self._kept.best(self._prompts[group.members[0]][:-1] if alone else group.shared)

    def _made(self, wanted: Sequence[tuple[Ids, Prefix]]) -> list[Prefix] | None:
        made: list[Prefix] = [NONE] * len(wanted)
        lengths = [len(ids) - len(known) for ids, known in wanted]
        for batch in batches_of(lengths, self._budget.tokens, packed=True):
            ids, known = zip(*(wanted[at] for at in batch), strict=True)
            found = self._attempt(partial(self._model.prefixes, ids, known))
            if found is None:
                return None
            for at, prefix in zip(batch, found, strict=True):
                made[at] = prefix
        return made

    def _read(self, groups: Sequence[Group], after: Mapping[int, Prefix]) -> None:
        passes = self._planned(groups, after, {at for group in groups for at in group.members})
        while passes:
            batch = passes.pop(0)
            odds = self._attempt(partial(self._pass, batch, after))
            if odds is not None:
                self.scored.log_odds[batch] = odds
            elif len(batch) == 1:
                self._aside.append(batch[0])
            else:
                own = self._lengths(after)[0]
                tokens = batch_tokens(batch, own, packed=self._model.packed)
                self._budget.tokens = min(self._budget.tokens, max(tokens // 2, 1))
                left = {at for each in (batch, *passes) for at in each}
                passes = self._planned(groups, after, left)

    def _planned(
        self, groups: Sequence[Group], after: Mapping[int, Prefix], waiting: Collection[int]
    ) -> list[list[int]]:
        own, before = self._lengths(after)
        if self._model.packed:
            return packed_passes(groups, waiting, own, before, self._budget.tokens)
        chosen = sorted(waiting)
        batches = batches_of([own[at] for at in chosen], self._budget.tokens)
        return [[chosen[at] for at in batch] for batch in batches]

    def _lengths(self, after: Mapping[int, Prefix]) -> tuple[list[int], list[int]]:
        """Return each prompt's tokens after its prefix and in it."""
        before = [len(after.get(at, NONE)) for at in range(len(self._prompts))]
        own = [len(ids) - n for ids, n in zip(self._prompts, before, strict=True)]
        return own, before

    def _pass(self, batch: Sequence[int], after: Mapping[int, Prefix]) -> NDArray[np.float64]:
        prefixes = [after.get(at, NONE) for at in batch]
        own = [self._prompts[at][len(p) :] for at, p in zip(batch, prefixes, strict=True)]
        return self._model.odds(own, prefixes)

    def _read_alone(self, position: int) -> None:
        # By now no prefix is left in memory, its own neither.
        odds = self._attempt(partial(self._pass, [position], {}))
        if odds is None:
            tokens = len(self._prompts[position])
            self.scored.failed[position] = Unavailable("out_of_memory", tokens=tokens)
        else:
            self.scored.log_odds[position] = odds[0]

    def _attempt(self, compute: Callable[[], T]) -> T | None:
        # None leaves the exception's frame, which would keep the tensors alive.
        try:
            return compute()
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
        self._kept.forget()
        self._model.release()
        return None
