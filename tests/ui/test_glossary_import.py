from workbench.domain.documents import Notice
from workbench.domain.glossaries import Changes, GlossaryEntry
from workbench.ui.glossary_import import change_rows, listed

OLD, NEW = GlossaryEntry("定金", "deposit"), GlossaryEntry("定金", "earnest money")
MORE, GONE = GlossaryEntry("抵押", "mortgage"), GlossaryEntry("留置", "lien", "447")


def test_every_change_has_its_row() -> None:
    rows = change_rows(Changes((MORE,), ((OLD, NEW),), (GONE,)), "en")
    assert [(row["Change"], row["English"]) for row in rows] == [
        ("removed", "lien"),
        ("before", "deposit"),
        ("after", "earnest money"),
        ("added", "mortgage"),
    ]
    assert change_rows(Changes((), (), ()), "zh") == []


def test_many_problems_are_summed_up() -> None:
    wrong = [Notice("glossary_en_empty", {"row": row}) for row in range(2, 14)]
    lines = listed(wrong, "en").splitlines()
    assert len(lines) == 11
    assert lines[0].startswith("- Row 2 has no English term")
    assert lines[-1] == "- And 2 more rows."
    assert listed(wrong[:1], "en").count("\n") == 0
