"""Teaches the reader of instructions which passages meet what an instruction asks for.

python -m training.criterion --kept FOLDER --out FILE
"""

import random
from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from training.asks import NO, YES, Ask, Asks
from training.export import FLOOR
from training.learn import arguments, development, load, new_reader, read_all, teach
from training.passages import SPLITS, training
from training.states import Body, Kept, keep
from workbench.models.mini_head import ReaderShape
from workbench.models.reader import Reader

PASSAGES, ASKS, AGAIN, LONGEST_ASK = 24, 16, 4, 64
"""``AGAIN`` further criteria a step are asked for twice, in different words."""
RATE, STEPS = 8e-4, 4000
ALIKE = 0.1
"""What it costs to take two wordings differently, by the square of what the margin sees of it."""
SHAKEN = 0.3
"""How far the states of an instruction are shaken, in their spread: wordings are of any kind."""
PLACEBO, OTHER = "placebo P(yes)", "other words"
READ = (128, 192)
"""Ids of a passage that are read in a step, drawn anew each time: texts are of any length."""


class Lesson:
    """Draws batches and computes what a reader got wrong on them."""

    def __init__(self, asks: Asks, kept: Kept, body: Body, positions: Sequence[int]) -> None:
        self.asks, self.kept, self.body = asks, kept, body
        self.positions = list(positions)
        self._own = {p.key: at for at, p in enumerate(asks.passages)}
        there = set(positions)
        rare = asks.decided[:, asks.learned]
        self._having = [
            [at for at in positions if rare[at, column] == YES] for column in range(rare.shape[1])
        ]
        self._having = [rows for rows in self._having if rows]
        self._there = there

    def batch(self, draw: random.Random) -> list[int]:
        """Return passages: some that meet a rare criterion, some at random, neighbours, twins."""
        chosen: dict[int, None] = {}
        for rows in draw.sample(self._having, 5):
            chosen.update(dict.fromkeys(draw.sample(rows, min(2, len(rows)))))
        chosen.update(dict.fromkeys(draw.sample(self.positions, 8)))
        for at in draw.sample(list(chosen), 6):
            twin = self._own.get(self.asks.passages[at].twin, at)
            chosen.update(dict.fromkeys(other for other in (twin, at + 1) if other in self._there))
        return list(chosen)[:PASSAGES]

    def logits(
        self,
        reader: Reader,
        batch: Sequence[int],
        asks: Sequence[Ask],
        longest: int,
        shaken: float = 0.0,
    ) -> torch.Tensor:
        """Return (passages, asks) of logits; the instructions' states may be ``shaken``."""
        states = self.body.states(["query: " + ask.text for ask in asks], LONGEST_ASK)
        if shaken:
            spread = shaken * reader.spread.flatten()
            states = [rows + spread * torch.randn_like(rows) for rows in states]
        return read_all(reader, states, [self.kept.of(at)[:longest].float() for at in batch])


def loss_of(logits: torch.Tensor, asks: Sequence[Ask]) -> torch.Tensor:
    """Return the mean over instructions of what yes and no cost, each side counting half."""
    wanted = torch.tensor([ask.verdicts.tolist() for ask in asks]).t()
    weights = torch.zeros_like(logits)
    for verdict in (YES, NO):
        there = wanted == verdict
        weights += there / there.sum(0).clamp_min(1)
    weights /= weights.sum(0).clamp_min(1e-6) * len(asks)
    costs = binary_cross_entropy_with_logits(logits, (wanted == YES).float(), reduction="none")
    return (costs * weights).sum()


def difference(logits: torch.Tensor) -> torch.Tensor:
    """Return by how much (passages, asks) differ where every two columns ask for the same.

    The mean square of the differences of log(FLOOR + (1 - FLOOR) * P), as the margin has it.
    """
    met = (FLOOR + (1 - FLOOR) * logits.sigmoid()).log()
    return (met[:, 0::2] - met[:, 1::2]).square().mean()


@torch.inference_mode()
def examined(
    reader: Reader, lesson: Lesson, rounds: int, seed: int, family: str = ""
) -> dict[str, tuple[float, int]]:
    """Return by kind of instruction the share of (yes, no) pairs in order, and how many asked."""
    draw = random.Random(seed)
    right: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        batch = draw.sample(lesson.positions, PASSAGES)
        if family:
            asks = [
                lesson.asks.family(
                    draw, name, batch, draw.random() < 0.5, "zh" if draw.random() < 0.5 else "en"
                )
                for name in SPLITS["families"]["held_out"]
            ]
        else:
            asks = lesson.asks.draw(draw, batch, ASKS)
        logits = lesson.logits(reader, batch, asks, max(READ))
        for column, ask in enumerate(asks):
            yes, no = (logits[torch.from_numpy(ask.verdicts == v), column] for v in (YES, NO))
            if len(yes) and len(no):
                better = (yes[:, None] > no[None]).float().mean()
                right[ask.kind].append(float(better))
            elif ask.kind == "placebo":
                right[PLACEBO].append(float(yes.sigmoid().mean()))
            elif ask.kind == "altered":
                right["altered"].append(float(torch.cat([yes > 0, no < 0]).float().mean()))
        if not family:
            again = [one for _ in range(AGAIN) for one in lesson.asks.in_two_wordings(draw, batch)]
            right[OTHER].append(float(difference(lesson.logits(reader, batch, again, max(READ)))))
    return {kind: (sum(all_) / len(all_), len(all_)) for kind, all_ in sorted(right.items())}


def report(reader: Reader, lessons: dict[str, Lesson], rounds: int = 8) -> str:
    """Return how well learned and held-out wordings and families are followed, a line each.

    The first number of a line is the mean over kinds of instruction, placebos and the difference
    between two wordings left out.
    """
    lines = []
    for name, lesson in lessons.items():
        for family in ("", "held"):
            found = examined(reader, lesson, rounds, 5, family)
            mean = fmean(
                value for kind, (value, _) in found.items() if kind not in (PLACEBO, OTHER)
            )
            line = " ".join(f"{kind} {value:.2f}" for kind, (value, _) in found.items())
            lines.append(f"  {name} {family or 'learned'} {mean:.3f}: {line}")
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> None:
    """Teach and write checkpoints."""
    args = arguments(__doc__ or "", argv, steps=STEPS, rate=RATE)
    passages = training()
    body = Body()
    kept = keep(["passage: " + one.read for one in passages], args.kept, body)
    learn, choose = development(passages, SPLITS["manual"]["development_share"])
    asks = Asks(passages)
    lesson = Lesson(asks, kept, body, learn)
    lessons = {
        "seen": Lesson(asks, kept, body, choose),
        "held-out wordings": Lesson(asks.in_held_words(), kept, body, choose),
    }
    reader = load(args.out) if args.resume else new_reader(kept, ReaderShape(), SPLITS["seed"])

    def step(draw: random.Random) -> torch.Tensor:
        batch = lesson.batch(draw)
        drawn = lesson.asks.draw(draw, batch, ASKS)
        for _ in range(AGAIN):
            drawn += lesson.asks.in_two_wordings(draw, batch)
        logits = lesson.logits(reader, batch, drawn, draw.choice(READ), SHAKEN)
        return loss_of(logits, drawn) + ALIKE * difference(logits[:, ASKS:])

    teach(reader, args, step, lambda: report(reader, lessons))


if __name__ == "__main__":
    main()
