"""What a probe concludes from servers that obey, ignore, tremble, and rank wrong."""

from collections.abc import Iterator, Sequence

import pytest

from workbench.domain.rankings import ScoreKind
from workbench.rerank.remote_probe import AGAINST, Ask, kind_of, probe

RIGHT = "Beijing"


def asker(with_for: float, with_against: float, other: float, told: ScoreKind | None = None) -> Ask:
    """A server that gives the right passage one of two numbers, and all else the third."""

    def ask(
        query: str, documents: Sequence[str], instruction: str
    ) -> tuple[list[float], ScoreKind | None]:
        right = with_against if instruction == AGAINST else with_for
        return [right if RIGHT in one else other for one in documents], told

    return ask


def test_a_server_that_obeys() -> None:
    found = probe(asker(0.9, 0.1, 0.01), True, "t")
    assert (found.ranks, found.follows, found.score_kind, found.at) == (
        True,
        True,
        "probability",
        "t",
    )
    # ln(0.9/0.1) - ln(0.1/0.9) = 2 ln 9
    assert found.shift == pytest.approx(4.394449)


def test_a_server_that_ignores() -> None:
    found = probe(asker(0.9, 0.9, 0.01), True, "t")
    assert (found.ranks, found.follows, found.shift) == (True, False, 0.0)


def test_a_change_no_larger_than_rounding_is_no_obedience() -> None:
    assert not probe(asker(3.0, 2.9, -1.0), True, "t").follows
    assert probe(asker(3.0, 2.5, -1.0), True, "t").follows


def test_a_change_no_larger_than_that_between_equal_calls_is_no_obedience() -> None:
    numbers: Iterator[float] = iter((3.0, 3.0, 4.0, 6.0))

    def ask(
        query: str, documents: Sequence[str], instruction: str
    ) -> tuple[list[float], ScoreKind | None]:
        right = next(numbers)
        return [right if RIGHT in one else -5.0 for one in documents], None

    found = probe(ask, True, "t")
    assert (found.shift, found.follows) == (3.0, False)


def test_a_dialect_without_a_field_is_asked_once_and_follows_nothing() -> None:
    seen: list[str] = []

    def ask(
        query: str, documents: Sequence[str], instruction: str
    ) -> tuple[list[float], ScoreKind | None]:
        seen.append(instruction)
        return [1.0 if RIGHT in one else 0.0 for one in documents], None

    assert not probe(ask, False, "t").follows
    assert seen == [""]


@pytest.mark.parametrize("other", [0.9, 0.95])
def test_the_right_passage_must_stand_alone(other: float) -> None:
    assert not probe(asker(0.9, 0.1, other), True, "t").ranks


def test_similarity_never_follows() -> None:
    assert not probe(asker(0.9, 0.1, 0.0, "similarity"), True, "t").follows


def test_the_kind_is_seen_by_the_range() -> None:
    assert kind_of([]) == kind_of([0.0, 1.0]) == "probability"
    assert kind_of([0.5, 1.01]) == kind_of([-0.01]) == "logit"
