"""How many of the first ranks only the tie rule tells apart."""

import math
from collections.abc import Mapping, Sequence

from workbench.domain.errors import InvalidInput
from workbench.evaluation.bounds import CUTOFF


def tied_share(margins: Mapping[str, Sequence[float]], cutoff: int = CUTOFF) -> float | None:
    """Return the share of tied pairs among the first ``cutoff`` of all queries, in [0, 1].

    ``margins`` stand best first. Margins 2, 1, 1, 1: three of six pairs, .5. None without a pair.

    Raises:
        InvalidInput: ``not_finite``.
    """
    tied = pairs = 0
    for ranked in margins.values():
        first = ranked[:cutoff]
        for margin in first:
            if not math.isfinite(margin):
                raise InvalidInput("not_finite", value=repr(margin))
        counts = [first.count(margin) for margin in set(first)]
        tied += sum(math.comb(count, 2) for count in counts)
        pairs += math.comb(len(first), 2)
    return tied / pairs if pairs else None
