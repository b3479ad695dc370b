from workbench.domain.documents import PageSpan, Section, Span
from workbench.ingest.breadcrumb import LONGEST, Breadcrumbs, PageMap
from workbench.ingest.tokens import estimate


def sections(*titles):
    made, parent = [], None
    for level, title in enumerate(titles):
        key = "/".join(["k"] * level)
        made.append(Section(key, parent, title, None, level, None, 0, 1, "number"))
        parent = key
    return made


def crumbs(*titles):
    return Breadcrumbs(sections(*titles), estimate)


def test_path_and_line():
    made = crumbs("民法典", "第三编 合同", "第一章 一般规定")
    assert made.path("k/k") == ("民法典", "第三编 合同", "第一章 一般规定")
    assert made.prefix("k/k") == "民法典 › 第三编 合同 › 第一章 一般规定"
    assert made.prefix("") == "民法典"


def test_middle_levels_go_first():
    made = crumbs("名", "甲" * 50, "乙" * 40, "丙" * 20)
    assert made.prefix("k/k/k") == "名 › " + "乙" * 40 + " › " + "丙" * 20
    assert made.path("k/k/k")[1] == "甲" * 50


def test_the_longest_names_are_cut_to_fit():
    line = crumbs("名" * 200, "甲" * 200).prefix("k")
    assert estimate(line) <= LONGEST
    assert line.startswith("名")
    assert " › 甲" in line


def test_pages_of_spans():
    pages = PageMap([PageSpan(1, 0, 10, "i"), PageSpan(2, 11, 11, "ii"), PageSpan(3, 11, 20, "1")])
    assert pages.of([Span(2, 5)]) == (1, 1)
    assert pages.of([Span(2, 5), Span(12, 15)]) == (1, 3)
    assert pages.printed(3) == "1"


def test_without_pages():
    assert PageMap([]).of([Span(0, 1)]) == (None, None)
    assert PageMap([]).printed(None) is None
