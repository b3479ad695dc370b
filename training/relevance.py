"""Teaches the reader of questions which passage answers; what e5 knows is kept in the score.

python -m training.relevance --kept FOLDER --out FILE
"""

import random
from collections.abc import Sequence
from statistics import fmean

import torch
from torch.nn.functional import cross_entropy, normalize

from training.learn import arguments, by_length, development, load, memory, new_reader, teach
from training.passages import SPLITS, Passage, training
from training.questions import Posed, Questions
from training.states import Body, Kept, keep, padded
from workbench.models.mini_head import HIDDEN, ReaderShape
from workbench.models.reader import Reader

QUESTIONS, PASSAGES, LONGEST = 16, 32, 48
RATE, STEPS, COSINE = 6e-4, 4000, 40.0
"""``COSINE`` is the weight of e5's similarity, beside which the reader learns what is missing."""
READ = (80, 128, 192)


class Lesson:
    """Draws questions with passages and says which of them may count as an answer."""

    def __init__(
        self, passages: Sequence[Passage], kept: Kept, body: Body, positions: Sequence[int]
    ) -> None:
        self.passages, self.kept, self.body = passages, kept, body
        self.positions = list(positions)
        self._there = set(positions)
        self._at = {one.key: at for at, one in enumerate(passages)}
        self._questions = Questions(passages)

    def draw(self, draw: random.Random) -> tuple[list[int], list[Posed]]:
        """Return positions of passages and questions about the first of them.

        Beside each stands its neighbour on the page, the hardest to tell apart.
        """
        batch: dict[int, None] = {}
        posed: list[Posed] = []
        while len(posed) < QUESTIONS:
            at = draw.choice(self.positions)
            question = self._questions.of(draw, self.passages[at])
            if question is None:
                continue
            posed.append(question)
            beside = [n for n in (at - 2, at - 1, at + 1, at + 2) if n in self._there]
            batch.update(dict.fromkeys((at, draw.choice(beside)) if beside else (at,)))
        while len(batch) < PASSAGES:
            batch[draw.choice(self.positions)] = None
        return list(batch)[:PASSAGES], posed

    def targets(
        self, batch: Sequence[int], posed: Sequence[Posed]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return each question's passage by place, and (passages, questions) that may not count."""
        keys = [self.passages[at].key for at in batch]
        places, barred = [], torch.zeros(len(batch), len(posed), dtype=torch.bool)
        for column, one in enumerate(posed):
            own = self.passages[self._at[one.key]]
            places.append(keys.index(one.key))
            for row, at in enumerate(batch):
                other = self.passages[at]
                same = other.page.split("/", 1)[1] == own.page.split("/", 1)[1]
                barred[row, column] = other.key != one.key and (
                    other.key == own.twin or (one.by_page and same)
                )
        return torch.tensor(places), barred

    def logits(
        self, reader: Reader, batch: Sequence[int], texts: Sequence[str], longest: int
    ) -> torch.Tensor:
        """Return (passages, questions): the reader's number and e5's cosine, weighted."""
        states = self.body.states(["query: " + text for text in texts], LONGEST)
        held, real = memory(self.kept, batch, longest)
        found = torch.empty(len(batch), len(texts))
        for part in by_length([len(one) for one in states], 2):
            asked, there = padded([states[at] for at in part])
            with torch.autocast("cpu", torch.bfloat16):
                numbers = reader(asked, there, held, real).float()
            found[:, part] = numbers + COSINE * cosines(asked, there, held, real)
        return found


def cosines(
    asked: torch.Tensor, there: torch.Tensor, held: torch.Tensor, real: torch.Tensor
) -> torch.Tensor:
    """Return (passages, asked): e5's cosine, from the last layer's states."""
    means = [
        normalize(
            (rows[..., -HIDDEN:] * mask[..., None]).sum(1) / mask.sum(1, keepdim=True), dim=-1
        )
        for rows, mask in ((held, real), (asked, there))
    ]
    return means[0] @ means[1].t()


@torch.inference_mode()
def examined(reader: Reader, lesson: Lesson, rounds: int) -> str:
    """Return MRR in batches with the reader and with the cosine alone, by pair of languages."""
    draw = random.Random(5)
    ranks: dict[str, list[tuple[float, float]]] = {}
    for _ in range(rounds):
        batch, posed = lesson.draw(draw)
        places, barred = lesson.targets(batch, posed)
        states = lesson.body.states(["query: " + one.text for one in posed], LONGEST)
        held, real = memory(lesson.kept, batch, max(READ))
        asked, there = padded(states)
        alone = cosines(asked, there, held, real)
        both = lesson.logits(reader, batch, [one.text for one in posed], max(READ))
        for column, (one, place) in enumerate(zip(posed, places.tolist(), strict=True)):
            own = lesson.passages[batch[place]]
            side = "zh" if any("\u4e00" <= c <= "\u9fff" for c in one.text) else "en"
            pair = []
            for numbers in (both, alone):
                row = numbers[:, column].masked_fill(barred[:, column], -1e9)
                pair.append(1 / float((row >= row[place]).sum()))
            ranks.setdefault(f"{side}-{own.language}", []).append((pair[0], pair[1]))
    return " ".join(
        f"{name} {fmean(a for a, _ in found):.3f}/{fmean(b for _, b in found):.3f} ({len(found)})"
        for name, found in sorted(ranks.items())
    )


def main(argv: Sequence[str] | None = None) -> None:
    """Teach and write checkpoints."""
    args = arguments(__doc__ or "", argv, steps=STEPS, rate=RATE)
    passages = training()
    body = Body()
    kept = keep(["passage: " + one.read for one in passages], args.kept, body)
    learn, choose = development(passages, SPLITS["manual"]["development_share"])
    reader = load(args.out) if args.resume else new_reader(kept, ReaderShape(), SPLITS["seed"] + 1)
    lesson, chosen = (Lesson(passages, kept, body, some) for some in (learn, choose))

    def step(draw: random.Random) -> torch.Tensor:
        batch, posed = lesson.draw(draw)
        places, barred = lesson.targets(batch, posed)
        logits = lesson.logits(reader, batch, [one.text for one in posed], draw.choice(READ))
        return cross_entropy(logits.masked_fill(barred, -1e4).t(), places)

    teach(reader, args, step, lambda: f"  {examined(reader, chosen, 10)}")


if __name__ == "__main__":
    main()
