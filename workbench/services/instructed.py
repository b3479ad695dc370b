"""Scores under several instructions: in one pass where the reranker can, else one by one."""

from collections.abc import Sequence

from workbench.domain.ports import ManyReranker, ProgressCall, Reranker
from workbench.domain.rankings import Scores


def under_each(
    reranker: Reranker,
    query: str,
    documents: Sequence[str],
    instructions: Sequence[str],
    *,
    priority: int,
    user: str,
    deadline: float | None,
    progress: ProgressCall | None,
) -> tuple[Scores, ...]:
    """Return the scores under each instruction; ``progress`` counts documents times instructions.

    Raises:
        WorkbenchError: What the reranker raises, for whichever instruction.
    """
    if isinstance(reranker, ManyReranker):
        return reranker.score_each(
            query,
            documents,
            instructions,
            priority=priority,
            user=user,
            deadline=deadline,
            progress=progress,
        )
    total = len(documents) * len(instructions)
    return tuple(
        reranker.score(
            query,
            documents,
            one,
            priority=priority,
            user=user,
            deadline=deadline,
            progress=_shifted(progress, at * len(documents), total),
        )
        for at, one in enumerate(instructions)
    )


def _shifted(progress: ProgressCall | None, base: int, total: int) -> ProgressCall | None:
    """Return a call that reports one instruction's progress as part of all instructions'."""
    if progress is None:
        return None
    return lambda done, _: progress(base + done, total)
