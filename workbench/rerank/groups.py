"""Prompts on their way to a model, in groups that begin alike, and who waits for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.errors import WorkbenchError
from workbench.domain.pairs import PairOdds, Prompt
from workbench.rerank.batches import common_prefix
from workbench.rerank.tickets import Part, Ticket


@dataclass(eq=False, slots=True)
class Item:
    """A prompt that somebody waits for; ``taken`` once it is on its way to the model."""

    prompt: Prompt
    tickets: list[Ticket]
    taken: bool = False

    @property
    def wanted(self) -> bool:
        """Return whether it has still to be computed for anybody."""
        return not self.taken and any(not ticket.abandoned for ticket in self.tickets)


@dataclass(frozen=True, slots=True)
class Group:
    """Prompts of one ticket that go to the model together, all of which begin alike."""

    ticket: Ticket
    items: tuple[Item, ...]

    @property
    def prompts(self) -> list[Prompt]:
        """Return the prompts in order."""
        return [item.prompt for item in self.items]


def items_of(groups: Sequence[Group]) -> list[Item]:
    """Return the items of all groups, in order."""
    return [item for group in groups for item in group.items]


def tokens_of(groups: Sequence[Group]) -> int:
    """Return the tokens that the model reads, what a group begins with once."""
    found = 0
    for group in groups:
        shared = common_prefix(group.prompts)
        found += shared + sum(len(prompt) - shared for prompt in group.prompts)
    return found


def last_deadline(groups: Sequence[Group]) -> float | None:
    """Return when nobody waits for the batch any more; None where somebody waits for ever."""
    waiting = [t.deadline for item in items_of(groups) for t in item.tickets if not t.abandoned]
    times = [deadline for deadline in waiting if deadline is not None]
    return max(times) if times and len(times) == len(waiting) else None


def halves(groups: Sequence[Group]) -> list[list[Group]]:
    """Return a batch as two of about the same number of prompts; none for a single prompt."""
    single = [Group(group.ticket, (item,)) for group in groups for item in group.items]
    middle = len(single) // 2
    if not middle:
        return []
    return [_joined(single[:middle]), _joined(single[middle:])]


def _joined(groups: Sequence[Group]) -> list[Group]:
    by_ticket: dict[int, list[Group]] = {}
    for group in groups:
        by_ticket.setdefault(id(group.ticket), []).append(group)
    return [Group(parts[0].ticket, tuple(items_of(parts))) for parts in by_ticket.values()]


def tell(groups: Sequence[Group], reply: PairOdds) -> None:
    """Give every ticket its answers of one call, or the error of the first that has none."""
    total = tokens_of(groups)
    shares = {id(g.ticket): 0.0 for g in groups}
    for group in groups:
        shares[id(group.ticket)] += tokens_of([group]) / total
        group.ticket.charged.extend(group.prompts)
    told: dict[int, tuple[Ticket, dict[Prompt, float]]] = {}
    for at, item in enumerate(items_of(groups)):
        for ticket in item.tickets:
            if at in reply.failed:
                ticket.tell(reply.failed[at])
            else:
                told.setdefault(id(ticket), (ticket, {}))[1][item.prompt] = reply.log_odds[at]
    for key, (ticket, odds) in told.items():
        ticket.tell(Part(odds, reply.compute_seconds, shares.get(key, 0.0)))


def fail(items: Sequence[Item], error: WorkbenchError) -> None:
    """Tell everybody who waits for one of the items that there will be no answer."""
    for ticket in {id(ticket): ticket for item in items for ticket in item.tickets}.values():
        ticket.tell(error)
