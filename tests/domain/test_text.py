"""Normalisation, names and identifiers."""

import pytest

from workbench.domain.documents import Join, Span, derived_text
from workbench.domain.identity import chunk_id, digest, new_ulid
from workbench.domain.languages import language_of
from workbench.domain.numerals import number_of
from workbench.domain.text import display_name, normalised, without_controls


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("中 华 人 民", "中华人民"),
        ("第５８４条  ABC", "第584条 abc"),
        ("a  b\n c", "a b c"),
        ("CH32V 芯片", "ch32v 芯片"),
        ("", ""),
    ],
)
def test_normalised(text: str, expected: str) -> None:
    assert normalised(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\合同.pdf", "合同.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("a\x00b.txt", "ab.txt"),
        ("...", "unnamed"),
        ("", "unnamed"),
        ("说明 书.md", "说明 书.md"),
    ],
)
def test_display_name(name: str, expected: str) -> None:
    assert display_name(name) == expected


def test_a_long_name_keeps_its_extension() -> None:
    shown = display_name("长" * 300 + ".pdf")
    assert len(shown) == 200
    assert shown.endswith(".pdf")


def test_controls_go_and_line_breaks_stay() -> None:
    assert without_controls("a\x00\u200b\ue000b\tc\n") == "ab\tc\n"


def test_parts_of_a_digest_do_not_run_together() -> None:
    assert digest("ab", "c") != digest("a", "bc")


def test_chunk_ids_ignore_spacing_and_know_their_section() -> None:
    one = chunk_id("d", "b3/t1", "第一条 合同", 0)
    assert one == chunk_id("d", "b3/t1", "第一条  合同", 0)
    assert (
        len(
            {
                one,
                chunk_id("d", "b3/t2", "第一条 合同", 0),
                chunk_id("d", "b3/t1", "第一条 合同", 1),
            }
        )
        == 3
    )
    assert len(one) == 32


def test_ulids_are_ordered_by_time() -> None:
    first, second = new_ulid(1_000.0), new_ulid(1_000.001)
    assert first < second
    assert len(first) == 26


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("当事人一方不履行合同义务", "zh"),
        ("The seller pays for the return label.", "en"),
        ("钉钉免密登录 added in v6.8, see the release notes for details", "mixed"),
        ("在开发者后台取得 AppKey 与 AppSecret,把回调地址填入集成中心", "zh"),
        ("これはテストです", "other"),
        ("Это тест", "other"),
        ("1234 56.7", "other"),
        ("", "other"),
        ("😀", "other"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一千二百六十", 1260),
        ("一万零三", 10003),
        ("二十", 20),
        ("两百", 200),
        ("XCIX", 99),
        ("Twelve", 12),
        ("０", 0),
        ("零", 0),
        ("甲", None),
        ("", None),
    ],
)
def test_number_of(text: str, value: int | None) -> None:
    assert number_of(text) == value


def test_derived_text_applies_the_joins_inside_its_spans() -> None:
    canonical = "违约\n责任 header 条 款"
    joins = (Join(2, ""), Join(14, ""))
    assert derived_text(canonical, (Span(0, 5), Span(13, 16)), joins) == "违约责任条款"
    assert derived_text(canonical, (Span(0, 5),), ()) == "违约\n责任"
    assert derived_text(canonical, (), joins) == ""
