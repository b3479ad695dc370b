from workbench.domain.documents import Notice
from workbench.domain.glossaries import (
    Changes,
    GlossaryEntry,
    GlossaryRow,
    UsedEntry,
    changes,
    checked,
)


def entry(zh: str, en: str, note: str = "") -> GlossaryEntry:
    return GlossaryEntry(zh, en, note)


def rows(*cells: tuple[str, ...]) -> list[GlossaryRow]:
    return [GlossaryRow(at, *row) for at, row in enumerate(cells, start=2)]


def test_nothing_is_no_problem() -> None:
    found = checked([])
    assert (found.entries, found.problems, found.repeated) == ((), (), ())
    assert checked(rows(("", " ", ""), ("\u3000", "\t"))).entries == ()


def test_cells_are_cleaned_and_keep_their_spelling() -> None:
    (kept,) = checked(rows((" 迟延\u200b违约金 ", "Delay\n  Damages", " 民法典 585 "))).entries
    assert kept == entry("迟延违约金", "Delay Damages", "民法典 585")


def test_each_bad_row_is_named_by_its_number() -> None:
    found = checked(rows(("违约金", "penalty"), ("定金", ""), ("", "lien"), ("甲" * 201, "a")))
    assert found.entries == (entry("违约金", "penalty"),)
    assert found.problems == (
        Notice("glossary_en_empty", {"row": 3}),
        Notice("glossary_zh_empty", {"row": 4}),
        Notice("glossary_term_long", {"row": 5, "length": 201, "limit": 200}),
    )


def test_a_term_of_two_hundred_characters_is_kept() -> None:
    assert len(checked(rows(("甲" * 200, "b" * 200))).entries) == 1


def test_an_entry_that_comes_again_is_left_out_however_it_is_written() -> None:
    found = checked(rows(("ＳＩＭ 卡", "SIM card"), ("sim 卡", "Sim  Card"), ("SIM 卡", "chip")))
    assert [one.en for one in found.entries] == ["SIM card", "chip"]
    assert found.repeated == (Notice("glossary_repeated", {"row": 3, "first": 2}),)


def test_what_another_list_changes() -> None:
    before = [entry("定金", "deposit"), entry("违约金", "penalty"), entry("留置", "lien")]
    after = [
        entry("定金", "Deposit"),  # written otherwise
        entry("违约金", "liquidated damages"),  # another translation
        entry("留置权", "lien"),  # another Chinese term
        entry("抵押", "mortgage"),
    ]
    assert changes(before, after) == Changes(
        added=(entry("抵押", "mortgage"),),
        changed=(
            (before[0], after[0]),
            (before[1], after[1]),
            (before[2], after[2]),
        ),
        removed=(),
    )
    assert changes(before, []).removed == tuple(before)
    assert not changes(before, before)
    assert changes([], before).added == tuple(before)


def test_a_second_translation_is_new_and_the_first_stays() -> None:
    before = [entry("违约金", "penalty")]
    found = changes(before, [*before, entry("违约金", "liquidated damages")])
    assert found == Changes((entry("违约金", "liquidated damages"),), (), ())


def test_an_entry_used_from_either_side() -> None:
    one = entry("违约金", "penalty")
    assert (UsedEntry(one, "zh").asked, UsedEntry(one, "zh").added) == ("违约金", "penalty")
    assert (UsedEntry(one, "en").asked, UsedEntry(one, "en").added) == ("penalty", "违约金")
