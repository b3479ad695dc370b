"""Synthetic chunks for timing BM25: word frequencies and repetition as in real text, seeded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

TYPES, EXPONENT, SHIFT = 80_000, 1.05, 2.7
"""Zipf-Mandelbrot: the word of rank r comes with a frequency of 1 / (r + 2.7)^1.05."""
LENGTH, SPREAD, SHORTEST = 150, 40, 20
TOPICS, TOPIC_TYPES, TOPIC_SHARE = 300, 400, 0.12
AT_ONCE = 10_000
SEED, ASKED_SEED = 5, 11
TERMS = 8


@dataclass(frozen=True, slots=True)
class Synthetic:
    """``chunks`` chunks of about 150 tokens, the same ones whenever they are asked for.

    Every chunk has a topic, whose 400 words it uses more often than others do.
    """

    chunks: int

    def __iter__(self) -> Iterator[list[str]]:
        seeded = np.random.default_rng(SEED)
        frequencies = 1 / (np.arange(TYPES) + SHIFT) ** EXPONENT
        places = np.cumsum(frequencies / frequencies.sum())
        topics = seeded.integers(0, TYPES, (TOPICS, TOPIC_TYPES))
        words = np.array([f"w{at}" for at in range(TYPES)], dtype=object)
        for start in range(0, self.chunks, AT_ONCE):
            # Whole blocks are drawn, so that a small corpus is the beginning of a large one.
            lengths = seeded.normal(LENGTH, SPREAD, AT_ONCE).astype(np.int64).clip(SHORTEST)
            total = int(lengths.sum())
            drawn = np.searchsorted(places, seeded.random(total)).clip(max=TYPES - 1)
            topical = seeded.random(total) < TOPIC_SHARE
            of_chunk = np.repeat(seeded.integers(0, TOPICS, AT_ONCE), lengths)
            within = (TOPIC_TYPES * seeded.random(total) ** 3).astype(np.int64)
            drawn[topical] = topics[of_chunk[topical], within[topical]]
            tokens, ends = words[drawn], np.cumsum(lengths)
            for end, length in zip(ends[: self.chunks - start], lengths, strict=False):
                yield tokens[end - length : end].tolist()


def questions(
    chunks: Sequence[Sequence[str]], count: int, seed: int = ASKED_SEED
) -> list[list[str]]:
    """Return questions of eight distinct terms, each question's from one chunk.

    A question's terms are drawn alike from a chunk's, so that the commonest words are among them.
    """
    seeded = np.random.default_rng(seed)
    enough = [chunk for chunk in chunks if len(set(chunk)) >= TERMS]
    found = []
    for at in seeded.integers(0, len(enough), count).tolist():
        terms = list(dict.fromkeys(enough[at]))
        found.append([terms[i] for i in seeded.choice(len(terms), TERMS, replace=False).tolist()])
    return found
