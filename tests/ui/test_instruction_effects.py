"""The tables of what changing the instruction moved."""

from tests.services.test_instruction_effects import _measured, _row
from workbench.services.instruction_effects import effects_of
from workbench.ui.instruction_effects import effect_rows, matrix_rows, wording_lines


def test_columns_about_following_stand_only_where_criteria_differ() -> None:
    same = _measured(_row("A", "K1", "abcd"), _row("B", "K1", "dcba"), K1={"a": 3})
    (cells,) = effect_rows(same, effects_of(same).beside, "en")
    assert cells["Another first passage"] == "1 / 1"
    assert cells["Mean move of the first 10 (ranks)"] == "2.0"
    assert not any("p-MRR" in name for name in cells)
    (line,) = wording_lines(effects_of(same).wordings, "en")
    assert "worst wording of each question nDCG@10 is 0.500" in line


def test_p_mrr_is_told_in_points_and_its_own_criterion_is_marked() -> None:
    grades = {"K1": {"a": 3, "b": 0}, "K2": {"a": 0, "b": 3}}
    made = _measured(_row("A", "K1", "abcd"), _row("B", "K2", "badc"), **grades)
    found = effects_of(made)
    (cells,) = effect_rows(made, found.beside, "en")
    assert cells["Moved as asked (p-MRR)"] == "+50.0"
    assert cells["Share of it"] == "67%"
    assert found.matrix is not None
    first, second = matrix_rows(made, found.matrix, "en")
    assert list(first.values())[1:] == ["1.000 (its own)", "0.631"]
    assert list(second.values())[1:] == ["0.631", "1.000 (its own)"]
