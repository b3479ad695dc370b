"""Tests of workbench.rerank.tickets."""

import pytest

from workbench.domain.errors import DeadlineExceeded, Unavailable
from workbench.rerank.tickets import Part, Ticket


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_waiting_is_what_was_not_computing():
    clock = Clock()
    ticket = Ticket([(1,), (2,)], None, clock)
    ticket.charged.extend([(1,), (2,)])
    ticket.tell(Part({(1,): 1.0}, seconds=2.0, share=0.5))
    ticket.tell(Part({(2,): 2.0}, seconds=1.0, share=1.0))
    clock.now += 7.0
    answered = ticket.outcome()
    assert (answered.queue_seconds, answered.compute_seconds) == (4.0, 2.0)


def test_progress_tells_what_has_arrived():
    ticket = Ticket([(1,), (2,), (1,)], None)
    seen: list[tuple[int, int]] = []

    def told(done: int, total: int) -> None:
        seen.append((done, total))
        ticket.tell(Part({(2,): 2.0} if done else {(1,): 1.0}))

    assert ticket.outcome(told).log_odds == (1.0, 2.0, 1.0)
    assert seen == [(0, 3), (2, 3), (3, 3)]


def test_a_failure_ends_it_and_what_was_made_is_kept():
    kept: dict[tuple[int, ...], float] = {}
    ticket = Ticket([(1,), (2,)], None, keep=kept.update)
    ticket.charged.append((1,))
    ticket.tell(Part({(1,): 1.0}))
    ticket.tell(Unavailable("out_of_memory", tokens=1))
    with pytest.raises(Unavailable, match="out_of_memory"):
        ticket.outcome()
    assert ticket.abandoned
    assert kept == {(1,): 1.0}


def test_a_deadline_that_has_passed_does_not_wait():
    clock = Clock()
    ticket = Ticket([(1,)], 100.0, clock)
    with pytest.raises(DeadlineExceeded) as caught:
        ticket.outcome()
    assert caught.value.params == {"done": 0, "total": 1}


def test_an_answer_that_is_there_counts_after_the_deadline_too():
    ticket = Ticket([(1,)], 0.0, Clock())
    ticket.tell(Part({(1,): 4.0}))
    assert ticket.outcome().log_odds == (4.0,)
