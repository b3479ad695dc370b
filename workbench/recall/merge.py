"""Merges what several corpora recalled into one list."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from workbench.domain.documents import Notice
from workbench.domain.rankings import Candidate, Recalled, RecallMethod


def merge(recalled: Sequence[Recalled], limit: int, method: RecallMethod) -> Recalled:
    """Return at most ``limit`` candidates: the first of each corpus, then the second of each.

    Corpora have statistics of their own, so scores do not compare and ranks do; equal ranks stand
    in the order of the corpora. Recall ranks are counted anew. The method is that of the corpora in
    which something was found; where these differ, or there is none, ``method``, as was asked.
    """
    turns = zip_longest(*(each.candidates for each in recalled))
    merged = [candidate for turn in turns for candidate in turn if candidate is not None]
    used = {each.method for each in recalled if each.candidates}
    return Recalled(
        candidates=_renumbered(merged[: max(limit, 0)]),
        method=used.pop() if len(used) == 1 else method,
        notices=_summed([notice for each in recalled for notice in each.notices]),
    )


def _renumbered(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    return tuple(
        replace(candidate, recall_rank=rank) for rank, candidate in enumerate(candidates, start=1)
    )


def _summed(notices: Sequence[Notice]) -> tuple[Notice, ...]:
    """Return each notice once; counts of chunks without a vector are added up."""
    counts = [n.params for n in notices if n.code == "dense_incomplete"]
    done, total = (sum(int(params[name] or 0) for params in counts) for name in ("done", "total"))
    kept: list[Notice] = []
    for notice in notices:
        if notice.code == "dense_incomplete":
            notice = Notice(notice.code, {"done": done, "total": total})
        if notice not in kept:
            kept.append(notice)
    return tuple(kept)
