"""Questions that were written by hand about passages that are learned from.

A passage is named by what it says, so that a row outlives a page's new numbering but not its text.
"""

import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.passages import SPLITS, Passage, rows
from workbench.domain.identity import text_hash

QUESTIONS = Path(__file__).with_name("written.jsonl")


@dataclass(frozen=True, slots=True)
class Question:
    """A question in both languages and the position of the passage that answers it."""

    zh: str
    en: str
    at: int


def label(passage: Passage) -> str:
    """Return what a passage is called in the files, which hold nobody else's text."""
    return text_hash(passage.read)[:16]


def questions(passages: Sequence[Passage], path: Path = QUESTIONS) -> list[Question]:
    """Return the questions about these passages; how many are about others is told."""
    places = {label(one): at for at, one in enumerate(passages)}
    given = rows(path)
    known = [row for row in given if row["passage"] in places]
    if len(known) < len(given):
        left = len(given) - len(known)
        sys.stderr.write(f"{path.name}: {left} of {len(given)} are about other passages\n")
    return [Question(row["zh"], row["en"], places[row["passage"]]) for row in known]


def kept_back(asked: Question, passages: Sequence[Passage]) -> bool:
    """Tell whether a question is to choose on, not to learn from; a page's all go together."""
    share = SPLITS["written"]["development_share"]
    return random.Random("written " + passages[asked.at].page).random() < float(share)
