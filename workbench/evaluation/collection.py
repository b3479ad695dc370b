"""Test collections: rows, what is asked of them, and labels."""

from dataclasses import dataclass

from workbench.evaluation.providers import Qrels


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a test collection, which is searched as one chunk."""

    row_id: str
    title: str
    text: str

    @property
    def reads(self) -> str:
        """Return what an index and a reranker read: the title line, then the text."""
        return f"{self.title}\n{self.text}" if self.title else self.text


@dataclass(frozen=True, slots=True)
class Asked:
    """A question or an instruction of a test collection."""

    asked_id: str
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class RankedLabels:
    """Queries with labelled rows, under one criterion; "" where the labels name none."""

    rows: tuple[Row, ...]
    queries: tuple[Asked, ...]
    qrels: Qrels
    criterion: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Whether a row meets an instruction: label 1 yes, 0 no."""

    instruction_id: str
    row_id: str
    label: int


@dataclass(frozen=True, slots=True)
class PairLabels:
    """Instructions with a yes or no for some rows each; nothing is searched."""

    rows: tuple[Row, ...]
    instructions: tuple[Asked, ...]
    pairs: tuple[Pair, ...]
