"""What rerankers there are to choose from, and what was found on this machine to make them of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from workbench.domain.documents import Notice
from workbench.domain.ports import EmbedderInfo, Reranker
from workbench.domain.rankings import RerankerInfo

RERANKERS = ("qwen3", "mini", "embedding", "lexical", "remote")
"""Names of rerankers; any other is a path or "owner/model"."""

Refer: TypeAlias = Callable[[str], Callable[[], Reranker]]
"""Tells how a reranker is made that a path or "owner/model" refers to; raises what is wrong."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which reranker was asked for: by the environment, and by the user, who can change it."""

    setting: str
    get: Callable[[], str | None]
    put: Callable[[str | None], None]


@dataclass(frozen=True, slots=True)
class Offer:
    """A reranker by name; ``problem`` says why it cannot be used, None where it can."""

    name: str
    info: RerankerInfo | None
    problem: Notice | None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found on this machine before anything was loaded.

    ``problem`` says what is wrong with weights that are there and that nothing can be made of,
    ``mini_problem`` why the embedded reranker cannot be used; None where it can.
    """

    weights: str | None
    looked_in: tuple[str, ...]
    embedder: EmbedderInfo | None
    embedder_looked_in: tuple[str, ...]
    remote_host: str | None = None
    problem: Notice | None = None
    mini_problem: Notice | None = None


@dataclass(frozen=True, slots=True)
class ModelState:
    """What the badge and the doctor show."""

    active: str
    info: RerankerInfo
    why: Notice
    offers: tuple[Offer, ...]
    found: Found
    device: str | None
    expected_seconds: float | None


def problem_of(name: str, found: Found) -> Notice | None:
    """Return why the reranker called ``name`` cannot be used here; None where it can."""
    if name == "embedding" and not found.embedder:
        return Notice("embedder_missing", {"places": "; ".join(found.embedder_looked_in)})
    if name == "qwen3" and not found.weights:
        missing = Notice("weights_missing", {"places": "; ".join(found.looked_in)})
        return found.problem or missing
    if name == "mini":
        return found.mini_problem
    if name == "remote" and not found.remote_host:
        return Notice("remote_missing")
    return None
