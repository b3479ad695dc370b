"""Tests of workbench.rerank.lanes."""

from workbench.rerank.groups import Item
from workbench.rerank.lanes import Call, Lanes
from workbench.rerank.tickets import Ticket


def call(*prompts: tuple[int, ...]) -> Call:
    ticket = Ticket(prompts, None)
    return Call.of(ticket, [Item(prompt, [ticket]) for prompt in prompts])


def taken(lanes: Lanes, tokens: int = 100, pairs: int = 100) -> list[list[tuple[int, ...]]]:
    return [group.prompts for group in lanes.take(tokens, pairs)]


def test_nothing_waits():
    lanes = Lanes()
    assert (taken(lanes), lanes.pairs(), lanes.tokens(9)) == ([], 0, 0)


def test_longest_first_within_a_call():
    lanes = Lanes()
    lanes.add(0, "a", call((1,), (1, 2, 3), (1, 2)))
    assert (lanes.pairs(), lanes.tokens(0)) == (3, 6)
    assert taken(lanes) == [[(1, 2, 3), (1, 2), (1,)]]
    assert lanes.pairs() == 0


def test_what_a_call_begins_with_counts_once_in_a_batch():
    lanes = Lanes()
    lanes.add(0, "a", call((1, 1, 1, 2), (1, 1, 1, 3), (1, 1, 1, 4)))
    # 3 shared and one each: 5 tokens hold two of them, and then one
    assert taken(lanes, tokens=5) == [[(1, 1, 1, 2), (1, 1, 1, 3)]]
    assert taken(lanes, tokens=5) == [[(1, 1, 1, 4)]]


def test_one_prompt_goes_whatever_its_length_but_alone():
    lanes = Lanes()
    lanes.add(0, "a", call((1,) * 50))
    lanes.add(0, "b", call((2,)))
    assert taken(lanes, tokens=10) == [[(1,) * 50]]
    assert taken(lanes, tokens=10) == [[(2,)]]


def test_what_does_not_fit_any_more_keeps_its_turn():
    lanes = Lanes()
    lanes.add(0, "a", call((1, 1)))
    lanes.add(0, "b", call((2,) * 9))
    lanes.add(0, "c", call((3,)))
    assert taken(lanes, tokens=10) == [[(1, 1)]]
    assert taken(lanes, tokens=10) == [[(2,) * 9], [(3,)]]


def test_who_was_served_and_wants_more_stands_behind_the_others():
    lanes = Lanes()
    lanes.add(0, "a", call((1, 1), (1, 2), (1, 3)))
    lanes.add(0, "b", call((2, 1), (2, 2)))
    order = [taken(lanes, pairs=1)[0][0] for _ in range(5)]
    assert [prompt[0] for prompt in order] == [1, 2, 1, 2, 1]
    assert taken(lanes) == []


def test_a_batch_has_one_priority():
    lanes = Lanes()
    lanes.add(2, "a", call((1,)))
    lanes.add(0, "a", call((2,)))
    assert (lanes.tokens(0), lanes.tokens(2)) == (1, 2)
    assert taken(lanes) == [[(2,)]]
    assert taken(lanes) == [[(1,)]]


def test_who_gave_up_holds_nobody_up():
    lanes, gone = Lanes(), call((1,), (2,))
    lanes.add(0, "a", gone)
    lanes.add(0, "b", call((3,)))
    gone.ticket.abandon()
    assert lanes.pairs() == 1
    assert taken(lanes) == [[(3,)]]
