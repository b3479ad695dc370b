import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.recall.tiny import entry
from workbench.domain.queries import Narrowing, Query
from workbench.recall import holdings as module
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.bm25 import PostingsBM25
from workbench.recall.building import build_index, index_of
from workbench.recall.holdings import Held, Holdings
from workbench.recall.segment import Listed, Segment, SegmentBuilder, merged

WORDS = "abcde"
TEXT = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
LIBRARY = st.lists(st.lists(TEXT, max_size=3), min_size=1, max_size=8)


def segment(documents: dict[str, list[str]], version: str = "1") -> Segment:
    """Documents by name; their times are their names, so that these are their order."""
    builder = SegmentBuilder()
    for name, texts in documents.items():
        builder.begin(Listed(name, f"{name}.md", version, name))
        for at, text in enumerate(texts):
            builder.add(entry(f"{name}{version}{at}", text), text.split())
    return builder.finish()


def wanted(*names: str, version: str = "1") -> list[tuple[str, str]]:
    return [(name, version) for name in names]


def found(holdings: Holdings, question: str, limit: int = 99) -> list[tuple[str, float]]:
    made = index_of(holdings, {}, MixedAnalyzer(), generation=1)
    recalled = made.recall(Query(question, "en"), limit, "bm25", Narrowing())
    return [(one.chunk_id, one.hits[0].score) for one in recalled.candidates]


def test_a_change_adds_a_segment_and_a_tombstone_and_ties_keep_the_order_of_the_corpus() -> None:
    first = Holdings().showing(wanted("d1", "d3", "d4"), None)
    assert len(first) == 0
    one = Held.of(segment({"d1": ["a x"], "d3": ["a y", "a z"], "d4": ["b"]}), name="s1")
    holdings = first.showing(wanted("d1", "d3", "d4"), one)
    assert [key for key, _ in found(holdings, "a")] == ["d110", "d310", "d311"]
    assert holdings.order() is None
    # Another edition of the document in the middle: its place in the corpus is what it was.
    two = Held.of(segment({"d3": ["a w"], "d2": ["a v"]}, "2"), name="s2")
    present = [("d1", "1"), ("d2", "2"), ("d3", "2"), ("d4", "1")]
    changed = holdings.showing(present, two)
    assert [key for key, _ in found(changed, "a")] == ["d110", "d220", "d320"]
    assert len(changed) == 4
    # The old snapshot is what it was, and what was taken back is there as before.
    assert [key for key, _ in found(holdings, "a")] == ["d110", "d310", "d311"]
    back = changed.showing(wanted("d1", "d3", "d4"))
    assert [held.name for held in back.parts] == ["s1"]
    assert found(back, "a") == found(holdings, "a")


@settings(max_examples=150, deadline=None)
@given(LIBRARY, st.data())
def test_any_history_answers_as_a_fresh_index(
    library: list[list[str]], data: st.DataObject
) -> None:
    names = [f"d{at}" for at in range(len(library))]
    texts = dict(zip(names, library, strict=True))
    holdings = Holdings()
    present: list[str] = []
    for step in range(data.draw(st.integers(1, 4))):
        present = sorted(data.draw(st.sets(st.sampled_from(names))))
        lacking = [name for name, _ in holdings.lacking(wanted(*present))]
        new = Held.of(segment({n: texts[n] for n in lacking}), name=f"s{step}") if lacking else None
        holdings = holdings.showing(wanted(*present), new)
        if data.draw(st.booleans()) and holdings.parts:
            old = holdings.parts[: data.draw(st.integers(1, len(holdings.parts)))]
            one = Held.of(merged([(held.segment, held.gone) for held in old]), name=f"m{step}")
            replaced = holdings.replaced(old, one)
            assert replaced is not None
            holdings = replaced
    entries = [entry(f"{n}1{at}", t, document=n) for n in present for at, t in enumerate(texts[n])]
    fresh = build_index(entries, {}, MixedAnalyzer(), generation=1)
    assert len(holdings) == len(entries)
    assert holdings.statistics.terms == fresh.holdings.statistics.terms
    for question in (*WORDS, "a b", "c d e a"):
        expected = fresh.recall(Query(question, "en"), 99, "bm25", Narrowing()).candidates
        got = found(holdings, question)
        scores = {one.chunk_id: one.hits[0].score for one in expected}
        assert dict(got) == pytest.approx(scores, abs=1e-9)
        # Equal texts have equal scores to the last bit, so that they stand in the corpus's order.
        places = {e.chunk_id: (e.reads, at) for at, e in enumerate(entries)}
        told = [places[key] for key, _ in got]
        for text in {reads for reads, _ in told}:
            same = [at for reads, at in told if reads == text]
            assert same == sorted(same)


def test_scores_over_segments_are_equal_where_texts_are() -> None:
    one = Held.of(segment({"d2": ["a b", "c"]}), name="s1")
    two = Held.of(segment({"d1": ["a b"], "d3": ["a b"]}), name="s2")
    holdings = Holdings().showing(wanted("d2"), one).showing(wanted("d1", "d2", "d3"), two)
    (first, s1), (second, s2), (third, s3) = found(holdings, "a b")
    assert (first, second, third) == ("d110", "d210", "d310")
    assert s1 == s2 == s3


def test_more_than_eight_segments_are_merged_from_the_small_ones() -> None:
    holdings = Holdings()
    big = segment({f"x{at}": ["a b c"] for at in range(50)})
    names = [f"x{at}" for at in range(50)]
    holdings = holdings.showing(wanted(*names), Held.of(big, name="big"))
    for at in range(module.MOST_SEGMENTS):
        assert holdings.to_merge() == ()
        names.append(f"d{at}")
        new = Held.of(segment({f"d{at}": ["a"]}), name=f"s{at}")
        holdings = holdings.showing(wanted(*names), new)
    chosen = holdings.to_merge()
    assert {held.name for held in chosen} == {f"s{at}" for at in range(8)}
    together = Held.of(merged([(held.segment, held.gone) for held in chosen]), name="m")
    after = holdings.replaced(chosen, together)
    assert after is not None
    assert [held.name for held in after.parts] == ["big", "m"]
    assert dict(found(after, "a")) == pytest.approx(dict(found(holdings, "a")))


def test_a_worn_segment_is_written_anew_without_what_is_gone() -> None:
    whole = segment({"d1": ["a", "b"], "d2": ["c"], "d3": ["d", "e"]})
    holdings = Holdings().showing(wanted("d1", "d2", "d3"), Held.of(whole, name="s"))
    assert holdings.to_merge() == ()
    worn = holdings.showing(wanted("d1", "d3"))
    assert worn.to_merge() == ()  # exactly a fifth
    worn = holdings.showing(wanted("d2", "d3"))
    (held,) = worn.to_merge()
    anew = merged([(held.segment, held.gone)])
    assert [listed.document_id for listed in anew.documents] == ["d2", "d3"]
    assert list(anew.postings.vocabulary.texts) == ["c", "d", "e"]


def test_what_goes_while_segments_are_merged_is_gone_and_what_comes_back_stops_the_merge() -> None:
    holdings = Holdings().showing(wanted("d1"), Held.of(segment({"d1": ["a"]}), name="s1"))
    holdings = holdings.showing(wanted("d1", "d2"), Held.of(segment({"d2": ["b"]}), name="s2"))
    old = holdings.parts
    one = Held.of(merged([(held.segment, held.gone) for held in old]), name="m")
    less = holdings.showing(wanted("d1"))
    assert less.replaced(old, one) is None  # a segment without documents is no more
    kept = [held.with_gone(np.array([held.name == "s2"])) for held in old]
    replaced = Holdings(kept).replaced(old, one)
    assert replaced is not None
    assert [key for key, _ in found(replaced, "a")] == ["d110"]
    assert found(replaced, "b") == []
    only = Held.of(merged([(old[0].segment, None)]), name="m2")
    assert holdings.replaced(old, only) is None


def test_terms_of_known_chunks_come_by_their_hash() -> None:
    holdings = Holdings().showing(wanted("d1"), Held.of(segment({"d1": ["a b a"]}), name="s1"))
    key = entry("x", "a b a").text_hash
    assert holdings.counted()[key].counts == (2, 1)
    assert holdings.counted({"d9"}) == {}


def test_ranks_of_a_fresh_segment_are_bit_equal() -> None:
    documents = [["a", "b"], ["a"], ["c", "c"]]
    made = Holdings([Held.of(segment({f"d{i}": [" ".join(t)] for i, t in enumerate(documents)}))])
    ours = PostingsBM25([held.part for held in made.parts], made.statistics)
    assert np.array_equal(ours.scores(["a", "c"]), PostingsBM25.of(documents).scores(["a", "c"]))
