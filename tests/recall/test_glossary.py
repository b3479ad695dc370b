import pytest

from workbench.domain.glossaries import Expansion, ExtraTerm, GlossaryEntry, UsedEntry
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.glossary import WEIGHT, GlossaryTerms, folded

ENTRIES = [
    GlossaryEntry("违约金", "penalty"),
    GlossaryEntry("迟延违约金", "delay damages"),
    GlossaryEntry("交付", "delivery"),
    GlossaryEntry("信息技术", "IT"),
    GlossaryEntry("其", "its"),
    GlossaryEntry("SIM 卡", "SIM card"),
    GlossaryEntry("A 股", "A-share"),
    GlossaryEntry("不可抗力", "force majeure", "note"),
    GlossaryEntry("交货条件", "terms of delivery"),
]
GLOSSARY = GlossaryTerms(ENTRIES, MixedAnalyzer())


def used(text: str) -> list[tuple[str, str]]:
    return [(one.asked, one.added) for one in GLOSSARY.widen(text).used]


def added(text: str) -> list[str]:
    return [one.term for one in GLOSSARY.widen(text).terms]


def test_the_longest_chinese_term_is_taken_alone() -> None:
    found = GLOSSARY.widen("迟延违约金怎么算?")
    assert found == Expansion(
        (UsedEntry(ENTRIES[1], "zh"),),
        (ExtraTerm("delay", WEIGHT, "迟延违约金"), ExtraTerm("damag", WEIGHT, "迟延违约金")),
    )
    assert used("违约金与迟延违约金") == [("违约金", "penalty"), ("迟延违约金", "delay damages")]


def test_english_words_are_found_whatever_their_endings() -> None:
    assert used("What are the PENALTIES for late deliveries?") == [
        ("penalty", "违约金"),
        ("delivery", "交付"),
    ]
    assert used("Delay damages, please") == [("delay damages", "迟延违约金")]
    assert "迟延" in "".join(added("delay damage"))


def test_english_terms_end_where_words_end() -> None:
    assert used("delayed damages") == [("delay damages", "迟延违约金")]
    assert used("penaltybox undelivered") == []
    assert used("damages for delay") == []


def test_the_longest_english_term_is_taken_alone() -> None:
    assert used("the terms of delivery") == [("terms of delivery", "交货条件")]


def test_function_words_are_neither_found_nor_added() -> None:
    assert used("How does it work?") == []
    assert used("Who runs IT here?") == [("IT", "信息技术")]
    assert added("其责任") == []
    assert added("its liability") == []
    assert "of" not in added("交货条件")


def test_spacing_width_and_case_make_no_difference() -> None:
    for text in ("ＳＩＭ卡在哪", "sim 卡在哪", "换 SIM  卡"):
        assert [one[0] for one in used(text)] == ["SIM 卡"], text
    assert folded("违 约 金  ABC 卡") == "违约金abc卡"


def test_latin_letters_in_a_chinese_term_are_not_cut_from_a_word() -> None:
    assert used("ISIM 卡") == []
    assert [one[0] for one in used("A股")] == ["A 股"]
    assert used("AA股") == []


def test_what_the_question_has_already_is_not_added() -> None:
    assert added("违约金 (penalty)") == []
    assert used("迟延违约金,英文是 delay") == [("迟延违约金", "delay damages")]
    assert added("迟延违约金,英文是 delay") == ["damag"]


def test_a_term_that_two_entries_add_is_added_once() -> None:
    twice = GlossaryTerms(
        [GlossaryEntry("罚金", "penalty"), GlossaryEntry("违约金", "penalty clause")],
        MixedAnalyzer(),
    )
    found = twice.widen("罚金和违约金")
    assert [(t.term, t.source) for t in found.terms] == [("penalti", "罚金"), ("claus", "违约金")]


def test_two_translations_are_both_searched() -> None:
    both = GlossaryTerms(
        [GlossaryEntry("违约金", "penalty"), GlossaryEntry("违约金", "liquidated damages")],
        MixedAnalyzer(),
    )
    assert [one.added for one in both.widen("违约金").used] == ["penalty", "liquidated damages"]


@pytest.mark.parametrize("text", ["", "🙂", "。", "the of", "的", "x " * 4000, "违" * 8000])
def test_any_text_has_an_answer(text: str) -> None:
    assert GLOSSARY.widen(text) == Expansion()
    assert GlossaryTerms([], MixedAnalyzer()).widen(text) == Expansion()


def test_a_term_without_words_is_never_found() -> None:
    empty = GlossaryTerms([GlossaryEntry("。", "🙂")], MixedAnalyzer())
    assert empty.widen("。 🙂 a") == Expansion()


def test_a_term_at_the_end_is_not_taken_for_a_longer_one() -> None:
    shorter = GlossaryTerms(
        [GlossaryEntry("违约", "breach"), GlossaryEntry("违约赔偿", "damages")], MixedAnalyzer()
    )
    assert [one.asked for one in shorter.widen("违约").used] == ["违约"]


def test_the_weight_is_a_choice() -> None:
    assert {one.weight for one in GLOSSARY.widen("不可抗力", 0.25).terms} == {0.25}
