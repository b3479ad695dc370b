import pytest

from workbench.ingest.numbering import LETTER, folded, numbered


@pytest.mark.parametrize(
    ("line", "family", "number", "rest"),
    [
        ("第三编 合同", "bian", (3,), "合同"),
        ("第一分编 通则", "fenbian", (1,), "通则"),
        ("第 十 二 章 总则", "zhang", (12,), "总则"),
        ("第１章　绪论", "zhang", (1,), "绪论"),
        ("第一〇二条 甲", "tiao", (102,), "甲"),
        ("第一千二百六十条 本法", "tiao", (1260,), "本法"),
        ("第四百六十三条【合同编调整范围】本编", "tiao", (463,), "【合同编调整范围】本编"),
        ("第⼀条 甲", "tiao", (1,), "甲"),
        ("CHAPTER IV", "chapter", (4,), ""),
        ("chapter one", "chapter", (1,), ""),
        ("Part II: Goods", "part", (2,), "Goods"),
        ("Article 5 Principles", "article", (5,), "Principles"),
        ("Section 1.1 Definitions", "section", (1, 1), "Definitions"),
        ("Clause 7.2 Payment", "clause", (7, 2), "Payment"),
        ("Schedule 2 - Fees", "appendix", (2,), "Fees"),
        ("ANNEX IV", "appendix", (4,), ""),
        ("Appendix C Terms", "appendix", (3,), "Terms"),
        ("附录 A 安装", "appendix", (1,), "安装"),
        ("附 1：版本历史", "appendix", (1,), "版本历史"),
        ("§ 5 Scope", "paragraph", (5,), "Scope"),
        ("3.13 WCHNET_GetMacAddr", "decimal", (3, 13), "WCHNET_GetMacAddr"),
        ("１．２ 范围", "decimal", (1, 2), "范围"),
        ("A.1 Tools", "decimal", (LETTER + 1, 1), "Tools"),
        ("3、 子程序", "decimal", (3,), "子程序"),
        ("一、编程规约", "han", (1,), "编程规约"),
        ("(十) 前后端规约", "han_paren", (10,), "前后端规约"),
        ("（十一） 其他", "han_paren", (11,), "其他"),
        ("II. INTRODUCTION", "roman", (2,), "INTRODUCTION"),
    ],
)
def test_families(line, family, number, rest):
    found = numbered(line)
    assert found is not None
    assert (found.family, found.number, found.rest) == (family, number, rest)


def test_inserted_article():
    found = numbered("第一百二十条之一 为")
    assert found is not None
    assert (found.number, found.suffix, found.label) == ((120,), 1, "第一百二十条之一")


@pytest.mark.parametrize(
    "line",
    [
        "第二节的有关规定。",
        "第五条的规定",
        "第三条规定的",
        "第三章和第四章",
        "Article 22(1) and (4)",
        "Part of this",
        "（一）标的；",
        "2020.5.28",
        "3.5%",
        "12 34",
        "",
        "正文",
        "第一章 " + "甲" * 300,
        "3.1 " + "a" * 300,
    ],
)
def test_references_and_values_are_no_headings(line):
    assert numbered(line) is None


def test_a_reference_weighs_less_than_a_heading():
    heading, reference = numbered("Article 31"), numbered("Article 263 TFEU. As addressees")
    assert heading is not None
    assert reference is not None
    assert reference.weight < 0.5 < heading.weight
    spaced, glued = numbered("第三条 为了"), numbered("第三条为了")
    assert spaced is not None
    assert glued is not None
    assert glued.weight < spaced.weight


def test_an_article_may_begin_a_long_line():
    law, contract = numbered("第一条 " + "甲" * 300), numbered("Article 5. The " + "a" * 300)
    assert law is not None
    assert contract is not None
    assert (law.family, law.label, contract.family) == ("tiao", "第一条", "article")


def test_folding_keeps_offsets():
    given = "第１章　ＡＢ⼀"
    assert folded(given) == "第1章 AB一"
    assert len(folded(given)) == len(given)
