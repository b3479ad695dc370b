import pytest

from workbench.domain.documents import Chunk, Edition, Join, PageSpan, Removed, Section, Span
from workbench.domain.judgements import Anchor
from workbench.evaluation.anchoring import Quotes, chunk_at, chunk_of, compact, overlap

TEXT = (
    "第一章 退货\n买家在 14 天\n内可以退货。\n— 3 —\n"
    "第二章 退款\n卖家在 14 天内退款。\n买家在 14 天\n"
)
"""Two chapters; the second line of the first is broken by the page's width."""
SECOND = TEXT.index("第二章")


def _edition() -> Edition:
    foot = TEXT.index("— 3 —")
    return Edition(
        edition_id="E1",
        sha256="0" * 64,
        size=1,
        kind="text",
        reader="test",
        text=TEXT,
        pages=(PageSpan(1, 0, len(TEXT)),),
        removed=(Removed(foot, foot + 5, "page_number"),),
        joins=(Join(TEXT.index("\n内"), ""),),
    )


def _section(key: str, title: str, number: str | None, start: int, end: int) -> Section:
    return Section(
        key, "" if key else None, title, number, 1 if key else 0, 1, start, end, "number"
    )


def _sections() -> tuple[Section, ...]:
    return (
        _section("", "退货.txt", None, 0, len(TEXT)),
        _section("z1", "第一章 退货", "第一章", 0, SECOND),
        _section("z2", "第二章 退款", "第二章", SECOND, len(TEXT)),
    )


def _chunk(chunk_id: str, start: int, end: int, key: str = "z1") -> Chunk:
    return Chunk(
        chunk_id=chunk_id,
        ordinal=0,
        section_key=key,
        path=("退货.txt",),
        spans=(Span(start, end),),
        text=TEXT[start:end],
        prefix="",
        page_start=1,
        page_end=1,
        printed_page=None,
        language="zh",
        kind="text",
        tokens=1,
    )


def _anchor(quote: str, spans: tuple[Span, ...], edition: str = "E1", key: str = "z1") -> Anchor:
    return Anchor("D", edition, key, spans, quote, "", "")


@pytest.fixture
def quotes() -> Quotes:
    return Quotes(_edition(), _sections())


def test_white_space_and_full_width_forms_make_no_difference() -> None:
    assert compact(" 第 9.2 条　ＡＢ\n") == "第9.2条AB"
    assert compact("") == ""


def test_a_quote_is_found_over_a_line_break_of_the_page(quotes: Quotes) -> None:
    (span,) = quotes.find("14 天内可以退货")
    assert TEXT[span.start : span.end] == "14 天\n内可以退货"


def test_what_cleaning_removed_is_not_there_to_be_quoted(quotes: Quotes) -> None:
    assert quotes.find("— 3 —") == ()
    assert quotes.find("") == ()


def test_a_section_narrows_by_number_or_part_of_its_title(quotes: Quotes) -> None:
    assert len(quotes.find("买家在 14 天")) == 2
    (first,) = quotes.find("买家在 14 天", "第一章")
    assert first.end <= SECOND
    (second,) = quotes.find("买家在 14 天", "退款")
    assert second.start > SECOND
    assert quotes.find("买家在 14 天", "第三章") == ()
    # The root bears the file's name: everything lies in it.
    assert len(quotes.find("买家在 14 天", "退货.txt")) == 2


def test_the_deepest_section_holds_a_span(quotes: Quotes) -> None:
    (span,) = quotes.find("卖家在 14 天内退款")
    assert quotes.section_of(span).key == "z2"


def test_a_place_needs_exactly_one_chunk(quotes: Quotes) -> None:
    whole = [_chunk("all", 0, len(TEXT))]
    halves = [_chunk("one", 0, SECOND), _chunk("two", SECOND, len(TEXT), "z2")]
    assert quotes.place("买家在 14 天", "", halves) is None
    placed = quotes.place("买家在 14 天", "", whole)
    assert placed is not None and placed[1].chunk_id == "all"
    placed = quotes.place("买家在 14 天", "第二章", halves)
    assert placed is not None and placed[1].chunk_id == "two"
    assert quotes.place("没有这句话", "", whole) is None


def test_most_of_a_passage_has_to_lie_in_a_chunk() -> None:
    left, right = _chunk("left", 0, 10), _chunk("right", 10, 20)
    assert overlap(Span(6, 14), left) == 4
    found = chunk_at(Span(7, 17), [left, right])
    assert found is not None and found.chunk_id == "right"
    # Half and half: the first of equal ones.
    found = chunk_at(Span(6, 14), [left, right])
    assert found is not None and found.chunk_id == "left"
    assert chunk_at(Span(18, 40), [left, right]) is None
    assert chunk_at(Span(0, 4), []) is None


def test_an_anchor_follows_offsets_in_its_edition_and_its_quote_in_another() -> None:
    one, two = _chunk("one", 0, SECOND), _chunk("two", SECOND, len(TEXT), "z2")
    start = TEXT.index("买家")
    anchor = _anchor("买家在 14 天", (Span(start, start + 8),))
    found = chunk_of(anchor, "E1", [one, two])
    assert found is not None and found.chunk_id == "one"
    # Another edition: the quote stands in both, its own section decides.
    found = chunk_of(anchor, "E2", [one, two])
    assert found is not None and found.chunk_id == "one"
    # Its section is gone, and the quote stands in two others: nothing is known any more.
    assert chunk_of(_anchor("买家在 14 天", (), key="gone"), "E2", [one, two]) is None
    found = chunk_of(_anchor("卖家在 14 天内退款", (), key="gone"), "E2", [one, two])
    assert found is not None and found.chunk_id == "two"
    assert chunk_of(_anchor("", (), key="gone"), "E2", [one, two]) is None
