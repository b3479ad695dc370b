import math

import numpy as np
import pytest
from scipy import stats

from workbench.domain.errors import InvalidInput
from workbench.evaluation.power import detectable_effect, required_queries
from workbench.evaluation.resampling import bca_interval, sign_flip_p, t_test_p
from workbench.evaluation.statistics import (
    compare,
    evidence_of,
    holm,
    mean_interval,
    share_interval,
    sorted_vector,
)


def _named(values: list[float]) -> dict[str, float]:
    return {f"q{at}": value for at, value in enumerate(values)}


def _drawn(n: int, seed: int, shift: float = 0.0) -> dict[str, float]:
    generator = np.random.default_rng(seed)
    return _named(list(np.clip(generator.beta(2, 2, n) + shift, 0, 1)))


def test_small_numbers_of_signs_are_all_looked_at() -> None:
    assert sign_flip_p(sorted_vector([1.0] * 6)) == 2 / 64
    # Sums of ±1 ±2 ±3: 6, 4, 2, 0, 0, −2, −4, −6; as far from 0 as 4: four of eight.
    assert sign_flip_p(sorted_vector([-1.0, 2.0, 3.0])) == 4 / 8
    assert sign_flip_p(sorted_vector([0.0, 0.0])) == 1.0


@pytest.mark.parametrize(("n", "shift"), [(9, 0.2), (30, 0.05), (114, 0.04)])
def test_the_test_is_that_of_scipy(n: int, shift: float) -> None:
    differences = np.random.default_rng(n).normal(shift, 0.2, n)
    theirs = stats.permutation_test(
        (differences, np.zeros(n)),
        lambda one, other, axis: (one - other).mean(axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=20_000,
        random_state=np.random.default_rng(1),
    )
    ours = sign_flip_p(sorted_vector(differences))
    assert ours == pytest.approx(theirs.pvalue, abs=0.015)
    if n == 9:
        assert ours == pytest.approx(theirs.pvalue, abs=1e-12)
    t = stats.ttest_1samp(differences, 0)
    assert t_test_p(sorted_vector(differences)) == pytest.approx(t.pvalue, rel=1e-9)


@pytest.mark.parametrize("n", [8, 30, 200])
def test_the_interval_is_that_of_scipy(n: int) -> None:
    values = np.random.default_rng(n).exponential(1.0, n)
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=20_000, method="BCa", random_state=np.random.default_rng(2)
    ).confidence_interval
    found = bca_interval(sorted_vector(values))
    assert found is not None
    width = theirs.high - theirs.low
    assert found == pytest.approx((theirs.low, theirs.high), abs=0.04 * width)


def test_equal_values_have_no_width_and_one_value_has_no_interval() -> None:
    assert bca_interval(sorted_vector([0.5, 0.5, 0.5])) == (0.5, 0.5)
    assert bca_interval(sorted_vector([0.5])) is None
    assert mean_interval({"a": 1.0}) is None


def test_holm_of_three_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))
    assert holm([0.9, 0.8]) == (1.0, 1.0)
    assert holm([]) == ()


def test_identical_runs_differ_in_nothing() -> None:
    values = _drawn(40, 3)
    (found,) = compare(values, [dict(values)])
    assert (found.difference, found.p, found.p_holm, found.p_t) == (0.0, 1.0, 1.0, 1.0)
    assert (found.interval, found.identical) == ((0.0, 0.0), True)
    assert (found.wins, found.ties, found.losses) == (0, 40, 0)
    assert found.effect is None
    assert found.detectable is None


def test_counts_means_and_effect_by_hand() -> None:
    baseline = _named([0.0, 0.5, 0.5, 1.0, 0.2, 0.3])
    arm = _named([0.5, 0.5, 0.4, 1.0, 0.205, 0.3])
    (found,) = compare(baseline, [arm])
    assert (found.wins, found.ties, found.losses) == (1, 4, 1)
    differences = [0.5, 0.0, -0.1, 0.0, 0.005, 0.0]
    assert found.difference == pytest.approx(sum(differences) / 6)
    assert found.effect == pytest.approx(np.mean(differences) / np.std(differences, ddof=1))
    assert found.evidence == "exploratory"
    assert found.detectable == pytest.approx(
        detectable_effect(6) * np.std(differences, ddof=1)  # type: ignore[operator]
    )


def test_neither_order_nor_names_of_questions_matter() -> None:
    baseline, arm = _drawn(60, 4), _drawn(60, 5, 0.03)
    names = list(baseline)
    shuffled = [names[at] for at in np.random.default_rng(0).permutation(len(names))]
    renamed = {name: f"z{at}" for at, name in enumerate(reversed(names))}
    (straight,) = compare(baseline, [arm])
    (mixed,) = compare({q: baseline[q] for q in shuffled}, [{q: arm[q] for q in names}])
    (other,) = compare(
        {renamed[q]: v for q, v in baseline.items()}, [{renamed[q]: v for q, v in arm.items()}]
    )
    assert straight == mixed == other


@pytest.mark.parametrize(("n", "tested"), [(1, False), (5, False), (6, True)])
def test_no_p_under_six_questions(n: int, tested: bool) -> None:
    (found,) = compare(_drawn(n, 6), [_drawn(n, 7)])
    assert (found.p is not None, found.p_t is not None) == (tested, tested)
    assert (found.interval is None) == (n == 1)
    assert found.evidence == ("exploratory" if tested else "none")


def test_holm_is_over_the_arms_that_were_compared() -> None:
    baseline = _drawn(40, 8)
    arms = [_drawn(40, 9, 0.1), _drawn(40, 10), _drawn(40, 11, 0.02)]
    found = compare(baseline, arms)
    alone = [compare(baseline, [arm])[0].p for arm in arms]
    assert [one.p for one in found] == alone
    assert [one.p_holm for one in found] == list(holm([p for p in alone if p is not None]))


def test_what_cannot_be_compared_is_refused() -> None:
    for baseline, arm, code in (
        ({}, {}, "labels_missing"),
        ({"a": 1.0}, {"b": 1.0}, "questions_differ"),
        ({"a": 1.0}, {"a": math.nan}, "not_finite"),
        ({"a": math.inf}, {"a": 1.0}, "not_finite"),
    ):
        with pytest.raises(InvalidInput) as caught:
            compare(baseline, [arm])
        assert caught.value.code == code


def test_how_much_n_questions_can_show() -> None:
    # Power of the paired t test, two-sided .05, four of five: published tables (Cohen 1988).
    for n, effect in ((10, 1.0), (20, 0.66), (30, 0.53), (50, 0.40), (100, 0.28)):
        assert detectable_effect(n) == pytest.approx(effect, abs=0.006)
    assert detectable_effect(1) is None
    for effect, n in ((0.2, 199), (0.3, 90), (0.4, 52), (0.5, 34), (0.8, 15)):
        assert required_queries(effect) == n
    assert required_queries(0.2, 0.05 / 3) == 265
    assert required_queries(0.0) is None


def test_evidence_by_number_of_questions() -> None:
    assert [evidence_of(n) for n in (0, 5, 6, 24, 25, 49, 50)] == [
        "none", "none", "exploratory", "exploratory", "limited", "limited", "usable",
    ]  # fmt: skip


def test_shares_of_counts_have_wilsons_interval() -> None:
    theirs = stats.binomtest(22, 40).proportion_ci(method="wilson")
    assert share_interval(22, 40) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert share_interval(0, 0) is None
    assert share_interval(0, 5) == pytest.approx((0.0, 0.4344825), abs=1e-6)
    assert share_interval(5, 5)[1] == 1.0  # type: ignore[index]


def test_equal_arms_are_told_apart_in_no_more_than_six_of_a_hundred() -> None:
    generator = np.random.default_rng(30)
    rejected, rounds = 0, 600
    for _ in range(rounds):
        # Many questions do not differ at all, as with real rankings.
        changed = generator.random(30) < 0.4
        differences = np.where(changed, generator.choice([-0.5, -0.2, 0.1, 0.3, 0.4], 30), 0.0)
        # Flipping signs makes the arms exactly exchangeable.
        differences *= generator.choice([-1.0, 1.0], 30)
        rejected += sign_flip_p(sorted_vector(differences)) <= 0.05
    assert rejected / rounds <= 0.06
