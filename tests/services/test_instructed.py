"""Tests of workbench.services.instructed."""

from tests.doubles import CountingReranker
from workbench.domain.ports import BATCH
from workbench.services.instructed import under_each


class Together(CountingReranker):
    """Takes all instructions at once."""

    def __init__(self) -> None:
        super().__init__()
        self.together: list[tuple[str, ...]] = []

    def score_each(self, query, documents, instructions, **how):
        self.together.append(tuple(instructions))
        how.pop("progress")
        return tuple(self.score(query, documents, one, **how) for one in instructions)


def scored(reranker, progress=None):
    return under_each(
        reranker,
        "ab",
        ["ab x", "y"],
        ["x", "y", ""],
        priority=BATCH,
        user="u",
        deadline=None,
        progress=progress,
    )


def test_both_ways_give_the_same_scores():
    assert scored(Together()) == scored(CountingReranker())


def test_a_reranker_that_can_is_asked_once():
    model = Together()
    scored(model)
    assert model.together == [("x", "y", "")]


def test_progress_counts_all_of_them():
    seen: list[tuple[int, int]] = []
    scored(CountingReranker(), lambda *at: seen.append(at))
    assert seen == [(2, 6), (4, 6), (6, 6)]
