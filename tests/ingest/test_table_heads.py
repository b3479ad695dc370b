import pytest

from workbench.ingest.table_heads import ANSWERS, QUESTIONS, Head, head_of, names_of, place_of


@pytest.mark.parametrize(
    ("rows", "head"),
    [
        ([], Head()),
        ([["姓名", "电话"]], Head(("姓名", "电话"), 0, 1)),
        ([["苹果", "2.50"]], Head()),
        ([["什么是定金？", "担保。"]], Head()),
        ([["常见问题汇总"], ["问题", "答案"]], Head(("问题", "答案"), 1, 2)),
        ([["编号", "Question", "Answer"]], Head(("编号", "Question", "Answer"), 0, 1)),
        # one column: a name is known as one only where it is a usual one
        ([["内容"], ["甲"]], Head(("内容",), 0, 1)),
        ([["甲"], ["乙"]], Head()),
        ([["内容"], ["姓名", "电话"]], Head(("姓名", "电话"), 1, 2)),
    ],
)
def test_the_row_that_names_the_columns(rows, head):
    assert head_of(rows) == head


def test_a_name_may_stand_twice_but_not_below_itself():
    assert head_of([["姓名", "电话", "电话"], ["甲", "1", "2"]]).end == 1
    assert head_of([["是", "否", "是"], ["是", "是", "否"]]) == Head()
    assert head_of([["是", "否", "是"]]) == Head()


def test_names_over_several_columns_come_before_those_below():
    rows = [["地区", "一季度", "", "二季度"], ["", "销量", "金额", "销量"], ["华东", "1", "2", "3"]]
    assert head_of(rows) == Head(("地区", "一季度 销量", "一季度 金额", "二季度 销量"), 0, 2)


def test_a_column_without_a_name_does_not_make_the_first_row_a_head():
    rows = [["姓名", "部门"], ["张三", "销售", "备注"], ["李四", "市场", "无"]]
    assert head_of(rows) == Head(("姓名", "部门"), 0, 1)


def test_names_are_on_one_line_and_known_ones_are_found_best_first():
    assert names_of([" a\n b ", "\x00c"]) == ("a b", "c")
    assert place_of(("Title", "QUESTION"), QUESTIONS) == 1
    assert place_of(("备注",), ANSWERS) is None
