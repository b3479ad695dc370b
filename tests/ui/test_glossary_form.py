import pandas as pd
import pytest

from workbench.domain.glossaries import GlossaryEntry, GlossaryRow
from workbench.ui.glossary_form import frame_of, rows_of
from workbench.words.say import TONGUES, Tongue

ENTRIES = (GlossaryEntry("违约金", "penalty", "585"), GlossaryEntry("定金", "deposit"))


@pytest.mark.parametrize("language", TONGUES)
def test_a_table_comes_back_as_it_was_shown(language: Tongue) -> None:
    for where in (None, ((True, True), (False, False))):
        frame = frame_of(ENTRIES, where, language)
        assert list(frame.index) == [1, 2]
        assert rows_of(frame) == [
            GlossaryRow(1, "违约金", "penalty", "585"),
            GlossaryRow(2, "定金", "deposit", ""),
        ]


def test_where_the_terms_stand_is_said() -> None:
    where = ((True, True), (True, False), (False, True), (False, False))
    frame = frame_of(ENTRIES * 2, where, "en")
    assert list(frame["where"]) == ["both", "Chinese only", "English only", "neither"]
    assert "where" not in frame_of((), (), "en")


def test_an_empty_table_has_the_columns() -> None:
    assert list(frame_of((), None, "zh").columns) == ["zh", "en", "note"]
    assert rows_of(frame_of((), None, "zh")) == []


def test_untouched_cells_of_a_new_row_are_empty() -> None:
    frame = frame_of(ENTRIES, None, "en")
    added = pd.DataFrame({"zh": ["抵押"], "en": [None], "note": [float("nan")]})
    assert rows_of(pd.concat([frame, added]))[2] == GlossaryRow(3, "抵押", "", "")
