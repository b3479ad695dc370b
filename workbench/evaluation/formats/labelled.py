"""Reads a folder of questions, criteria, instructions and labels that quote its documents."""

from pathlib import Path
from typing import Any, get_args

from workbench.domain.errors import InvalidInput
from workbench.domain.judgements import GRADES, NO_ANSWER, QUOTE_LIMIT, CriterionKind
from workbench.evaluation.formats.json_lines import (
    label,
    language,
    metadata,
    new_id,
    objects,
    require_known,
    string,
)
from workbench.evaluation.labelled import (
    LabelledSet,
    QuotedLabel,
    SetCriterion,
    SetInstruction,
    SetQuestion,
)

DOCUMENTS = "documents"
"""The folder beside the files, with what the labels quote."""
KINDS: tuple[CriterionKind, ...] = get_args(CriterionKind)


def holds_labels(folder: Path) -> bool:
    """Return whether ``folder`` is laid out as a labelled set with documents of its own."""
    return (folder / DOCUMENTS).is_dir() and (folder / "judgements.jsonl").is_file()


def read_labelled(folder: Path) -> LabelledSet:
    """Return the set in ``folder``; files without criteria or instructions are refused.

    Raises:
        InvalidInput: As ``json_lines``, or ``collection_kind`` for a criterion's kind,
            ``quote_too_long``, ``collection_label_twice``.
    """
    questions = _questions(folder / "queries.jsonl")
    criteria = _criteria(folder / "criteria.jsonl")
    known = {one.criterion_id for one in criteria}
    return LabelledSet(
        questions=questions,
        criteria=criteria,
        instructions=_instructions(folder / "instructions.jsonl", known),
        labels=_labels(folder / "judgements.jsonl", {one.question_id for one in questions}, known),
    )


def _questions(path: Path) -> tuple[SetQuestion, ...]:
    found: dict[str, SetQuestion] = {}
    for line, row in objects(path):
        one = new_id(row, found, path, line)
        text = string(row, "text", path, line)
        found[one] = SetQuestion(one, text, language(row), _tags(row, path, line))
    return tuple(found.values())


def _tags(row: dict[str, Any], path: Path, line: int) -> tuple[str, ...]:
    kept = metadata(row)
    tags = kept.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise InvalidInput("collection_field", file=path.name, line=line, field="tags")
    unanswered = [NO_ANSWER] if kept.get("answer") == "none" else []
    return tuple(dict.fromkeys((*tags, *unanswered)))


def _criteria(path: Path) -> tuple[SetCriterion, ...]:
    found: dict[str, SetCriterion] = {}
    for line, row in objects(path):
        one, kind = new_id(row, found, path, line), string(row, "kind", path, line)
        if kind not in KINDS:
            known = ", ".join(KINDS)
            raise InvalidInput("collection_kind", file=path.name, line=line, kind=kind, known=known)
        text = string(row, "text", path, line)
        found[one] = SetCriterion(one, kind, text, language(row))
    return tuple(found.values())


def _instructions(path: Path, criteria: set[str]) -> tuple[SetInstruction, ...]:
    found: dict[str, SetInstruction] = {}
    for line, row in objects(path):
        one, criterion = new_id(row, found, path, line), string(row, "criterion_id", path, line)
        require_known(path, line, (criterion, criteria))
        name = string(row, "name", path, line) if row.get("name") else one
        text = string(row, "instruction", path, line)
        found[one] = SetInstruction(one, name, text, language(row), criterion)
    return tuple(found.values())


def _labels(path: Path, questions: set[str], criteria: set[str]) -> tuple[QuotedLabel, ...]:
    found: dict[tuple[str, ...], QuotedLabel] = {}
    for line, row in objects(path):
        question, criterion = (string(row, f"{n}_id", path, line) for n in ("query", "criterion"))
        require_known(path, line, (question, questions), (criterion, criteria))
        quote = string(row, "quote", path, line)
        if len(quote) > QUOTE_LIMIT:
            raise InvalidInput("quote_too_long", length=len(quote), limit=QUOTE_LIMIT)
        one = QuotedLabel(
            question_id=question,
            criterion_id=criterion,
            document=string(row, "document", path, line),
            section=string(row, "section", path, line, empty=True) if "section" in row else "",
            quote=quote,
            grade=label(row.get("grade"), path, line, max(GRADES)),
            note=string(row, "note", path, line, empty=True) if "note" in row else "",
            line=line,
        )
        key = (question, criterion, one.document, one.section, quote)
        if key in found:
            raise InvalidInput("collection_label_twice", file=path.name, line=line)
        found[key] = one
    return tuple(found.values())
