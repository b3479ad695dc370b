"""Who is served next: small priorities first, then users in turn, and each user's calls too."""

from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from workbench.rerank.batches import common_prefix
from workbench.rerank.groups import Group, Item
from workbench.rerank.tickets import Ticket


@dataclass(eq=False, slots=True)
class Call:
    """One ticket's prompts that still wait, longest first, and what all of them begin with."""

    ticket: Ticket
    items: deque[Item]
    prefix: int

    @classmethod
    def of(cls, ticket: Ticket, items: Sequence[Item]) -> "Call":
        """Return the call; longest first, so that what does not fit the device fails at once."""
        ordered = sorted(items, key=lambda item: -len(item.prompt))
        return cls(ticket, deque(ordered), common_prefix([item.prompt for item in ordered]))

    def waiting(self) -> bool:
        """Return whether anything is left, after dropping what others took or nobody wants."""
        while self.items and (self.ticket.abandoned or not self.items[0].wanted):
            self.items.popleft()
        return bool(self.items)

    def take(self, tokens: int, pairs: int, *, first: bool) -> tuple[tuple[Item, ...], int]:
        """Return the next items within the limits, and their tokens; the prefix counts once.

        The ``first`` of a batch is taken whatever its length.
        """
        taken: list[Item] = []
        spent = self.prefix
        while self.waiting() and len(taken) < pairs:
            more = len(self.items[0].prompt) - self.prefix
            if spent + more > tokens and not (first and not taken):
                break
            spent += more
            self.items[0].taken = True
            taken.append(self.items.popleft())
        return tuple(taken), spent if taken else 0


Users: TypeAlias = "OrderedDict[str, deque[Call]]"


@dataclass(slots=True)
class Lanes:
    """Calls that wait, by priority and user; for one thread at a time."""

    _lanes: dict[int, Users] = field(default_factory=dict)

    def add(self, priority: int, user: str, call: Call) -> None:
        """Put a call at the end of its user's."""
        self._lanes.setdefault(priority, OrderedDict()).setdefault(user, deque()).append(call)

    def take(self, tokens: int, pairs: int) -> list[Group]:
        """Return what goes to the model next, of one priority alone, and nothing where none waits.

        Users take turns from batch to batch, and within a user the calls do; a batch is filled with
        the next in turn until one does not fit. At least one prompt is taken, whatever its length.
        """
        for priority in sorted(self._lanes):
            groups = list(self._filled(self._lanes[priority], tokens, pairs))
            if not self._lanes[priority]:
                del self._lanes[priority]
            if groups:
                return groups
        return []

    def tokens(self, priority: int) -> int:
        """Return the tokens that wait at this priority or before it, prefixes counted each time."""
        return sum(len(item.prompt) for item in self._waiting(priority))

    def pairs(self) -> int:
        """Return how many prompts wait, those for two callers counted twice."""
        return sum(1 for _ in self._waiting(max(self._lanes, default=0)))

    def _waiting(self, priority: int) -> Iterator[Item]:
        for one, users in self._lanes.items():
            if one <= priority:
                for calls in users.values():
                    for call in calls:
                        if not call.ticket.abandoned:
                            yield from (item for item in call.items if item.wanted)

    @staticmethod
    def _filled(users: Users, tokens: int, pairs: int) -> Iterator[Group]:
        first = True
        while users and tokens > 0 and pairs > 0:
            user, calls = users.popitem(last=False)
            call = calls.popleft()
            items, spent = call.take(tokens, pairs, first=first)
            left = call.waiting()
            if left and items:
                calls.append(call)
            elif left:
                calls.appendleft(call)
            if calls:
                users[user] = calls
            if left and not items:
                users.move_to_end(user, last=False)  # it did not fit, and keeps its turn
            if items:
                first = False
                yield Group(call.ticket, items)
                tokens, pairs = tokens - spent, pairs - len(items)
            if left:
                return
