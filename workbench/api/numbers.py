"""What the API says of a reranking answer: one number a document, and headers about them all."""

from workbench.domain.errors import Unavailable
from workbench.domain.rankings import Candidate
from workbench.services.rerank import RerankAnswer


def number_of(candidate: Candidate, *, raw: bool = False) -> float:
    """Return the probability, or the reranker's own number where it gives none.

    ``raw`` asks for what is before the sigmoid: log-odds, else the reranker's own number.

    Raises:
        Unavailable: ``scores_missing`` for a document that was not scored.
    """
    first = candidate.log_odds if raw else candidate.score
    number = candidate.margin if first is None else first
    if number is None:
        raise Unavailable("scores_missing", expected=1, received=0)
    return number


def told_headers(answer: RerankAnswer) -> dict[str, str]:
    """Return which reranker answered, what its numbers are, and the codes of what is to be told."""
    headers = {
        "X-Model": answer.reranker.model,
        "X-Score-Kind": answer.reranker.score_kind,
        "X-Token-Count": str(answer.cost.tokens),
        "X-Cached-Count": str(answer.cost.cached),
        "X-Queue-Ms": str(round(answer.cost.queue_seconds * 1000)),
    }
    if answer.reranker.host:
        headers["X-Sent-To"] = answer.reranker.host
    if answer.notices:
        headers["X-Hints"] = ",".join(notice.code for notice in answer.notices)
    # Headers carry no Chinese, which the name of another server's model may hold.
    return {name: text.encode("ascii", "replace").decode() for name, text in headers.items()}
