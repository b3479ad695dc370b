"""What a reranker is measured on: frozen candidates joined with their texts."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from training.asks import NO, YES, Asks
from training.freeze import FROZEN, name_of
from training.passages import DATA, SPLITS, Passage, rows, test
from training.wordings import Language
from workbench.evaluation.sensitivity import InstructionPair

AnyCase = TypeVar("AnyCase", "Case", "PairCase")
FEWEST = 3
"""Passages that an instruction has to accept, and to refuse, before a pair is made of it."""
PAIR_SEED = 41
LANGUAGE_DEPTH = 25


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its frozen candidates, by text, and those that are right."""

    query: str
    group: str
    texts: Mapping[str, str]
    relevant: frozenset[str]


def frozen(name: str) -> list[dict[str, Any]]:
    """Return the rows of a frozen file."""
    return rows(FROZEN / f"{name}.jsonl")


def _asked(folder: Path) -> dict[str, str]:
    return {name_of(one["text"]): one["text"] for one in rows(folder / "queries.jsonl")}


def _texts(folder: Path) -> dict[str, str]:
    return {one["_id"]: f"{one['title']}\n{one['text']}" for one in rows(folder / "corpus.jsonl")}


def retrieval(name: str, data: Path = DATA) -> Iterator[Case]:
    """Yield the cases of ``xquad``, grouped by direction such as ``zh-en``, or of ``stard``."""
    folder = data / {"xquad": "xquad-zh-en", "stard": "stard-even"}[name]
    asked, texts = _asked(folder), _texts(folder)
    # One pool after the other, so that its passages are still at hand for the next question.
    for one in sorted(frozen(name), key=lambda row: str(row.get("pool"))):
        group = f"{one['language']}-{one['pool']}" if name == "xquad" else name
        candidates = {key: texts[key] for key in one["candidates"]}
        yield Case(asked[one["question"]], group, candidates, frozenset(one["relevant"]))


@dataclass(frozen=True, slots=True)
class PairCase:
    """A pair of instructions with the texts of its candidates, in first-stage order."""

    pair: InstructionPair
    texts: Mapping[str, str]
    group: str


def language_pairs(data: Path = DATA) -> Iterator[PairCase]:
    """Yield XQuAD's "only Chinese" against "only English" on the first 25 of each language."""
    folder = data / "xquad-zh-en"
    pools: dict[str, dict[str, Sequence[str]]] = {}
    for one in frozen("xquad"):
        pools.setdefault(one["question"], {})[one["pool"]] = one["candidates"][:LANGUAGE_DEPTH]
    texts = _texts(folder)
    for one in rows(folder / "language_pairs.jsonl"):
        found = pools.get(name_of(one["query"]))
        if found is None:
            continue
        own = "zh" if one["pair_id"].startswith("zh") else "en"
        other = "en" if own == "zh" else "zh"
        order = [key for both in zip(found[own], found[other], strict=True) for key in both]
        pair = InstructionPair(
            one["pair_id"],
            one["query"],
            one["instruction_og"],
            one["instruction_changed"],
            tuple(one["changed_docs"]),
            tuple(one["gained_docs"]),
            tuple(order),
        )
        yield PairCase(pair, {key: texts[key] for key in order}, "language")


def sampled(cases: Iterable[AnyCase], limit: int) -> list[AnyCase]:
    """Return at most ``limit`` cases of each group, evenly spread; all of them for 0."""
    groups: dict[str, list[AnyCase]] = {}
    for case in cases:
        groups.setdefault(case.group, []).append(case)
    found = []
    for group in groups.values():
        step = max(1, -(-len(group) // limit)) if limit else 1
        found += group[::step]
    return found


class LibraryPairs:
    """Pairs on the test libraries: "only what ..." against "nothing that ...", decided by program.

    Both wordings are drawn anew for each pair: from those that were learned, or held-out ones.
    """

    def __init__(self) -> None:
        self._passages = test()
        self._at = {one.key: at for at, one in enumerate(self._passages)}
        self._questions = {
            name_of(one["text"]): one["text"]
            for name in SPLITS["libraries"]["test"]
            for one in rows(FROZEN.parents[1] / "sample_corpora" / name / "queries.jsonl")
        }

    @property
    def passages(self) -> Sequence[Passage]:
        """Return the passages of all test libraries."""
        return self._passages

    def pairs(self, families: Sequence[str], *, held: bool, group: str) -> Iterator[PairCase]:
        """Yield a pair for each question and family that splits its candidates, in turn zh, en."""
        draw, asks = random.Random(PAIR_SEED), Asks(self._passages, held=held)
        for number, one in enumerate(frozen("libraries")):
            batch = [self._at[key] for key in one["candidates"]]
            for place, family in enumerate(families):
                language: Language = "zh" if (number + place) % 2 else "en"
                only = asks.family(draw, family, batch, True, language)
                none = asks.family(draw, family, batch, False, language)
                changed, gained = (
                    tuple(
                        key
                        for key, v in zip(one["candidates"], only.verdicts, strict=True)
                        if v == verdict
                    )
                    for verdict in (YES, NO)
                )
                if min(len(changed), len(gained)) < FEWEST:
                    continue
                query = self._questions[one["question"]]
                pair = InstructionPair(
                    f"{group}/{one['library']}/{one['question']}/{family}",
                    query,
                    only.text,
                    none.text,
                    changed,
                    gained,
                    tuple(one["candidates"]),
                )
                texts = {key: self._passages[self._at[key]].read for key in one["candidates"]}
                yield PairCase(pair, texts, group)
