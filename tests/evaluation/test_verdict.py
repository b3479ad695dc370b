from dataclasses import replace

import pytest

from workbench.evaluation.bounds import Reach
from workbench.evaluation.statistics import Comparison, compare
from workbench.evaluation.verdict import Standing, Verdict, verdict

OPEN = Reach(-0.2, 0.3, 9)
CLOSED = Reach(0.01, 0.3, 2)


def _found(n: int, step: float) -> Comparison:
    baseline = {f"q{at}": 0.4 + 0.01 * (at % 7) for at in range(n)}
    moved = {q: v + step * (at % 5 != 0) + 0.001 * at for at, (q, v) in enumerate(baseline.items())}
    return compare(baseline, [moved])[0]


@pytest.mark.parametrize(
    ("n", "step", "code", "tentative"),
    [
        (40, 0.1, "better", False),
        (40, -0.15, "worse", False),
        (12, 0.1, "better", True),
        (5, 0.3, "too_few", False),
    ],
)
def test_what_is_said_of_a_difference(n: int, step: float, code: str, tentative: bool) -> None:
    assert verdict(_found(n, step), None, Standing()) == Verdict(code, tentative)  # type: ignore[arg-type]


def test_a_difference_that_chance_would_make_is_none() -> None:
    baseline = {f"q{at}": 0.5 for at in range(40)}
    arm = {q: 0.5 + (0.1 if at % 2 else -0.1) for at, q in enumerate(baseline)}
    (found,) = compare(baseline, [arm])
    assert verdict(found, None, Standing()).code == "no_difference"


def test_missing_grades_are_asked_for_before_anything_is_said() -> None:
    found = _found(40, 0.1)
    assert verdict(found, OPEN, Standing()).code == "more_labels"
    assert verdict(found, CLOSED, Standing()).code == "better"
    assert verdict(found, Reach(-0.2, 0.3, 0), Standing()).code == "better"


def test_nothing_is_said_where_more_than_the_instruction_differs() -> None:
    found = _found(40, 0.1)
    for standing, code in (
        (Standing(same_criterion=False, follows_instructions=False), "different_tests"),
        (Standing(differs=("corpus",), follows_instructions=False), "not_comparable"),
        (Standing(follows_instructions=False), "does_not_follow"),
    ):
        assert verdict(found, None, standing).code == code


def test_identical_runs_are_called_so() -> None:
    values = {f"q{at}": 0.5 for at in range(3)}
    (found,) = compare(values, [values])
    assert verdict(found, OPEN, Standing()).code == "identical"


def test_the_correction_for_several_arms_decides() -> None:
    found = replace(_found(40, 0.1), p_holm=0.06)
    assert verdict(found, None, Standing()).code == "no_difference"
