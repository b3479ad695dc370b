"""The dialects of reranking servers: what is sent to each, and how its scores are read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from workbench.domain.errors import InvalidInput, Unavailable

Json: TypeAlias = dict[str, Any]

TEI_TEXTS = 32
"""Most texts of one call of TEI. Source: its option --max-client-batch-size."""
MOST_TEXTS = 256
"""Most texts of one call elsewhere, so that progress and deadlines have something to count."""


@dataclass(frozen=True, slots=True)
class Question:
    """What one call asks; an empty model or instruction is left out of the body."""

    query: str
    documents: tuple[str, ...]
    instruction: str = ""
    model: str = ""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way to ask a server: ``body`` goes out to ``path``, ``scores`` reads the reply.

    ``scores`` returns one number a document in the order of the question. ``instructs`` tells
    whether the body has a field for the instruction; ``texts`` is the most documents of a call.
    """

    name: str
    path: str
    body: Callable[[Question], Json]
    scores: Callable[[object, Question], list[float]]
    instructs: bool
    texts: int = MOST_TEXTS


def dialect_of(name: str) -> Dialect:
    """Return the dialect called ``name``.

    Raises:
        InvalidInput: ``remote_dialect_unknown``.
    """
    if name not in DIALECTS:
        raise InvalidInput("remote_dialect_unknown", name=name, known=", ".join(DIALECTS))
    return DIALECTS[name]


def total_tokens(reply: object) -> int | None:
    """Return the tokens that a reply says it read, in any dialect; None where it does not say."""
    if not isinstance(reply, dict):
        return None
    usage = reply.get("usage")
    told = usage.get("total_tokens") if isinstance(usage, dict) else None
    return told if isinstance(told, int) and not isinstance(told, bool) and told >= 0 else None


def model_told(reply: object) -> str | None:
    """Return the model that a reply names, at most 200 characters of it; None where it does not."""
    told = reply.get("model") if isinstance(reply, dict) else None
    return told[:200] if isinstance(told, str) and told.isprintable() and told else None


def _jina_body(asked: Question) -> Json:
    # Servers differ in what a missing top_n means, so all are asked for.
    return _given(
        model=asked.model,
        query=asked.query,
        documents=list(asked.documents),
        top_n=len(asked.documents),
        return_documents=False,
        instruction=asked.instruction,
    )


def _cohere_body(asked: Question) -> Json:
    return _given(
        model=asked.model,
        query=asked.query,
        documents=list(asked.documents),
        top_n=len(asked.documents),
    )


def _sglang_body(asked: Question) -> Json:
    return _given(
        model=asked.model,
        query=asked.query,
        documents=list(asked.documents),
        instruct=asked.instruction,
        top_n=len(asked.documents),
        return_documents=False,
    )


def _vllm_body(asked: Question) -> Json:
    kwargs = {"instruction": asked.instruction} if asked.instruction else None
    return _given(
        model=asked.model,
        text_1=asked.query,
        text_2=list(asked.documents),
        chat_template_kwargs=kwargs,
    )


def _tei_body(asked: Question) -> Json:
    # A text that the server would cut is refused by it: nothing tells afterwards that it was cut.
    return {
        "query": asked.query,
        "texts": list(asked.documents),
        "raw_scores": False,
        "return_text": False,
        "truncate": False,
    }


def _predict_body(asked: Question) -> Json:
    return _given(query=asked.query, documents=list(asked.documents), instruction=asked.instruction)


def _given(**fields: Any) -> Json:
    return {name: value for name, value in fields.items() if value not in ("", None)}


def _listed(rows_under: str | None, score_under: str) -> Callable[[object, Question], list[float]]:
    """Return how a list of rows is read that name their document by ``index``.

    The list is the reply itself, or stands in it under ``rows_under``.
    """

    def scores(reply: object, asked: Question) -> list[float]:
        rows = _rows(reply, rows_under)
        found: dict[int, float] = {}
        for row in rows:
            index = row.get("index")
            if not isinstance(index, int) or isinstance(index, bool):
                raise Unavailable("remote_not_understood", part="index")
            if index in found or not 0 <= index < len(asked.documents):
                raise Unavailable("remote_index_wrong", index=index, documents=len(asked.documents))
            found[index] = _number(row.get(score_under), score_under)
        if len(found) != len(asked.documents):
            raise Unavailable("scores_missing", expected=len(asked.documents), received=len(found))
        return [found[index] for index in range(len(asked.documents))]

    return scores


def _predict_scores(reply: object, asked: Question) -> list[float]:
    """Return scores of rows that repeat their document; equal documents are told apart by order."""
    rows = _rows(reply, "result")
    if len(rows) != len(asked.documents):
        raise Unavailable("scores_missing", expected=len(asked.documents), received=len(rows))
    waiting: dict[str, list[float]] = {}
    for row in rows:
        text = row.get("document")
        if not isinstance(text, str):
            raise Unavailable("remote_not_understood", part="document")
        waiting.setdefault(text, []).append(_number(row.get("score"), "score"))
    return [_taken(waiting.get(text)) for text in asked.documents]


def _taken(scores: list[float] | None) -> float:
    if not scores:
        raise Unavailable("remote_not_understood", part="document")
    return scores.pop(0)


def _rows(reply: object, under: str | None) -> Sequence[Json]:
    rows = reply.get(under) if under is not None and isinstance(reply, dict) else reply
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unavailable("remote_not_understood", part=under or "[…]")
    return rows


def _number(value: object, part: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unavailable("remote_not_understood", part=part)
    try:
        return float(value)
    except OverflowError as error:
        raise Unavailable("remote_not_understood", part=part) from error


_RESULTS = _listed("results", "relevance_score")
DIALECTS: dict[str, Dialect] = {
    one.name: one
    for one in (
        Dialect("jina", "/v1/rerank", _jina_body, _RESULTS, instructs=True),
        Dialect("cohere", "/v2/rerank", _cohere_body, _RESULTS, instructs=False),
        Dialect("vllm", "/score", _vllm_body, _listed("data", "score"), instructs=True),
        Dialect(
            "tei", "/rerank", _tei_body, _listed(None, "score"), instructs=False, texts=TEI_TEXTS
        ),
        Dialect("sglang", "/v1/rerank", _sglang_body, _listed(None, "score"), instructs=True),
        Dialect("predict", "/api/predict", _predict_body, _predict_scores, instructs=True),
    )
}
"""Every dialect by its name, which is what WORKBENCH_REMOTE_DIALECT holds."""
