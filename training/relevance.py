"""Teaches the reader of questions which passage answers; what e5 knows is kept in the score.

python -m training.relevance --kept FOLDER --out FILE
"""

import random
from collections.abc import Sequence
from itertools import islice
from statistics import fmean

import torch
from torch.nn.functional import cross_entropy, normalize

from training.learn import arguments, development, load, memory, new_reader, read_all, teach
from training.passages import SPLITS, Passage, training
from training.questions import Posed, Questions
from training.states import Body, Kept, keep, padded
from training.written import Question, kept_back, questions
from workbench.models.mini_head import HIDDEN, ReaderShape
from workbench.models.reader import Reader

QUESTIONS, PASSAGES, LONGEST = 16, 32, 48
RATE, STEPS, COSINE = 6e-4, 4000, 40.0
"""``COSINE`` is the weight of e5's similarity, beside which the reader learns what is missing."""
READ = (128, 192)
WRITTEN = 0.4
"""How many of the questions are written by hand; beside their passage stands one of the ``HARD``
passages of the same source that e5 finds most alike."""
HARD = 30


class Lesson:
    """Draws questions with passages and says which of them may count as an answer."""

    def __init__(
        self,
        passages: Sequence[Passage],
        kept: Kept,
        body: Body,
        positions: Sequence[int],
        by_hand: Sequence[Question] = (),
    ) -> None:
        self.passages, self.kept, self.body = passages, kept, body
        self.positions = list(positions)
        self._there = set(positions)
        self._at = {one.key: at for at, one in enumerate(passages)}
        self._questions = Questions(passages)
        self._written = [
            one for one in by_hand if one.at in self._there and not kept_back(one, passages)
        ]
        alike = nearest(self._written, passages, kept, body)
        self._hard = [[at for at in found if at in self._there][:HARD] for found in alike]

    def draw(self, draw: random.Random) -> tuple[list[int], list[Posed]]:
        """Return positions of passages and questions about the first of them.

        Beside each stands one that is hard to tell apart: its neighbour on the page, or what e5
        finds alike.
        """
        batch: dict[int, None] = {}
        posed: list[Posed] = []
        while len(posed) < QUESTIONS:
            by_hand = bool(self._written) and draw.random() < WRITTEN
            drawn = self._by_hand(draw) if by_hand else self._made(draw)
            if drawn:
                question, stand = drawn
                posed.append(question)
                batch.update(dict.fromkeys(stand))
        while len(batch) < PASSAGES:
            batch[draw.choice(self.positions)] = None
        return list(batch)[:PASSAGES], posed

    def _by_hand(self, draw: random.Random) -> tuple[Posed, list[int]]:
        place = draw.randrange(len(self._written))
        one, beside = self._written[place], self._hard[place]
        own = self.passages[one.at]
        twin = self._at.get(own.twin)
        if twin is not None and draw.random() < 0.5:
            own = self.passages[twin]
        text = one.zh if draw.random() < 0.5 else one.en
        return Posed(text, own.key), [self._at[own.key], draw.choice(beside)]

    def _made(self, draw: random.Random) -> tuple[Posed, list[int]] | None:
        at = draw.choice(self.positions)
        question = self._questions.of(draw, self.passages[at])
        if question is None:
            return None
        beside = [n for n in (at - 2, at - 1, at + 1, at + 2) if n in self._there]
        return question, [at, draw.choice(beside)] if beside else [at]

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
        held = [self.kept.of(at)[:longest].float() for at in batch]
        with torch.no_grad():
            alone = cosines(*padded(states), *padded(held))
        return read_all(reader, states, held) + COSINE * alone


def nearest(
    asked: Sequence[Question], passages: Sequence[Passage], kept: Kept, body: Body
) -> list[list[int]]:
    """Return for each question the other passages of its source, those first that e5 finds alike.

    Both languages of the question count; vectors are centred.
    """
    if not asked:
        return []
    means = torch.stack([kept.of(at)[:, -HIDDEN:].float().mean(0) for at in range(len(passages))])
    rows = normalize(means - means.mean(0), dim=-1)
    vectors = body.vectors(["query: " + text for one in asked for text in (one.zh, one.en)])
    vectors = normalize(vectors - vectors.mean(0), dim=-1).view(len(asked), 2, -1).mean(1)
    found = []
    for one, vector in zip(asked, vectors, strict=True):
        ordered = (rows @ vector).argsort(descending=True).tolist()
        source = passages[one.at].source
        alike = (at for at in ordered if passages[at].source == source and at != one.at)
        found.append(list(islice(alike, 2 * HARD)))
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
    lesson = Lesson(passages, kept, body, learn, questions(passages))
    chosen = Lesson(passages, kept, body, choose)

    def step(draw: random.Random) -> torch.Tensor:
        batch, posed = lesson.draw(draw)
        places, barred = lesson.targets(batch, posed)
        logits = lesson.logits(reader, batch, [one.text for one in posed], draw.choice(READ))
        return cross_entropy(logits.masked_fill(barred, -1e4).t(), places)

    teach(reader, args, step, lambda: f"  {examined(reader, chosen, 10)}")


if __name__ == "__main__":
    main()
