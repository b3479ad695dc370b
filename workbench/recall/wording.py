"""The words that a question is looked up by: its own, and those that a glossary added."""

from dataclasses import replace

import numpy as np

from workbench.domain.queries import Query
from workbench.recall.analyzer import Analyzer
from workbench.recall.lexical import Lexical, TermWeight


def words(query: Query, analyzer: Analyzer) -> tuple[list[str], list[float] | None]:
    """Return the terms of a question and their weights; None where all of them are its own."""
    own = analyzer.tokens(query.text, query=True)
    if not query.extra:
        return own, None
    weights = [1.0] * len(own) + [one.weight for one in query.extra]
    return [*own, *(one.term for one in query.extra)], weights


def explained(
    lexical: Lexical, document: int, query: Query, analyzer: Analyzer
) -> tuple[TermWeight, ...]:
    """Return what each term gave ``document``, added ones last: their factor, what they translate.

    The question's own terms are told as they are without a glossary.
    """
    own = lexical.explain(document, analyzer.tokens(query.text, query=True))
    added = lexical.explain(document, [one.term for one in query.extra])
    return own + tuple(
        replace(told, weight=told.weight * one.weight, factor=one.weight, source=one.source)
        for told, one in zip(added, query.extra, strict=True)
    )


def stands(lexical: Lexical, text: str, analyzer: Analyzer) -> bool:
    """Return whether one document holds every term of ``text``; False for text without terms."""
    found = [lexical.matched([term]) for term in set(analyzer.tokens(text))]
    return bool(found) and bool(np.logical_and.reduce(found).any())
