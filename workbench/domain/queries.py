"""What is asked: a question, an instruction, and what a search is narrowed to."""

import re
from dataclasses import dataclass

from workbench.domain.errors import InvalidInput
from workbench.domain.glossaries import ExtraTerm
from workbench.domain.languages import Language, language_of

QUERY_LIMIT = 8_000
"""Longest query or instruction, in characters; longer ones are documents, not questions."""

_PREFIX = re.compile(r"^[\s\ufeff]*(?:[<＜]\s*instruct\s*[>＞]\s*[:：]\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Query:
    """A question that was checked, with its language, and what a glossary adds to its words."""

    text: str
    language: Language
    extra: tuple[ExtraTerm, ...] = ()

    @classmethod
    def of(cls, text: str) -> "Query":
        """Return the question without surrounding space.

        Raises:
            InvalidInput: ``query_empty``, or ``query_too_long`` above ``QUERY_LIMIT`` characters.
        """
        clean = text.strip()
        if not clean:
            raise InvalidInput("query_empty")
        if len(clean) > QUERY_LIMIT:
            raise InvalidInput("query_too_long", length=len(clean), limit=QUERY_LIMIT)
        return cls(text=clean, language=language_of(clean))


@dataclass(frozen=True, slots=True)
class Instruction:
    """The sentence after ``<Instruct>:``; empty means the reranker's own default.

    ``stripped`` tells that a pasted ``<Instruct>:`` was taken off, which the user is told.
    """

    text: str
    name: str = ""
    stripped: bool = False

    @classmethod
    def of(cls, text: str | None, name: str = "") -> "Instruction":
        """Return the instruction without a pasted prefix (either colon, any spacing).

        Raises:
            InvalidInput: ``instruction_too_long`` above ``QUERY_LIMIT`` characters.
        """
        given = text or ""
        clean = _PREFIX.sub("", given).strip()
        if len(clean) > QUERY_LIMIT:
            raise InvalidInput("instruction_too_long", length=len(clean), limit=QUERY_LIMIT)
        return cls(text=clean, name=name, stripped=bool(_PREFIX.match(given)))


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a search is narrowed to; empty fields narrow nothing. Filters never change scores."""

    document: str | None = None
    kind: str | None = None
    language: Language | None = None
