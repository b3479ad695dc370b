"""Rows as they are read."""

from workbench.evaluation.collection import Row


def test_a_title_is_read_before_the_text() -> None:
    assert Row("1", "第一条", "正文").reads == "第一条\n正文"
    assert Row("1", "", "正文").reads == "正文"
