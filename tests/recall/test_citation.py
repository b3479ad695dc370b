import pytest

from workbench.domain.rankings import Candidate, Hit, Recalled
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.asked import Citation
from workbench.recall.citation import Place, led, owners, searched


def place(key: str, *titles: str, text: str = "", document: str = "law.pdf") -> Place:
    return Place("c", key, document, (document.removesuffix(".pdf"), *titles), text)


ARTICLE = Citation("article", "584", "第584条")


@pytest.mark.parametrize(
    ("title", "citation", "own"),
    [
        ("第五百八十四条", ARTICLE, True),
        ("第584条 损失赔偿", ARTICLE, True),
        ("第 584 条", ARTICLE, True),
        ("第五百八十五条", ARTICLE, False),
        ("第五百八十四条之一", ARTICLE, False),
        ("第五百八十四条之一", Citation("article", "584-1", ""), True),
        ("第五百八十四章", ARTICLE, False),
        ("Article 584 Damages", ARTICLE, True),
        ("9.2 迟延交付", Citation("clause", "9.2", ""), True),
        ("9.2.1 例外", Citation("clause", "9.2", ""), False),
        ("9. Liability", Citation("clause", "9", ""), True),
        ("9 % of the price", Citation("clause", "9", ""), False),
        ("CHAPTER IV Controller", Citation("chapter", "4", ""), True),
        ("## Section 9.2 Delay", Citation("section", "9.2", ""), True),
    ],
)
def test_a_section_is_known_by_its_heading(title: str, citation: Citation, own: bool) -> None:
    assert [p.chunk_id for p in owners(citation, [place("x", title)])] == ["x"] * own


def test_who_mentions_a_section_is_not_the_section() -> None:
    told = place("b", "第六百一十七条", text="第六百一十七条 依据本法第五百八十四条请求赔偿。")
    own = place("a", "第五百八十四条", text="第五百八十四条 损失赔偿额应当……")
    assert owners(ARTICLE, [told, own]) == [own]
    assert owners(ARTICLE, [told]) == []


def test_parts_stay_in_order_and_a_joined_section_is_found_by_its_line() -> None:
    parts = [place("1", "第五百八十四条"), place("2", "第五百八十四条")]
    assert owners(ARTICLE, parts) == parts
    joined = place("3", "第九章", text="9.1 甲\n9.2 乙")
    assert owners(Citation("clause", "9.2", ""), [joined]) == [joined]
    assert owners(ARTICLE, [place("4", "第九章", text="第584条 丙"), *parts]) == parts


def test_a_chapter_holds_its_articles() -> None:
    inside = place("1", "第八章 违约责任", "第五百八十四条")
    assert owners(Citation("chapter", "8", "第八章"), [inside]) == [inside]
    assert owners(Citation("article", "8", "第8条"), [inside]) == []


@pytest.mark.parametrize(
    ("title", "first"),
    [("民法典", ["m"]), ("合同编", ["m", "g"]), ("GDPR", ["g"]), ("中华人民共和国民法典", ["m"])],
)
def test_a_named_document_narrows_where_it_holds_the_section(title: str, first: list[str]) -> None:
    code = place("m", "第十七条", document="民法典（2020）.pdf")
    rule = place("g", "Article 17", document="en_gdpr_reg.pdf")
    found = owners(Citation("article", "17", "", title), [code, rule])
    assert [each.chunk_id for each in found] == first


def test_terms_that_every_passage_of_the_section_has() -> None:
    chinese, english, roman, alone = searched(
        Citation("chapter", "4", "Chapter IV"), MixedAnalyzer()
    )
    assert chinese == ("第4章",)
    assert english == ("chapter", "4")
    assert roman == ("chapter", "iv")
    assert alone == ("4",)


def test_named_sections_stand_first_and_ranks_are_counted_anew() -> None:
    known = Candidate("b", 2, "c", (Hit("b", "bm25", 2, 1.5),))
    before = Recalled((Candidate("a", 1, "c"), known), "hybrid")
    after = led(before, [Candidate("b", 0, "c"), Candidate("z", 0, "c")], 3).candidates
    assert [(each.chunk_id, each.recall_rank) for each in after] == [("b", 1), ("z", 2), ("a", 3)]
    assert [hit.retriever for hit in after[0].hits] == ["citation", "bm25"]
    assert led(before, [], 1).candidates == before.candidates[:1]
