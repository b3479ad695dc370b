import pytest

from tests.ingest.samples import plain
from workbench.ingest.contents import compact, contents_lines, is_contents_title


def listed(text):
    lines = plain(text)
    return [lines[at].text for at in sorted(contents_lines(lines))]


BODY = "第一章 总则\n甲。\n第一节 一般\n乙。\n第二节 特别\n丙。\n第二章 附则\n丁。\n"


def test_leaders():
    entries = ["1 安装 ........ 3", "2 使用 ........ 12", "2.1 登录 ······ 13"]
    assert listed("\n".join(["目录", *entries, "1 安装", "正文。"])) == ["目录", *entries]


def test_bare_page_numbers():
    entries = ["第一章 总则 1", "第一节 一般 1", "第二节 特别 4", "第二章 附则 9"]
    assert listed("目 录\n" + "\n".join(entries) + "\n" + BODY) == ["目 录", *entries]


def test_a_plain_list_of_headings_that_all_stand_again():
    entries = ["第一章 总则", "第一节 一般", "第二节 特别", "第二章 附则"]
    assert listed("目录\n" + "\n".join(entries) + "\n" + BODY) == ["目录", *entries]


def test_headings_of_the_body_stay_though_titles_recur():
    # 第一节 一般规定 recurs under every chapter of a statute
    text = "第一章 甲\n第一节 一般规定\n文。\n第二章 乙\n第一节 一般规定\n文。\n"
    assert listed(text) == []


def test_none_and_one_line():
    assert contents_lines([]) == set()
    assert listed("目录") == []


@pytest.mark.parametrize("title", ["目录", "目  录", "插图目录", "CONTENTS", "Table of Contents"])
def test_titles(title):
    assert is_contents_title(title)


def test_other_titles():
    assert not is_contents_title("目录管理")


def test_compact():
    assert compact("2.1  （甲）OOP 规约·") == "21甲oop规约"
