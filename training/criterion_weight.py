"""Chooses how much an instruction weighs: ``python -m training.criterion_weight R C KEPT``.

As ``training.weights``, on development pages of the manual alone and with wordings that are learned
from: how far "only what ..." against "nothing that ..." is followed, and how far a placebo, or the
same criterion in other words, shifts an order that should stay.
"""

import argparse
import itertools
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np
import torch
from numpy.typing import NDArray

from training.asks import NO, YES, Asks
from training.criterion import LONGEST_ASK
from training.export import LIKENESS, RELEVANCE
from training.learn import development, load, memory
from training.passages import SPLITS, Passage, training
from training.states import Kept, padded
from training.weights import READ, Numbers, drawn_questions
from training.wordings import placebo
from workbench.evaluation.sensitivity import (
    InstructionPair,
    PairOrders,
    rank_shift,
    sensitivity,
)
from workbench.models.reader import Reader
from workbench.rerank.mini import log_met

QUESTIONS, DEPTH, PAIRS, FEWEST = 40, 50, 3, 3
WEIGHTS = (1.0, 2.0, 3.0, 5.0, 8.0)
FLOORS = (0.0, 0.001, 0.01, 0.03, 0.1)
"""The least that P is taken for.

Adding to the logit instead, so that what is rather met than not hardly falls, was tried: at an
equal share of the highest it left more noise than a lower weight.
"""

Logits = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Told:
    """A question's candidates: their margins without an instruction and logits under some.

    ``pairs`` holds logits under "only", under "only" in other words and under "nothing", and which
    candidates changed; ``placebo`` holds logits under one.
    """

    name: str
    keys: Sequence[str]
    bare: Logits
    pairs: Sequence[tuple[Logits, Logits, Logits, tuple[str, ...]]]
    placebo: Logits

    def order(self, logits: Logits | None, weight: float, floor: float) -> list[str]:
        """Return the candidates from best to worst."""
        margins = self.bare.copy()
        if logits is not None:
            margins += [weight * log_met(float(one), floor) for one in logits]
        return [self.keys[at] for at in np.argsort(-margins, kind="stable")]


class Teller:
    """Asks about the candidates of a question."""

    def __init__(self, asks: Asks, kept: Kept, reader: Reader, numbers: Numbers) -> None:
        self._asks, self._kept, self._reader, self._numbers = asks, kept, reader, numbers

    def told(self, draw: random.Random, text: str, pool: Sequence[int]) -> Told:
        """Return what is needed to order the best candidates of a pool."""
        alike, logits = self._numbers.of(text, pool)
        margins = LIKENESS * alike + RELEVANCE * logits
        best = np.argsort(-margins, kind="stable")[:DEPTH]
        batch = [pool[at] for at in best]
        keys = [self._asks.passages[at].key for at in batch]
        families = [
            self._asks.names[at]
            for at in self._asks.learned
            if min(int((self._asks.decided[batch, at] == verdict).sum()) for verdict in (YES, NO))
            >= FEWEST
        ]
        pairs = []
        for family in draw.sample(families, min(PAIRS, len(families))):
            language = draw.choice(("zh", "en"))
            asks = [
                self._asks.family(draw, family, batch, keep, language)
                for keep in (True, True, False)
            ]
            found = self._logits([ask.text for ask in asks], batch)
            changed = tuple(np.array(keys)[asks[0].verdicts == YES].tolist())
            pairs.append((found[:, 0], found[:, 1], found[:, 2], changed))
        shown = self._logits([placebo(draw)], batch)[:, 0]
        return Told(text, keys, margins[best], pairs, shown)

    @torch.inference_mode()
    def _logits(self, texts: Sequence[str], batch: Sequence[int]) -> Logits:
        states = self._numbers.body.states([f"query: {one}" for one in texts], LONGEST_ASK)
        asked, there = padded(states)
        held, real = memory(self._kept, batch, READ)
        with torch.autocast("cpu", torch.bfloat16):
            return self._reader(asked, there, held, real).float().numpy().astype(float)


def measured(told: Sequence[Told], weight: float, floor: float) -> tuple[float, float, float]:
    """Return p-MRR in parts of the highest, and mean shifts by placebos and by other words."""
    orders, placebos, words = [], [], []
    for one in told:
        bare = one.order(None, weight, floor)
        placebos.append(rank_shift(bare, one.order(one.placebo, weight, floor)))
        for number, (only, again, none, changed) in enumerate(one.pairs):
            first, other, last = (one.order(found, weight, floor) for found in (only, again, none))
            words.append(rank_shift(first, other))
            pair = InstructionPair(f"{one.name}/{number}", one.name, "only", "none", changed)
            orders.append(PairOrders(pair, tuple(bare), tuple(first), tuple(last)))
    return sensitivity(orders).share_of_ideal or 0.0, fmean(placebos), fmean(words)


def main(argv: Sequence[str] | None = None) -> None:
    """Print what each weight and floor gives."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("relevance", type=Path, help="checkpoint of the reader of questions")
    parser.add_argument("criterion", type=Path, help="checkpoint of the reader of instructions")
    parser.add_argument("kept", type=Path, help="folder of the body's states")
    args = parser.parse_args(argv)
    passages: Sequence[Passage] = training()
    kept, draw = Kept(args.kept), random.Random(SPLITS["seed"])
    _, choose = development(passages, SPLITS["manual"]["development_share"])
    numbers = Numbers(passages, kept, load(args.relevance))
    teller = Teller(Asks(passages), kept, load(args.criterion), numbers)
    questions = draw.sample(list(drawn_questions(passages, choose)), QUESTIONS)
    told = []
    for done, one in enumerate(questions):
        told.append(teller.told(draw, one.text, choose))
        sys.stderr.write(f"{done} of {len(questions)}\n")
    print("| weight | floor | share of the highest | placebo | other words |")  # noqa: T201
    for weight, floor in itertools.product(WEIGHTS, FLOORS):
        share, placebo, words = measured(told, weight, floor)
        print(f"| {weight:g} | {floor:g} | {share:.3f} | {placebo:.2f} | {words:.2f} |")  # noqa: T201


if __name__ == "__main__":
    main()
