"""Tests of workbench.evaluation.gold; expectations worked out by hand."""

from dataclasses import replace
from itertools import permutations

import pytest

from workbench.domain.judgements import Anchor, Judgement
from workbench.evaluation.gold import gold


def said(judge, grade, way="blind", at=1, passage="p", withdrawn=False):
    anchor = Anchor("d", "e", "s", (), passage, passage, "old")
    name = f"{judge}-{way}-{at}-{passage}"
    return Judgement(
        name, judge, "q", "c", anchor, grade, "", f"{at:03}", way=way, withdrawn=withdrawn
    )


def counted(events, **how):
    return gold(events, lambda one: "k", **how).grades.get("c", {}).get("q", {}).get("k")


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], None),
        ([said("a", None)], None),
        ([said("a", 3)], 3),
        ([said("a", 1), said("b", 2)], 1),
        ([said("a", 1), said("b", 2, "imported"), said("c", 3), said("d", 3)], 2),
        ([said("a", 1), said("b", 3, "open")], 1),
        ([said("a", None), said("b", 3, "open")], 3),
        ([said("a", 3), said("b", 3), said("c", 0, "adjudicated")], 0),
        ([said("a", 3), said("c", None, "adjudicated")], 3),
        ([said("a", 1, "imported"), said("a", 3, at=2)], 3),
        ([said("a", 1), said("a", 3, at=2, withdrawn=True)], None),
    ],
)
def test_the_grade_that_counts_does_not_hang_on_the_order_of_events(events, expected):
    assert {counted(one) for one in permutations(events)} == {expected}


def test_of_two_passages_in_one_chunk_the_higher_counts():
    assert counted([said("a", 1, passage="p"), said("b", 2, passage="r")]) == 2


def test_blind_only_leaves_every_other_way_out():
    events = [said("a", 1), said("b", 3, "imported"), said("c", 0, "adjudicated")]
    assert counted(events, blind_only=True) == 1


def test_ways_and_undecided_are_counted():
    found = gold([said("a", 1), said("b", None), said("c", 2, "open")], lambda one: "k")
    assert found.ways == {"blind": 1, "open": 1}
    assert found.cannot_tell == 1


@pytest.mark.parametrize(
    ("low", "high", "apart"), [(0, 1, 0), (1, 2, 1), (2, 3, 0), (0, 2, 1), (1, 3, 1)]
)
def test_judges_disagree_across_the_level_or_two_apart(low, high, apart):
    found = gold([said("a", high), said("b", low)], lambda one: "k").disagreements
    assert [one.grades for one in found] == [(low, high)] * apart


def test_a_passage_in_no_chunk_is_lost_only_where_it_has_a_grade():
    found = gold([said("a", 1), said("a", None, passage="r")], lambda one: None)
    assert (found.lost, found.grades) == (1, {})


def test_renamed_judges_change_nothing():
    events = [said("a", 1), said("b", 3), said("c", 2)]
    renamed = [replace(one, judge=f"z{4 - at}") for at, one in enumerate(events)]
    assert gold(events, lambda one: "k") == gold(renamed, lambda one: "k")
