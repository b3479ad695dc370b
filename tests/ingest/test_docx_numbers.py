import pytest

from tests.ingest.office_maker import definition, level, use, word
from workbench.ingest.docx_numbers import Numbering

LAW = definition(
    0,
    level(0, "chineseCountingThousand", "第%1章", style="Chapter"),
    level(1, "decimal", "%1.%2", extra="<w:isLgl/>", style="Sub"),
    level(2, "lowerLetter", "(%3)"),
)


def numbering(*parts):
    made = word(*parts)
    return Numbering(made.part.numbering_part.element, made.styles.element)


def run(counts, *steps):
    return [counts.next(str(list_id), at).strip() for list_id, at in steps]


def test_levels_restart_below_a_higher_one():
    counts = numbering(LAW, use(1, 0))
    steps = [(1, 0), (1, 1), (1, 1), (1, 2), (1, 2), (1, 0), (1, 1), (1, 2)]
    assert run(counts, *steps) == ["第一章", "1.1", "1.2", "(a)", "(b)", "第二章", "2.1", "(a)"]


def test_a_level_that_never_restarts():
    article = level(1, "chineseCountingThousand", "第%2条", extra='<w:lvlRestart w:val="0"/>')
    counts = numbering(definition(0, level(0, "decimal", "%1"), article), use(1, 0))
    assert run(counts, (1, 0), (1, 1), (1, 1), (1, 0), (1, 1)) == [
        "1", "第一条", "第二条", "2", "第三条",
    ]  # fmt: skip


def test_lists_of_one_definition_share_a_count_unless_they_start_anew():
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    plain = definition(0, level(0, "decimal", "%1."))
    counts = numbering(plain, use(1, 0), use(2, 0), use(3, 0, anew))
    assert run(counts, (1, 0), (2, 0), (3, 0), (3, 0)) == ["1.", "2.", "5.", "6."]


def test_levels_above_that_were_never_used_count_as_begun():
    assert run(numbering(LAW, use(1, 0)), (1, 1)) == ["1.1"]


def test_an_override_may_replace_a_level():
    changed = f'<w:lvlOverride w:ilvl="0">{level(0, "upperRoman", "%1)", start=3)}</w:lvlOverride>'
    assert run(numbering(LAW, use(1, 0, changed)), (1, 0)) == ["III)"]


@pytest.mark.parametrize(
    ("form", "text", "shown"),
    [
        ("bullet", "\uf0b7", "• "),
        ("none", "", ""),
        ("ideographDigital", "%1、", "一、 "),
        ("decimal", "Article %1", "Article 1 "),
    ],
)
def test_bullets_and_lists_without_numbers(form, text, shown):
    assert numbering(definition(0, level(0, form, text)), use(1, 0)).next("1", 0) == shown


def test_nothing_may_stand_between_number_and_text():
    tight = level(0, "decimal", "第%1条", extra='<w:suff w:val="nothing"/>')
    assert numbering(definition(0, tight), use(1, 0)).next("1", 0) == "第1条"


def test_unknown_lists_and_levels_have_no_number():
    counts = numbering(LAW, use(1, 0), use(2, 77))
    assert run(counts, (9, 0), (1, 8), (2, 0)) == ["", "", ""]
    assert Numbering(None, None).next("1", 0) == ""


def test_styles_name_their_level():
    counts = numbering(LAW, use(1, 0))
    assert counts.level_of_style("1", "Sub") == 1
    assert counts.level_of_style("1", "Other") == 0
    assert counts.level_of_style("9", "Sub") == 0
