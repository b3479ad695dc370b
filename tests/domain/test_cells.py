import pytest

from workbench.domain.cells import guarded, unguarded


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", ' "=1', "'=1", "＝1"])
def test_what_a_spreadsheet_would_run_is_guarded_and_comes_back(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"
    assert unguarded(guarded(cell)) == cell


@pytest.mark.parametrize("cell", ["", "违约金", "'tis", "it's", "a=b", "'"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert guarded(cell) == unguarded(cell) == cell
