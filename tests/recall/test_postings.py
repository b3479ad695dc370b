import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.recall import postings as module
from workbench.recall.postings import Counted, Postings, joined, smallest
from workbench.recall.postings_builder import PostingsBuilder, postings_of

CHUNKS = st.lists(st.lists(st.sampled_from("abcdefg"), max_size=9), max_size=12)


def by_hand(chunks: list[list[str]]) -> dict[str, list[tuple[int, int]]]:
    rows: dict[str, list[tuple[int, int]]] = {}
    for at, tokens in enumerate(chunks):
        for term in dict.fromkeys(tokens):
            rows.setdefault(term, []).append((at, tokens.count(term)))
    return rows


def test_postings_are_rows_by_term() -> None:
    made = postings_of([["b", "a", "b"], [], ["a"]])
    assert list(made.vocabulary.texts) == ["b", "a"]
    documents, counts = made.row("a")
    assert (documents.tolist(), counts.tolist()) == ([0, 2], [1, 1])
    assert made.row("b")[1].tolist() == [2]
    assert made.row("unseen")[0].tolist() == []
    assert made.lengths.tolist() == [3, 0, 1]
    assert [made.counted(at) for at in range(3)] == [
        Counted(("b", "a"), (2, 1)),
        Counted((), ()),
        Counted(("a",), (1,)),
    ]


@settings(max_examples=200, deadline=None)
@given(CHUNKS, st.integers(1, 5))
def test_blocks_of_any_size_give_the_same_rows(chunks: list[list[str]], block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", block)
        patch.setattr("workbench.recall.postings_builder.BLOCK", block)
        made = postings_of(chunks)
    expected = by_hand(chunks)
    assert list(made.vocabulary.texts) == list(expected)
    for term, row in expected.items():
        documents, counts = made.row(term)
        assert list(zip(documents.tolist(), counts.tolist(), strict=True)) == row
    back = Postings.from_arrays(made.arrays())
    assert [back.counted(at) for at in range(len(chunks))] == [
        made.counted(at) for at in range(len(chunks))
    ]


def test_counted_chunks_give_the_same_postings() -> None:
    builder = PostingsBuilder()
    for tokens in (["b", "a", "b"], ["c"]):
        builder.add_counted(Counted.of(tokens))
    made, expected = builder.finish(), postings_of([["b", "a", "b"], ["c"]])
    for name, values in expected.arrays().items():
        assert np.array_equal(made.arrays()[name], values), name


@given(CHUNKS.filter(bool), st.data())
def test_chosen_chunks_keep_their_terms(chunks: list[list[str]], data: st.DataObject) -> None:
    flags = data.draw(st.lists(st.booleans(), min_size=len(chunks), max_size=len(chunks)))
    forward, chosen = postings_of(chunks).forward, np.array(flags)
    kept = forward.kept(chosen)
    assert kept.terms.tolist() == forward.of_chunks(chosen).tolist()
    sizes = [len(set(tokens)) for tokens, flag in zip(chunks, flags, strict=True) if flag]
    assert np.diff(kept.starts).tolist() == sizes
    assert joined([kept, kept]).terms.tolist() == [*kept.terms, *kept.terms]


@pytest.mark.parametrize(
    ("most", "kind"), [(255, np.uint8), (256, np.uint16), (65535, np.uint16), (65536, np.int32)]
)
def test_counts_take_the_smallest_type(most: int, kind: type) -> None:
    counts = smallest(np.array([1, most], dtype=np.int32))
    assert (counts.dtype, counts.tolist()) == (np.dtype(kind), [1, most])


def test_a_term_of_many_occurrences_keeps_its_count() -> None:
    assert postings_of([["a"] * 300, ["a"]]).row("a")[1].tolist() == [300, 1]
