"""Answers in the dialects of other rerankers, so that their clients work with this server."""

import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError

from workbench.api.dialect_errors import answer_error, answer_invalid, answer_unexpected
from workbench.api.dialect_shapes import RerankRequest, ScoreRequest, TeiRequest
from workbench.api.leaving import while_there
from workbench.api.numbers import number_of, told_headers
from workbench.domain.actors import OWNER
from workbench.domain.errors import InvalidInput, WorkbenchError
from workbench.domain.ports import API
from workbench.services.rerank import RerankAnswer, check_documents
from workbench.services.workbench import Workbench

Json: TypeAlias = dict[str, Any]
PATHS = ("/v1/rerank", "/v2/rerank", "/rerank", "/score")
"""The addresses of the dialects; they answer POST alone, and pages keep theirs."""


def create_dialects(workbench: Callable[[], Workbench]) -> FastAPI:
    """Return the application that answers under every one of ``PATHS``."""
    app = FastAPI(title="Rerankers", openapi_url=None, docs_url=None, redoc_url=None)
    app.add_exception_handler(WorkbenchError, answer_error)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, answer_invalid)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, answer_unexpected)

    def rank(
        query: str,
        documents: Sequence[str],
        instruction: str | None,
        request: Request,
        response: Response,
    ) -> RerankAnswer:
        answer = workbench().rerank.rank(
            OWNER, query, documents, instruction, priority=API, progress=while_there(request)
        )
        response.headers.update(told_headers(answer))
        return answer

    @app.post("/v1/rerank")
    def jina(asked: RerankRequest, request: Request, response: Response) -> Json:
        """Answer as Jina and vLLM do."""
        answer = rank(asked.query, asked.texts, asked.told, request, response)
        return _jina(answer, asked)

    @app.post("/v2/rerank")
    def cohere(asked: RerankRequest, request: Request, response: Response) -> Json:
        """Answer as Cohere does."""
        answer = rank(asked.query, asked.texts, asked.told, request, response)
        return _cohere(answer, asked)

    @app.post("/rerank")
    def tei(asked: TeiRequest, request: Request, response: Response) -> list[Json]:
        """Answer as text-embeddings-inference does: the list itself, best first."""
        answer = rank(asked.query, asked.texts, asked.told, request, response)
        return _tei(answer, asked)

    @app.post("/score")
    def vllm(asked: ScoreRequest, request: Request, response: Response) -> Json:
        """Answer as vLLM does: one number a pair, in the order of the request."""

        def told(query: str, documents: Sequence[str]) -> RerankAnswer:
            return rank(query, documents, asked.told, request, response)

        return _vllm(*_scores(asked, told))

    return app


def _scores(
    asked: ScoreRequest, rank: Callable[[str, Sequence[str]], RerankAnswer]
) -> tuple[list[float], int, str]:
    """Return a number for each pair, the tokens read, and the model; each query is asked once."""
    pairs = _pairs(asked)
    # Each answer checks its own part alone.
    check_documents([document for _, document in pairs])
    numbers, tokens, model = [0.0] * len(pairs), 0, ""
    for query in dict.fromkeys(query for query, _ in pairs):
        places = [at for at, (one, _) in enumerate(pairs) if one == query]
        answer = rank(query, [pairs[at][1] for at in places])
        tokens, model = tokens + answer.cost.tokens, answer.reranker.model
        for row in answer.rows:
            raw = asked.use_activation is False
            numbers[places[row.index]] = number_of(row.candidate, raw=raw)
    return numbers, tokens, model


def _pairs(asked: ScoreRequest) -> list[tuple[str, str]]:
    """Return the pairs of a request; a single query goes with every document.

    Raises:
        InvalidInput: ``pairs_uneven`` where several queries are not as many as the documents.
    """
    documents = [asked.text_2] if isinstance(asked.text_2, str) else asked.text_2
    queries = [asked.text_1] if isinstance(asked.text_1, str) else asked.text_1
    if len(queries) == 1:
        queries = queries * len(documents)
    if len(queries) != len(documents):
        raise InvalidInput("pairs_uneven", queries=len(queries), documents=len(documents))
    return list(zip(queries, documents, strict=True))


def _jina(answer: RerankAnswer, asked: RerankRequest) -> Json:
    return {
        "id": f"rerank-{secrets.token_hex(8)}",
        "object": "list",
        "model": answer.reranker.model,
        "usage": _usage(answer.cost.tokens),
        "results": _results(answer, asked, with_documents=asked.return_documents),
    }


def _cohere(answer: RerankAnswer, asked: RerankRequest) -> Json:
    return {
        "id": secrets.token_hex(16),
        "results": _results(answer, asked, with_documents=False),
        "meta": {
            "api_version": {"version": "2"},
            "billed_units": {"search_units": 1},
            "tokens": {"input_tokens": answer.cost.tokens},
        },
    }


def _tei(answer: RerankAnswer, asked: TeiRequest) -> list[Json]:
    rows: list[Json] = []
    for row in answer.rows:
        number = number_of(row.candidate, raw=asked.raw_scores)
        text = {"text": row.document} if asked.return_text else {}
        rows.append({"index": row.index, **text, "score": number})
    return rows


def _vllm(numbers: Sequence[float], tokens: int, model: str) -> Json:
    return {
        "id": f"score-{secrets.token_hex(8)}",
        "object": "list",
        "created": int(time.time()),
        "model": model,
        "data": [
            {"index": at, "object": "score", "score": number} for at, number in enumerate(numbers)
        ],
        "usage": _usage(tokens),
    }


def _results(answer: RerankAnswer, asked: RerankRequest, *, with_documents: bool) -> list[Json]:
    """Return the first ``top_n`` documents, best first; none or 0 means all."""
    raw = asked.use_activation is False
    return [
        {
            "index": row.index,
            **({"document": {"text": row.document}} if with_documents else {}),
            "relevance_score": number_of(row.candidate, raw=raw),
        }
        for row in answer.rows[: asked.top_n or None]
    ]


def _usage(tokens: int) -> Json:
    return {"prompt_tokens": tokens, "total_tokens": tokens}
