from workbench.ingest.markdown import plain_title, read_markdown


def marks(text):
    return [(mark.title, mark.level, mark.line) for mark in read_markdown(text.encode()).marks]


def test_headings_with_their_lines():
    assert marks("# 甲\n\n文\n\n## **乙** [丙](#c)\n") == [("甲", 1, 0), ("乙 丙", 2, 4)]


def test_a_sign_in_code_is_no_heading():
    source = read_markdown(b"```\n# no\n```\n    # nor this\n\n# yes\n")
    assert [mark.title for mark in source.marks] == ["yes"]
    assert [line.quoted for line in source.lines] == [True, True, True, True, False, False]


def test_headings_in_lists_and_quotations_do_not_count():
    assert marks("> # q\n\n- # l\n\n# h\n") == [("h", 1, 4)]


def test_underlined_headings_of_one_line_only():
    assert marks("甲\n===\n\n乙\n---\n") == [("甲", 1, 0), ("乙", 2, 3)]
    assert marks("first line\nsecond line\n---\n") == []


def test_front_matter_is_no_heading():
    assert marks("---\ntitle: x\n---\n# 甲\n") == [("甲", 1, 3)]


def test_tables_are_quoted():
    source = read_markdown(b"| a | b |\n|---|---|\n| 1 | 2 |\n\nend\n")
    assert [line.quoted for line in source.lines] == [True, True, True, False, False]


def test_plain_titles():
    assert plain_title("`code` and *stress*") == "code and stress"
    assert plain_title("2 * 3 * 4") == "2 * 3 * 4"


def test_a_hostile_line_does_not_hang():
    assert read_markdown(b"[" * 1_000_000).marks == ()


def test_underlines_of_any_length_and_with_signs_before_them():
    assert marks("甲\n=\n\n   乙 \n  -----  \n") == [("甲", 1, 0), ("乙", 2, 3)]
    # a rule, a table's line and the end of front matter underline nothing
    assert marks("文\n\n---\n\n| a | b |\n|---|---|\n| 1 | 2 |\n") == []


def test_signs_in_fences_of_any_kind_are_code():
    text = "~~~~ python\n# no\n~~~\n# nor this\n~~~~\n# yes\n\n- item\n\n  ```\n  # no\n  ```\n"
    assert marks(text) == [("yes", 1, 5)]
    assert marks("```\n# open to the end\n") == []


def test_comments_are_no_headings():
    assert marks("<!--\n# no\n-->\n\n# yes <!-- aside -->\n")[0][1:] == (1, 4)


def test_nested_lists_keep_their_lines_and_make_no_heading():
    source = read_markdown("# 甲\n\n1. 一\n   - 二\n     - # 三\n       文\n2. 四\n".encode())
    assert [mark.title for mark in source.marks] == ["甲"]
    assert source.text.splitlines()[3:6] == ["   - 二", "     - # 三", "       文"]


def test_front_matter_ends_with_dots_too_and_a_rule_is_none():
    assert marks("---\ntitle: x\n# comment\n...\n# 甲\n") == [("甲", 1, 4)]
    assert marks("---\n\n# 甲\n\n---\n") == [("甲", 1, 2)]


def test_closing_signs_and_seven_signs():
    assert marks("## 甲 ##\n\n####### 七\n\n#没有空格\n\n\\# 逃\n") == [("甲", 2, 0)]
