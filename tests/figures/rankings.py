"""Small rankings for the figures' tests."""

from workbench.domain.rankings import Candidate, Ranking


def ranking(margins: dict[str, float | None], scores: dict[str, float] | None = None) -> Ranking:
    """Return a ranking; recall ranks follow the dictionary's order."""
    return Ranking.of(
        "q",
        [
            Candidate(chunk_id=name, recall_rank=at, margin=margin, score=(scores or {}).get(name))
            for at, (name, margin) in enumerate(margins.items(), start=1)
        ],
    )


def order(names: list[str]) -> Ranking:
    """Return a ranking in this sequence."""
    return ranking({name: float(-at) for at, name in enumerate(names)})
