"""A question set with criteria, instructions, and labels on quoted passages of documents."""

from dataclasses import dataclass

from workbench.domain.judgements import NO_ANSWER, CriterionKind


@dataclass(frozen=True, slots=True)
class SetQuestion:
    """A question of a set, with its tags."""

    question_id: str
    text: str
    language: str
    tags: tuple[str, ...]

    @property
    def answerable(self) -> bool:
        """Return whether the documents are known or thought to answer it."""
        return NO_ANSWER not in self.tags


@dataclass(frozen=True, slots=True)
class SetCriterion:
    """What the judge of a set was asked."""

    criterion_id: str
    kind: CriterionKind
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class SetInstruction:
    """An instruction that asks for what one criterion judges."""

    instruction_id: str
    name: str
    text: str
    language: str
    criterion_id: str


@dataclass(frozen=True, slots=True)
class QuotedLabel:
    """A grade from 0 to 3 on the passage of ``document`` that holds ``quote``.

    ``section`` is the number of the section it lies in, or a part of its title; "" is any.
    ``line`` is where the label stands in its file.
    """

    question_id: str
    criterion_id: str
    document: str
    section: str
    quote: str
    grade: int
    note: str
    line: int


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Questions with labels, under one or more criteria; the first criterion is the usual one."""

    questions: tuple[SetQuestion, ...]
    criteria: tuple[SetCriterion, ...]
    instructions: tuple[SetInstruction, ...]
    labels: tuple[QuotedLabel, ...]
