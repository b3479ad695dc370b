"""Draws instructions together with what each of them says of each passage: yes, no or unknown."""

import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
import rjieba
from numpy.typing import NDArray

from training.altered import altered
from training.criteria import FAMILIES
from training.passages import SPLITS, Passage
from training.wordings import TEMPLATES, Language, Saying, instruction, joined, phrase, placebo

YES, NO, UNKNOWN = 1, 0, -1
Verdicts = NDArray[np.int8]
_WORD = re.compile(r"[A-Za-z][A-Za-z-]{3,}")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,8}")
_SENTENCE = re.compile(r"[^。；;.!?\n]{12,}")
SHARES = {"one": 0.40, "two": 0.11, "mention": 0.09, "about": 0.07, "says": 0.14, "placebo": 0.19}
"""How often each kind of instruction is drawn."""
AFFIRMED = 0.55
"""How many of those about one family keep what meets it; the others drop it."""
ALTERED = 0.3
"""How many of the sentences said are altered first."""


@dataclass(frozen=True, slots=True)
class Ask:
    """An instruction with a verdict on each passage of a batch, and what it was drawn from."""

    text: str
    verdicts: Verdicts
    kind: str


def decisions(passages: Sequence[Passage]) -> Verdicts:
    """Return (passages, families): what each criterion says of each passage."""
    rows = [[_verdict(family.decide(one)) for family in FAMILIES] for one in passages]
    return np.array(rows, np.int8)


def _verdict(decided: bool | None) -> int:
    return UNKNOWN if decided is None else int(decided)


def both(a: Verdicts, b: Verdicts) -> Verdicts:
    """Return the verdicts of "a and b"."""
    found = np.where((a == YES) & (b == YES), YES, UNKNOWN)
    return np.where((a == NO) | (b == NO), NO, found).astype(np.int8)


def opposite(a: Verdicts) -> Verdicts:
    """Return the verdicts of "not a"."""
    return np.where(a == UNKNOWN, UNKNOWN, 1 - a).astype(np.int8)


def either(a: Verdicts, b: Verdicts) -> Verdicts:
    """Return the verdicts of "a or b"."""
    return opposite(both(opposite(a), opposite(b)))


class Asks:
    """Draws instructions about batches of ``passages``; held-out families and wordings only asked.

    ``held`` draws wordings that are not learned from.
    """

    def __init__(self, passages: Sequence[Passage], held: bool = False) -> None:
        self.passages = passages
        self._by_key = {one.key: one for one in passages}
        self.decided = decisions(passages)
        self.names = [family.name for family in FAMILIES]
        kept_out = set(SPLITS["families"]["held_out"])
        self.learned = [at for at, name in enumerate(self.names) if name not in kept_out]
        self._held = held
        self._words = [_words(one) for one in passages]
        seen = Counter(word for words in self._words for word in words)
        self._rare = {word for word, count in seen.items() if 2 <= count <= 200}
        self._terms = _terms(passages)
        self._lower = [one.read.lower() for one in passages]

    def in_held_words(self) -> "Asks":
        """Return the same passages' asks, in wordings that are not learned from."""
        other = copy(self)
        other._held = True
        return other

    def draw(self, draw: random.Random, batch: Sequence[int], count: int) -> list[Ask]:
        """Return ``count`` instructions that some passage of the batch meets and another does not.

        Placebos are met by all, and an altered sentence is not said by the passage it is from.
        """
        ways: dict[str, Callable[[random.Random, Sequence[int]], Ask | None]] = {
            "one": self._one,
            "two": self._two,
            "mention": self._mention,
            "about": self._about,
            "says": self._says,
            "placebo": self._placebo,
        }
        found: list[Ask] = []
        kinds, shares = list(SHARES), list(SHARES.values())
        while len(found) < count:
            kind = draw.choices(kinds, shares)[0]
            ask = ways[kind](draw, batch)
            one_sided = ask is not None and ask.kind in ("placebo", "altered")
            if ask and (one_sided or {YES, NO} <= set(ask.verdicts.tolist())):
                found.append(ask)
        return found

    def family(
        self, draw: random.Random, name: str, batch: Sequence[int], keep: bool, language: Language
    ) -> Ask:
        """Return an instruction about one family, held-out ones too."""
        verdicts = self.decided[list(batch), self.names.index(name)]
        saying = phrase(draw, name, language, self._held)
        text = instruction(draw, saying, keep=keep, held=self._held)
        return Ask(text, verdicts if keep else opposite(verdicts), name)

    def in_two_wordings(self, draw: random.Random, batch: Sequence[int]) -> list[Ask]:
        """Return two instructions that ask for the same."""
        name = self.names[self._some_family(draw, batch)]
        keep = draw.random() < AFFIRMED
        return [self.family(draw, name, batch, keep, _language(draw)) for _ in range(2)]

    def _one(self, draw: random.Random, batch: Sequence[int]) -> Ask:
        name = self.names[self._some_family(draw, batch)]
        return self.family(draw, name, batch, draw.random() < AFFIRMED, _language(draw))

    def _some_family(self, draw: random.Random, batch: Sequence[int]) -> int:
        # Languages are what most instructions of this product's users are about.
        if draw.random() < 0.14:
            return draw.randrange(2)
        there = self.decided[list(batch)]
        mixed = [at for at in self.learned if {YES, NO} <= set(there[:, at].tolist())]
        return draw.choice(mixed or self.learned)

    def _two(self, draw: random.Random, batch: Sequence[int]) -> Ask:
        language = _language(draw)
        chosen = [self._some_family(draw, batch) for _ in range(2)]
        sayings = [phrase(draw, self.names[at], language, self._held) for at in chosen]
        a, b = (self.decided[list(batch), at] for at in chosen)
        how = draw.choice(("and", "and", "but", "but", "or"))
        verdicts = {"and": both(a, b), "but": both(a, opposite(b)), "or": either(a, b)}[how]
        saying = joined(language, how, *sayings)
        return self._said(draw, saying, verdicts, "two", keep=draw.random() < 0.8)

    def _said(
        self, draw: random.Random, saying: Saying, verdicts: Verdicts, kind: str, *, keep: bool
    ) -> Ask:
        text = instruction(draw, saying, keep=keep, held=self._held)
        return Ask(text, verdicts if keep else opposite(verdicts), kind)

    def _mention(self, draw: random.Random, batch: Sequence[int]) -> Ask | None:
        if draw.random() < 0.4 and self._terms:
            wanted = draw.choice(self._near(draw, batch))
        else:
            words = [word for word in self._words[draw.choice(batch)] if word in self._rare]
            if not words:
                return None
            wanted = (draw.choice(words),)
        verdicts = np.array(
            [int(any(w in self._lower[at] for w in wanted)) for at in batch], np.int8
        )
        return self._about_word(draw, draw.choice(wanted), "mention", verdicts)

    def _near(self, draw: random.Random, batch: Sequence[int]) -> list[tuple[str, ...]]:
        """Return terms, those that stand in one of a few passages of the batch if there are any."""
        texts = [self._lower[at] for at in draw.sample(list(batch), min(4, len(batch)))]
        some = draw.sample(self._terms, min(400, len(self._terms)))
        found = [term for term in some if any(word in text for word in term for text in texts)]
        return found or some

    def _about_word(self, draw: random.Random, word: str, kind: str, verdicts: Verdicts) -> Ask:
        language: Language = _language(draw)
        frames = TEMPLATES[language]["says" if kind == "altered" else kind]
        predicate = draw.choice(frames).format(x=word)
        saying = Saying.of(language, predicate)
        return self._said(draw, saying, verdicts, kind, keep=draw.random() < 0.65)

    def _about(self, draw: random.Random, batch: Sequence[int]) -> Ask | None:
        at = draw.choice(batch)
        one = self.passages[at]
        if not one.heading:
            return None
        topic = one.page.split("/", 1)[1]
        verdicts = [self._same_page(topic, one.heading, self.passages[other]) for other in batch]
        twin = self._by_key.get(one.twin)
        name = draw.choice([one.heading, twin.heading] if twin else [one.heading])
        return self._about_word(draw, name, "about", np.array(verdicts, np.int8))

    def _same_page(self, topic: str, heading: str, other: Passage) -> int:
        if other.page.split("/", 1)[1] == topic:
            return YES
        alike = other.heading and (other.heading in heading or heading in other.heading)
        return UNKNOWN if alike or heading.lower() in other.read.lower() else NO

    def _says(self, draw: random.Random, batch: Sequence[int]) -> Ask | None:
        at = draw.choice(batch)
        one = self.passages[at]
        sentences = [s.strip() for s in _SENTENCE.findall(one.text) if 12 <= len(s.strip()) <= 160]
        if not sentences:
            return None
        sentence = draw.choice(sentences)
        other_way = altered(draw, sentence) if draw.random() < ALTERED else None
        if other_way:
            # Only of the passage that said it is it certain, and it is the one that is hard.
            own = np.where(np.array(batch) == at, NO, UNKNOWN).astype(np.int8)
            return self._about_word(draw, other_way, "altered", own)
        verdicts = [
            YES if other == at or sentence.lower() in self._lower[other] else NO for other in batch
        ]
        for place, other in enumerate(batch):
            if one.twin and self.passages[other].key == one.twin:
                verdicts[place] = YES
        said = self._translated(draw, one, sentence) or thinned(draw, sentence)
        return self._about_word(draw, said, "says", np.array(verdicts, np.int8))

    def _translated(self, draw: random.Random, one: Passage, sentence: str) -> str | None:
        if not one.lines or draw.random() < 0.5:
            return None
        place = next((at for at, line in enumerate(one.lines) if sentence in line), None)
        twin = self._by_key.get(one.twin)
        if place is None or twin is None or place >= len(twin.lines):
            return None
        return twin.lines[place][:160]

    def _placebo(self, draw: random.Random, batch: Sequence[int]) -> Ask:
        return Ask(placebo(draw, self._held), np.ones(len(batch), np.int8), "placebo")


def thinned(draw: random.Random, sentence: str, least: float = 0.5) -> str:
    """Return a sentence with some of its words left out, so that it is not found by its letters."""
    if not re.search(r"[\u4e00-\u9fff]", sentence):
        words, gap = sentence.split(" "), " "
    else:
        words, gap = list(rjieba.cut(sentence)), ""
    share = draw.uniform(least, 1.0)
    kept = [word for word in words if draw.random() < share]
    return gap.join(kept or words)


def _language(draw: random.Random) -> Language:
    return "zh" if draw.random() < 0.5 else "en"


def _words(passage: Passage) -> list[str]:
    latin = [word.lower() for word in _WORD.findall(passage.read)]
    han = (
        [w for w in rjieba.cut(passage.read) if _HAN.fullmatch(w)]
        if passage.language != "en"
        else []
    )
    return sorted({*latin, *han})


def _terms(passages: Sequence[Passage]) -> list[tuple[str, ...]]:
    """Return what short lines of a page and its translation call the same thing, (zh, en)."""
    by_key = {one.key: one for one in passages}
    found: dict[tuple[str, ...], None] = {}
    for one in passages:
        twin = by_key.get(one.twin)
        if one.language != "zh" or twin is None:
            continue
        for zh, en in zip(one.lines, twin.lines, strict=False):
            short = 2 <= len(zh) <= 8 and 4 <= len(en) <= 30
            if short and _HAN.fullmatch(zh) and re.fullmatch(r"[A-Za-z][A-Za-z -]+", en):
                found[zh, en.lower()] = None
    return list(found)
