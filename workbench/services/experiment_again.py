"""An experiment computed again on what it froze, with every score anew."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from workbench.domain.actors import Actor
from workbench.domain.experiments import Experiment, Frozen
from workbench.domain.ports import BATCH, ProgressCall
from workbench.domain.queries import Instruction
from workbench.domain.rankings import Candidate
from workbench.services.experiment_pairs import Reproduction, arms_of, reproduction_of
from workbench.services.experiment_shapes import (
    Candidates,
    Found,
    frozen_of,
    kept_of,
    ordered,
    questions_of,
)
from workbench.services.measured_rows import measurement
from workbench.services.provenance import packages
from workbench.services.search import Search

Steps = Iterator[tuple[str, str, ProgressCall]]
"""Each question's id and text, with the call that is told of its scored pairs."""


def computed_again(
    search: Search, actor: Actor, before: Experiment, frozen: Frozen, reranker: str, steps: Steps
) -> tuple[dict[str, Any], Candidates]:
    """Return the measurement of an experiment with all its orders computed anew.

    Recall, labels and candidates are those that were frozen; nothing is asked of the library.
    """
    old, arms = kept_of(before, frozen), arms_of(before)
    found = Found([{} for _ in arms])
    for query, text, progress in steps:
        places = [at for at in range(len(arms)) if (at, query) in frozen.orders]
        rows = [(chunk, frozen.texts[one]) for chunk, one in frozen.candidates.get(query, ())]
        if not places:
            continue
        found.candidates[query] = rows
        scores = search.score_texts(
            actor,
            text,
            [one for _, one in rows],
            [Instruction.of(str(arms[at]["text"]), str(arms[at]["name"])) for at in places],
            reranker,
            priority=BATCH,
            progress=progress,
            anew=True,
        )
        ranked = [Candidate(chunk, rank) for rank, (chunk, _) in enumerate(rows, start=1)]
        for at, one in zip(places, scores, strict=True):
            found.add(at, query, ordered(text, ranked, one), one)
    same = {name: old[name] for name in ("recalled", "generation")}
    provenance = {**old.get("provenance", {}), "packages": packages()}
    return {**old, **found.kept(), **same, "provenance": provenance}, found.candidates


def reproduced(
    search: Search,
    actor: Actor,
    before: Experiment,
    frozen: Frozen,
    reranker: str,
    watch: ProgressCall,
) -> Reproduction:
    """Return how an experiment comes out on this machine, today; nothing of it is kept."""
    questions = questions_of(before)
    kept, candidates = computed_again(
        search, actor, before, frozen, reranker, _steps(questions, watch)
    )
    found = measurement(kept)
    again = replace(before, manifest=found.manifest)
    return reproduction_of(before, frozen, again, frozen_of(kept, candidates, found))


def _steps(questions: Mapping[str, str], watch: ProgressCall) -> Steps:
    for done, (query, text) in enumerate(questions.items(), start=1):
        yield query, text, lambda *_: None
        watch(done, len(questions))
