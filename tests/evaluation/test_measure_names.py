"""Names of measures as they are asked for and reported."""

import pytest

from workbench.domain.errors import InvalidInput
from workbench.evaluation.measure_names import Measure, deepest, parse_measures


def names(text: str, level: int) -> list[str]:
    return [measure.name for measure in parse_measures(text, level)]


def test_the_level_of_the_label_set_stands_in_the_names_that_need_one() -> None:
    asked = "nDCG@10 RR@10, R@100 Judged@5"
    assert names(asked, 1) == ["nDCG@10", "RR@10", "R@100", "Judged@5"]
    assert names(asked, 2) == ["nDCG@10", "RR(rel=2)@10", "R(rel=2)@100", "Judged@5"]


def test_a_reported_name_can_be_asked_for_again() -> None:
    assert names("RR(rel=2)@10", 1) == ["RR(rel=2)@10"]
    assert names("ndcg@10 NDCG@10 rr@3", 1) == ["nDCG@10", "RR@3"]


def test_measures_for_incomplete_labels_have_names_of_their_own() -> None:
    assert names("bpref nDCG'@10 rr’@5 Bpref(rel=1)", 2) == [
        "Bpref(rel=2)", "nDCG'@10", "RR'(rel=2)@5", "Bpref",
    ]  # fmt: skip
    assert names("RR'(rel=2)@5 Bpref(rel=2)", 1) == ["RR'(rel=2)@5", "Bpref(rel=2)"]
    assert deepest(parse_measures("Bpref", 1)) == 0


def test_the_deepest_cutoff() -> None:
    assert deepest(parse_measures("nDCG@10 R@100 P@5", 1)) == 100
    assert deepest(()) == 0


@pytest.mark.parametrize(
    "text",
    [
        "nDCG",
        "MAP@10",
        "RR@",
        "RR(rel=)@10",
        "nDCG(rel=2)@10",
        "@10",
        "Bpref@10",
        "Bpref'",
        "Judged'@5",
    ],
)
def test_an_unknown_name_is_told(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_measures(text, 1)
    assert (caught.value.code, caught.value.params["name"]) == ("measure_unknown", text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" , ", "measures_missing"),
        ("RR@0", "number_out_of_range"),
        ("RR@1001", "number_out_of_range"),
        ("P(rel=0)@5", "number_out_of_range"),
    ],
)
def test_numbers_have_limits(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_measures(text, 1)
    assert caught.value.code == code


def test_the_cutoff_is_part_of_a_measure() -> None:
    assert Measure("RR", 10) != Measure("RR", 20)
