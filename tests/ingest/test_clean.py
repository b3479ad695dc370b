from tests.ingest.samples import page_lines
from workbench.domain.documents import Removed
from workbench.ingest.clean import heading_signs, private_use, removal, running_lines
from workbench.ingest.lines import Mark, Row
from workbench.ingest.markdown import read_markdown


def pages(count, header="手册", body="甲乙丙丁戊己庚"):
    return page_lines(
        *(
            [
                Row(header.format(n=n), 9, y=800),
                *(
                    Row(body[n % 7 :] + "的正文" + "文" * (n * k), 10, y=700 - 20 * k)
                    for k in range(5)
                ),
                Row(str(n + 2), 9, y=30),
            ]
            for n in range(1, count + 1)
        )
    )


def removed(lines):
    return [(lines[entry.index].text, entry.reason) for entry in running_lines(lines)]


def test_headers_and_page_numbers():
    assert removed(pages(3)) == [
        ("手册", "running_line"),
        ("3", "page_number"),
        ("手册", "running_line"),
        ("4", "page_number"),
        ("手册", "running_line"),
        ("5", "page_number"),
    ]


def test_two_pages_are_too_few_to_tell():
    assert running_lines(pages(2)) == []
    assert running_lines([]) == []


def test_a_header_with_the_page_number_in_it():
    assert ("WCHNET 2 http", "running_line") in removed(pages(3, header="WCHNET {n} http"))


def test_articles_at_the_top_of_pages_stay():
    # Without their numbers "Article 1", "Article 2" … would look like one running line.
    assert ("Article 2", "running_line") not in removed(pages(5, header="Article {n}"))


def test_a_chapter_footer_goes_although_it_is_numbered_as_a_heading():
    assert ("CHAPTER 2 PAGE 3", "running_line") in removed(pages(4, header="CHAPTER 2 PAGE {n}"))


def test_the_heading_that_the_header_repeats_stays():
    lines = pages(4, header="第一章 总则")
    first = lines[0]
    bigger = [Row("第一章 总则", 16, True, y=first.y)]
    rest = [
        [Row(line.text, line.size, y=line.y) for line in lines if line.page == page]
        for page in (2, 3, 4)
    ]
    found = running_lines(page_lines(bigger, *rest))
    assert 0 not in [entry.index for entry in found]
    assert len([entry for entry in found if entry.reason == "running_line"]) == 3


def test_numbers_that_do_not_count_with_the_pages_are_cells():
    lines = page_lines(*([Row(str(value), y=700), Row("w" * value, y=600)] for value in (9, 4, 30)))
    assert running_lines(lines) == []


def test_a_stamp_in_the_middle_of_most_pages_is_a_watermark():
    stamped = page_lines(
        *(
            [
                *(Row("abcde"[n] * (k + 3), y=800 - 20 * k) for k in range(8)),
                Row("TJZF18113350918", 8, x=200, y=405),
                *(Row("fghjk"[n] * (k + 3), y=390 - 20 * k) for k in range(8)),
            ]
            for n in range(1, 5)
        )
    )
    assert removed(stamped) == [("TJZF18113350918", "watermark")] * 4


def test_private_characters_and_line_ranges():
    lines = page_lines([Row("\uf06c甲\ue001\ue002"), Row("乙")])
    assert private_use(lines) == [Removed(0, 1, "private_use"), Removed(2, 4, "private_use")]
    assert removal(lines[0], 6, "x") == Removed(0, 5, "x")
    assert removal(lines[1], 6, "x") == Removed(5, 6, "x")


def test_signs_of_markdown_headings():
    source = read_markdown("## 甲\n乙\n==\n".encode())
    assert heading_signs(source.lines, [*source.marks, Mark("none", 1)]) == [
        Removed(0, 3, "markup")
    ]
