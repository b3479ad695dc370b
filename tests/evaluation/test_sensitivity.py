import math
from itertools import permutations

import numpy as np
import pytest

from workbench.domain.errors import InvalidInput
from workbench.evaluation.sensitivity import (
    InstructionPair,
    PairOrders,
    fall,
    ideal_of,
    moved_away,
    noise,
    oracle_of,
    rank_shift,
    sensitivity,
    worst_wording,
)


def _pair(
    first: str, og: str, new: str, changed: str, gained: str = "", name: str = "p"
) -> PairOrders:
    pair = InstructionPair(name, "问", "一", "二", tuple(changed), tuple(gained))
    return PairOrders(pair, tuple(first), tuple(og), tuple(new))


def test_the_published_values() -> None:
    assert fall(2, 10) == pytest.approx(0.8)
    assert fall(10, 2) == pytest.approx(-0.8)
    assert fall(7, 7) == 0.0


def test_documents_are_averaged_before_pairs() -> None:
    # a: 1 to 4 is .75, b: 2 to 3 is 1/3; c: 3 to 1 is -2/3.
    two = _pair("abcd", "abcd", "dcba", "ab", name="two")
    one = _pair("abcd", "abcd", "cabd", "c", name="one")
    found = sensitivity([two, one])
    assert found.per_pair == pytest.approx({"two": (0.75 + 1 / 3) / 2, "one": -2 / 3})
    assert found.p_mrr == pytest.approx(((0.75 + 1 / 3) / 2 - 2 / 3) / 2)
    assert (found.n, found.gained) == (2, None)


def test_a_scorer_that_is_blind_to_instructions_gets_exactly_nothing() -> None:
    found = sensitivity([_pair("abcd", "cabd", "cabd", "c", "d")])
    assert (found.p_mrr, found.gained, found.share_of_ideal) == (0.0, 0.0, 0.0)


def test_what_became_right_is_measured_mirrored() -> None:
    found = sensitivity([_pair("abcd", "abcd", "bacd", "a", "b")])
    assert found.p_mrr == pytest.approx(0.5)
    assert found.gained == pytest.approx(0.5)


def test_an_order_by_labels_is_no_upper_bound() -> None:
    one = _pair("abcd", "abcd", "bcda", "a", "b")
    assert oracle_of(one) == pytest.approx(0.5)
    assert sensitivity([one]).p_mrr == pytest.approx(0.75) == ideal_of(one)
    # At rank 3 of the first stage: 1 under the original, 4 once the gained one stands first.
    assert oracle_of(_pair("xyad", "xyad", "xyad", "a", "d")) == pytest.approx(0.75)
    fifty = tuple(str(at) for at in range(50))
    wide = PairOrders(InstructionPair("p", "q", "a", "b", ("7",)), fifty, fifty, fifty)
    assert ideal_of(wide) == pytest.approx(0.98)


@pytest.mark.parametrize("changed", ["a", "ab", "abc", "ax", "abcdx", "abcd"])
def test_no_two_orders_get_more_than_the_ideal(changed: str) -> None:
    documents = "abcd"
    best = max(
        moved_away(og, new, changed)
        for og in permutations(documents)
        for new in permutations(documents)
    )
    assert ideal_of(_pair(documents, documents, documents, changed)) == pytest.approx(best)


def test_names_and_the_order_of_pairs_do_not_matter() -> None:
    generator = np.random.default_rng(5)
    pairs = []
    for at in range(20):
        orders = ["".join(generator.permutation(list("abcdef"))) for _ in range(3)]
        pairs.append(_pair(*orders, changed="ab", gained="c", name=f"p{at}"))
    renamed = [
        _pair(
            *("".join(chr(ord(c) + 7) for c in "".join(order)) for order in (
                one.first_stage, one.original, one.changed, one.pair.changed, one.pair.gained,
            )),
            name=one.pair.pair_id,
        )
        for one in reversed(pairs)
    ]  # fmt: skip
    straight, other = sensitivity(pairs), sensitivity(renamed)
    assert straight.p_mrr == other.p_mrr
    assert (straight.oracle, straight.ideal, straight.gained) == (
        other.oracle,
        other.ideal,
        other.gained,
    )


def test_pairs_that_cannot_be_measured_are_refused() -> None:
    for orders, code in (
        ([], "pairs_missing"),
        ([_pair("ab", "ab", "ab", "")], "pairs_missing"),
        ([_pair("ab", "ab", "a", "a")], "candidates_differ"),
        ([_pair("ab", "ac", "ab", "a")], "candidates_differ"),
        ([_pair("ab", "abb", "ab", "a")], "candidates_differ"),
    ):
        with pytest.raises(InvalidInput) as caught:
            sensitivity(orders)
        assert caught.value.code == code


def test_the_worst_wording_of_each_question() -> None:
    assert worst_wording([{"a": 0.5, "b": 0.9}, {"a": 0.7, "b": 0.1}]) == {"a": 0.5, "b": 0.1}
    for wordings, code in (([], "pairs_missing"), ([{"a": 1.0}, {"b": 1.0}], "questions_differ")):
        with pytest.raises(InvalidInput) as caught:
            worst_wording(wordings)
        assert caught.value.code == code


def test_noise_of_a_control_by_hand() -> None:
    assert rank_shift("abc", "bac") == pytest.approx(2 / 3)
    assert rank_shift("abc", "bac", depth=1) == 1
    assert rank_shift("", "") == 0.0
    found = noise(
        {"q": "abc", "r": "xy"}, {"q": "bac", "r": "xy"}, {"q": 1, "r": 1}, {"q": 0.6, "r": 1}
    )
    assert found.shift == pytest.approx(1 / 3)
    assert found.delta == pytest.approx(0.2)
    assert 0 < found.rbo < 1
    assert found.n == 2
    same = noise({"q": "abc"}, {"q": "abc"}, {"q": 0.5}, {"q": 0.5})
    assert (same.shift, same.delta) == (0.0, 0.0)
    assert math.isclose(same.rbo, 1.0)
    with pytest.raises(InvalidInput) as caught:
        noise({"q": "a"}, {"r": "a"}, {"q": 1}, {"q": 1})
    assert caught.value.code == "questions_differ"
