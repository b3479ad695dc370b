"""Tests of workbench.rerank.groups."""

import pytest

from workbench.domain.errors import Unavailable
from workbench.domain.pairs import PairOdds
from workbench.rerank.groups import (
    Group,
    Item,
    fail,
    halves,
    items_of,
    last_deadline,
    tell,
    tokens_of,
)
from workbench.rerank.tickets import Ticket


def group(*prompts: tuple[int, ...], deadline: float | None = None) -> Group:
    ticket = Ticket(prompts, deadline)
    return Group(ticket, tuple(Item(prompt, [ticket]) for prompt in prompts))


@pytest.mark.parametrize(
    ("prompts", "tokens"),
    [(((1, 2, 3),), 3), (((1, 2, 3), (1, 2, 4)), 4), (((1,), (2, 3)), 3)],
)
def test_tokens_worked_by_hand(prompts, tokens):
    assert tokens_of([group(*prompts)]) == tokens
    assert tokens_of([group(*prompts), group((9, 9))]) == tokens + 2


def test_halves_keep_callers_apart():
    one, other = group((1,), (2,), (3,)), group((4,))
    first, second = halves([one, other])
    assert [g.prompts for g in first] == [[(1,), (2,)]]
    assert [g.prompts for g in second] == [[(3,)], [(4,)]]
    assert [g.ticket for g in second] == [one.ticket, other.ticket]
    assert halves([group((1,))]) == []


@pytest.mark.parametrize(
    ("deadlines", "last"), [((1.0, 5.0), 5.0), ((1.0, None), None), ((), None)]
)
def test_the_last_deadline_of_those_who_wait(deadlines, last):
    assert last_deadline([group((1,), deadline=one) for one in deadlines]) == last


def test_who_gave_up_has_no_deadline():
    patient, gone = group((1,), deadline=1.0), group((2,), deadline=5.0)
    gone.ticket.abandon()
    assert last_deadline([patient, gone]) == 1.0


def test_seconds_are_shared_by_tokens_and_a_guest_pays_nothing():
    one, other, guest = group((1, 1, 1)), group((2,)), Ticket([(2,)], None)
    other.items[0].tickets.append(guest)
    tell([one, other], PairOdds((3.0, 2.0), 0.0, 8.0))
    answers = [ticket.outcome() for ticket in (one.ticket, other.ticket, guest)]
    assert [a.compute_seconds for a in answers] == [6.0, 2.0, 0.0]
    assert [(a.log_odds, a.pairs, a.cached) for a in answers] == [
        ((3.0,), 1, 0),
        ((2.0,), 1, 0),
        ((2.0,), 0, 1),
    ]


def test_everybody_is_told_of_a_failure_once():
    failing = group((1,), (2,))
    fail(items_of([failing]), Unavailable("model_error"))
    with pytest.raises(Unavailable):
        failing.ticket.outcome()
