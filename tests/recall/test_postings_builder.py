from workbench.recall.postings_builder import PostingsBuilder, postings_of


def test_no_chunks_and_chunks_without_terms() -> None:
    assert len(postings_of([])) == 0
    empty = postings_of([[], []])
    assert (len(empty), len(empty.vocabulary), empty.starts.tolist()) == (2, 0, [0])


def test_chunks_come_from_any_iterable() -> None:
    builder = PostingsBuilder()
    builder.add(iter("aba"))
    assert builder.finish().row("a")[1].tolist() == [2]
