"""Says at a result what its scores or its input give reason to say, as notices."""

from collections import Counter
from collections.abc import Sequence

from workbench.domain.documents import Notice
from workbench.domain.languages import language_of
from workbench.domain.queries import Instruction
from workbench.domain.rankings import Scores
from workbench.rerank.mini import TEMPLATE as MINI
from workbench.rerank.prompt import QWEN3, holds_control_tokens

LOW = 0.5
"""Where every P(yes) lies below this, no passage was taken to be an answer."""
LONG = 10_000
"""From how many characters on a passage should be divided, or its core put in its place."""
HIGH, NEAR, MANY = 0.99, 1e-3, 3
"""Scores above HIGH and within NEAR of the best say little about their order, from MANY on."""


def hints(scores: Scores, documents: Sequence[str], instruction: Instruction) -> tuple[Notice, ...]:
    """Return what to tell about this result, most serious first; no documents give no hints.

    Codes: ``control_tokens``, ``truncated``, ``read_in_parts``, ``long_input``,
    ``prefix_stripped``, ``instruction_language``, ``untaught_language``, ``too_broad``,
    ``saturated``, ``ties``.
    """
    if not scores.pairs:
        return ()
    found = (
        _control_tokens(documents),
        _truncated(scores) or _in_parts(scores) or _long_input(documents),
        Notice("prefix_stripped") if instruction.stripped else None,
        _instruction_language(scores, instruction),
        _untaught_language(scores, documents),
        _too_broad(scores),
        _saturated(scores),
        _ties(scores),
    )
    return tuple(notice for notice in found if notice is not None)


def _control_tokens(documents: Sequence[str]) -> Notice | None:
    count = sum(map(holds_control_tokens, documents))
    return Notice("control_tokens", {"count": count}) if count else None


def _truncated(scores: Scores) -> Notice | None:
    """Return how many passages were cut, with the numbers of the one that lost most."""
    cut = [pair for pair in scores.pairs if pair.tokens_read < pair.tokens]
    if not cut:
        return None
    worst = max(cut, key=lambda pair: pair.tokens - pair.tokens_read)
    return Notice(
        "truncated",
        {
            "count": len(cut),
            "documents": len(scores.pairs),
            "tokens": worst.tokens,
            "tokens_read": worst.tokens_read,
            # never 100 for what was cut
            "percent": 100 * worst.tokens_read // worst.tokens,
        },
    )


def _in_parts(scores: Scores) -> Notice | None:
    """Return how many passages were read in parts, and in how many the longest."""
    parts = [pair.window.count for pair in scores.pairs if pair.window]
    if not parts:
        return None
    return Notice(
        "read_in_parts",
        {"count": len(parts), "documents": len(scores.pairs), "parts": max(parts)},
    )


def _long_input(documents: Sequence[str]) -> Notice | None:
    """Return how many passages were read whole although they make scores slow and vague."""
    lengths = [len(document) for document in documents if len(document) > LONG]
    if not lengths:
        return None
    return Notice(
        "long_input",
        {"count": len(lengths), "documents": len(documents), "longest": max(lengths)},
    )


def _instruction_language(scores: Scores, instruction: Instruction) -> Notice | None:
    """Return a notice where Qwen3 is told something in another language than English.

    Source: model card of Qwen/Qwen3-Reranker-0.6B: most instructions in training were English.
    """
    spoken = any(letter.isalpha() for letter in instruction.text)
    if not spoken or scores.reranker.template != QWEN3.template_id:
        return None
    language = language_of(instruction.text)
    return None if language == "en" else Notice("instruction_language", {"language": language})


def _untaught_language(scores: Scores, documents: Sequence[str]) -> Notice | None:
    """Return how many passages are in a language that the small reranker was not taught."""
    if scores.reranker.template != MINI:
        return None
    count = sum(language_of(document) == "other" for document in documents if document.strip())
    return (
        Notice("untaught_language", {"count": count, "documents": len(documents)})
        if count
        else None
    )


def _probabilities(scores: Scores) -> list[float]:
    if scores.reranker.score_kind != "probability":
        return []
    return [pair.score for pair in scores.pairs if pair.score is not None]


def _too_broad(scores: Scores) -> Notice | None:
    found = _probabilities(scores)
    if len(found) < 2 or max(found) >= LOW:
        return None
    return Notice("too_broad", {"documents": len(found), "highest": max(found), "level": LOW})


def _saturated(scores: Scores) -> Notice | None:
    found = _probabilities(scores)
    near = [score for score in found if score > HIGH and score >= max(found) - NEAR]
    if len(near) < MANY:
        return None
    return Notice("saturated", {"count": len(near), "documents": len(found), "level": HIGH})


def _ties(scores: Scores) -> Notice | None:
    margins = Counter(pair.margin for pair in scores.pairs)
    tied = sum(count for count in margins.values() if count > 1)
    return Notice("ties", {"count": tied, "documents": len(scores.pairs)}) if tied else None
