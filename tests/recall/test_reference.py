import numpy as np
import pytest
from rank_bm25 import BM25Okapi

from workbench.recall.postings_builder import postings_of
from workbench.recall.reference import ReferenceBM25
from workbench.recall.statistics import Part

DOCUMENTS = [["a", "b", "a"], ["c"], ["b", "d"], []]


def test_scores_are_those_of_rank_bm25() -> None:
    expected = BM25Okapi(DOCUMENTS).get_scores(["a", "b"])
    assert np.array_equal(ReferenceBM25(DOCUMENTS).scores(["a", "b"]), expected)


def test_the_chunks_of_postings_give_the_same_scores() -> None:
    part = Part(postings_of(DOCUMENTS))
    expected = ReferenceBM25(DOCUMENTS).scores(["a"])
    assert np.array_equal(ReferenceBM25.of([part]).scores(["a"]), expected)
    less = ReferenceBM25.of([part.with_gone(np.array([False, True, False, False]))])
    without = ReferenceBM25([DOCUMENTS[0], DOCUMENTS[2], []])
    assert less.scores(["a", "c"])[[0, 2, 3]].tolist() == without.scores(["a", "c"]).tolist()
    assert less.search(["c"], 5) == []


def test_only_matched_documents_are_found() -> None:
    assert [at for at, _ in ReferenceBM25(DOCUMENTS).search(["d", "x"], 9)] == [2]
    assert ReferenceBM25(DOCUMENTS).search([], 9) == []


@pytest.mark.parametrize("documents", [[], [[]]])
def test_nothing_to_count_finds_nothing(documents: list[list[str]]) -> None:
    empty = ReferenceBM25(documents)
    assert empty.search(["a"], 5) == []
    assert [w.weight for w in empty.explain(0, ["a"])] == [0.0] if documents else True
