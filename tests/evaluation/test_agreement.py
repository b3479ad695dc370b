import pytest

from workbench.domain.errors import InvalidInput
from workbench.evaluation.agreement import Level, agreement, confusion, weighted_kappa

# Krippendorff 2011, section C: four observers, twelve units, missing values.
OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)
RATINGS = {
    f"u{at}": {f"j{judge}": row[at] for judge, row in enumerate(OBSERVERS) if row[at] is not None}
    for at in range(12)
}


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_the_published_example(level: Level, alpha: float) -> None:
    found = agreement(RATINGS, level)  # type: ignore[arg-type]
    assert found.alpha == pytest.approx(alpha, abs=5e-4)
    # The last unit was seen by one observer alone.
    assert found.n == 11
    assert found.interval is not None
    assert found.interval[0] < alpha < found.interval[1] <= 1


def test_two_judges_by_hand() -> None:
    # Nominal: observed 2 of 8 ordered pairs differ; totals 0: 5, 1: 3 of 8, expected 30 of 56.
    ratings = {"a": {"x": 0, "y": 0}, "b": {"x": 1, "y": 1}, "c": {"x": 0, "y": 1}}
    ratings["d"] = {"x": 0, "y": 0}
    found = agreement(ratings, "nominal")
    assert found.alpha == pytest.approx(1 - (2 / 8) / (30 / 56))
    assert found.same == 0.75


def test_names_and_order_do_not_matter() -> None:
    renamed = {f"z{at}": RATINGS[key] for at, key in enumerate(reversed(RATINGS))}
    assert agreement(renamed) == agreement(RATINGS)


def test_nothing_to_tell_apart() -> None:
    assert agreement({}).alpha is None
    assert agreement({"a": {"x": 1}}).n == 0
    same = agreement({"a": {"x": 2, "y": 2}, "b": {"x": 2, "y": 2}})
    assert (same.alpha, same.same, same.interval) == (None, 1.0, (1.0, 1.0))


def test_kappa_of_two_judges() -> None:
    assert weighted_kappa([(0, 0), (3, 3), (1, 1)]) == 1.0
    # Complete reversal of two grades in equal shares.
    assert weighted_kappa([(0, 3), (3, 0)]) == -1.0
    # Observed 1 + 4 = 5; expected 26 / 3 by the products of both judges' counts.
    pairs = [(0, 1), (2, 2), (3, 1)]
    expected = sum((a - b) ** 2 for a, _ in pairs for _, b in pairs) / 3
    assert weighted_kappa(pairs) == pytest.approx(1 - 5 / expected)
    assert weighted_kappa([(2, 2), (2, 2)]) is None
    with pytest.raises(InvalidInput):
        weighted_kappa([])


def test_confusion_counts_pairs_in_order() -> None:
    assert confusion([(1, 0), (0, 0), (1, 0)]) == {(0, 0): 1, (1, 0): 2}
