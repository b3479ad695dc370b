from workbench.domain.documents import Join, Removed, Span
from workbench.ingest.passages import Canon
from workbench.ingest.tokens import weight


def test_spans_leave_out_what_was_removed_and_outer_space():
    text = " 甲乙\n页眉\n丙丁 \n"
    canon = Canon(text, [Removed(4, 7, "running_line")], [Join(3, "")])
    spans = canon.spans(0, len(text))
    assert spans == (Span(1, 4), Span(7, 9))
    assert canon.derived(spans) == "甲乙丙丁"
    assert canon.spans(4, 7) == ()
    assert canon.derived(()) == ""


def test_removed_ranges_at_the_edges():
    canon = Canon("abcdef", [Removed(0, 2, "x"), Removed(4, 6, "x")], [])
    assert canon.spans(0, 6) == (Span(2, 4),)
    assert canon.spans(1, 5) == (Span(2, 4),)


def pieces(text, maximum, joins=()):
    canon = Canon(text, [], list(joins))
    found = canon.pieces(0, len(text), maximum)
    assert "".join(text[a:b] for a, b in found) == text
    assert all(weight(text[a:b]) <= maximum for a, b in found)
    return [text[a:b] for a, b in found]


def test_paragraphs_before_sentences_before_clauses():
    assert pieces("甲甲。乙乙。\n丙丙。", 500) == ["甲甲。乙乙。\n", "丙丙。"]
    assert pieces("甲甲。”乙乙。", 300) == ["甲甲。”", "乙乙。"]
    assert pieces("甲甲甲，乙乙乙。", 300) == ["甲甲甲，", "乙乙乙。"]


def test_a_joined_line_break_is_no_paragraph_end():
    text = "甲甲\n乙乙。丙丙。"
    assert pieces(text, 400, [Join(2, "")]) == ["甲甲\n乙乙。", "丙丙。"]


def test_abbreviations_and_numbers_do_not_end_sentences():
    text = "See No. 5 and e.g. this, at 3.5 volts. Then stop."
    assert pieces(text, 1000) == ["See No. 5 and e.g. this, at 3.5 volts.", " Then stop."]


def test_what_has_no_stop_is_cut_hard():
    assert [len(piece) for piece in pieces("字" * 25, 650)] == [10, 10, 5]
    assert pieces("word " * 10, 500)[0].endswith(" ")


def test_nothing_to_cut():
    assert pieces("", 100) == [""]
