from tests.ingest.samples import column, page_lines, plain
from workbench.ingest.headings import numbered_headings
from workbench.ingest.lines import Row
from workbench.ingest.styles import Styles
from workbench.ingest.titles import tidy, with_titles


def titled(lines):
    styles = Styles.of(lines)
    return [
        (h.title, h.last - h.first)
        for h in with_titles(numbered_headings(lines, styles), lines, styles)
    ]


def test_a_label_alone_takes_the_title_below():
    text = (
        "CHAPTER I\nGENERAL PROVISIONS\n\nArticle 1\nScope\n1. This applies.\n\n"
        "Article 2\nTerm\nText.\n"
    )
    assert titled(plain(text)) == [
        ("CHAPTER I GENERAL PROVISIONS", 1),
        ("Article 1 Scope", 1),
        ("Article 2 Term", 1),
    ]


def test_a_title_of_several_lines_in_one_type():
    body = column(["Body text of the regulation stands here, and goes on."] * 30, top=600)
    heads = column(
        ["CHAPTER IX", "PROVISIONS RELATING", "TO SPECIFIC SITUATIONS"], size=16, top=760
    )
    first = column(["CHAPTER VIII", "REMEDIES"], size=16, top=760)
    assert titled(page_lines([*first, *body], [*heads, *body])) == [
        ("CHAPTER VIII REMEDIES", 1),
        ("CHAPTER IX PROVISIONS RELATING TO SPECIFIC SITUATIONS", 2),
    ]


def test_an_article_is_called_by_its_label_and_caption():
    text = "第一条 为了保护。\n第二条【范围】本法。\n第 三 条 甲。\n"
    assert [title for title, _ in titled(plain(text))] == ["第一条", "第二条【范围】", "第三条"]


def test_text_that_begins_in_the_heading_is_not_its_title():
    text = "Section 1 Terms. Words have meanings.\n\nSection 2 Other. More words.\n"
    assert [title for title, _ in titled(plain(text))] == ["Section 1 Terms", "Section 2 Other"]


def test_spaced_titles():
    assert tidy("总  纲") == "总纲"
    assert tidy("1 用户  指南") == "1 用户 指南"
    body = column(["正文写在这里，比较长，用句号结束。"] * 10, top=600)
    assert titled(page_lines([Row("第一章 总 纲", 12, y=700), *body])) == [("第一章 总纲", 0)]
