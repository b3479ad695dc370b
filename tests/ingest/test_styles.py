from tests.ingest.samples import column, page_lines
from workbench.ingest.lines import Row
from workbench.ingest.styles import BIG, BIGGER, BOLD, Styles


def test_body_and_what_stands_out():
    body = column([f"正文第{n}行，写得很长很长很长很长很长。" for n in range(30)], top=680)
    lines = page_lines([Row("大标题", 14), Row("小标题", 11.5), Row("粗体", 10, True), *body])
    styles = Styles.of(lines)
    assert styles.body_size == 10
    assert [styles.emphasis(line) for line in lines[:4]] == [BIGGER, BIG, BOLD, 0.0]
    assert styles.left == 72


def test_bold_sentences_are_no_heading_type():
    rules = column([f"{n}.【强制】必须这样做，否则出错。" for n in range(20)], bold=True)
    body = column(["正文，写得很长很长很长。"] * 60, top=300)
    lines = page_lines([*rules, *body])
    assert Styles.of(lines).emphasis(lines[0]) < 1


def test_without_types_nothing_stands_out():
    lines = page_lines([Row("甲"), Row("乙")])
    assert not Styles.of(lines).known
    assert Styles.of(lines).emphasis(lines[0]) == 0.0
    assert Styles.of([]).body_size == 0.0
