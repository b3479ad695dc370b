from tests.ingest.samples import column, page_lines, plain
from workbench.ingest.lines import Row
from workbench.ingest.styles import Styles
from workbench.ingest.typefaces import font_headings

BODY = [f"正文第{n}行写在这里，它比较长，而且用句号结束。" for n in range(12)]


def titles(lines, taken=frozenset()):
    return [h.title for h in font_headings(lines, Styles.of(lines), set(taken))]


def test_large_lines_are_headings_and_sentences_are_not():
    page = [Row("安装说明", 14, y=700), *column(BODY, top=680)]
    odd = [Row("请注意，这里要小心，不要弄错", 14, y=700), *column(BODY, top=680)]
    assert titles(page_lines(column(BODY), page, odd)) == ["安装说明"]


def test_a_heading_of_two_lines_is_one():
    page = [Row("Using the", 14, y=700), Row("Class Files", 14, y=683), *column(BODY, top=640)]
    assert titles(page_lines(column(BODY), page)) == ["Using the Class Files"]


def test_the_cover_title_is_no_section():
    assert titles(page_lines([Row("用户手册", 22, y=700)], column(BODY))) == []


def test_head_rows_that_recur_and_cells_in_a_row():
    table = [Row("名称一栏", 12, y=650), *column(BODY, top=630)]
    assert titles(page_lines(column(BODY), table, table, table)) == []
    row = [Row("左边", 12, x=72, y=700), Row("右边", 12, x=300, y=700), *column(BODY, top=680)]
    assert titles(page_lines(column(BODY), row)) == []


def test_usual_names_need_no_type():
    assert titles(plain("前言\n\n正文。\n")) == ["前言"]
    assert titles([]) == []
