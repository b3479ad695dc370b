"""Which questions are held out: a draw that keeps every kind of question at its share."""

from collections.abc import Collection, Mapping

from workbench.domain.identity import digest

LEAST = 6
"""Under so many questions no test can show a difference (``statistics``)."""


def drawn(kinds: Mapping[str, str], count: int, seed: str, last: Collection[str] = ()) -> list[str]:
    """Return ``count`` of the questions, of each kind as many as its share; always the same ones.

    ``kinds`` are kinds by question. Questions of ``last`` come after the others of their kind. Of
    kinds a (4 questions) and b (2), three are two of a and one of b.
    """
    groups: dict[str, list[str]] = {}
    for query, kind in kinds.items():
        groups.setdefault(kind, []).append(query)
    places: list[tuple[float, str, str]] = []
    for group in groups.values():
        ordered = sorted(group, key=lambda one: (one in last, digest(seed, one)))
        places += [
            ((at + 0.5) / len(ordered), digest(seed, one), one) for at, one in enumerate(ordered)
        ]
    return [one for _, _, one in sorted(places)[:count]]
