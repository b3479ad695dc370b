"""The routes under /api, each one call of a service."""

from collections.abc import Callable
from dataclasses import asdict

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from workbench.api.errors import answer_error, answer_http, answer_invalid, answer_unexpected
from workbench.api.leaving import while_there
from workbench.api.numbers import number_of, told_headers
from workbench.api.schemas import PredictAnswer, PredictRequest, ScoredDocument, SearchRequest
from workbench.domain.actors import OWNER
from workbench.domain.errors import WorkbenchError
from workbench.domain.ports import API
from workbench.domain.queries import Narrowing
from workbench.services.answers import Request as SearchOptions
from workbench.services.long_documents import LongDocuments
from workbench.services.shapes import answer_json
from workbench.services.workbench import Workbench


def create_api(workbench: Callable[[], Workbench]) -> FastAPI:
    """Return the application that is mounted at ``/api``."""
    api = FastAPI(title="Instruction Workbench", openapi_url="/openapi.json", docs_url=None)
    api.add_exception_handler(WorkbenchError, answer_error)  # type: ignore[arg-type]
    api.add_exception_handler(RequestValidationError, answer_invalid)  # type: ignore[arg-type]
    api.add_exception_handler(HTTPException, answer_http)  # type: ignore[arg-type]
    api.add_exception_handler(Exception, answer_unexpected)

    @api.post("/predict", response_model_exclude_none=True)
    def predict(asked: PredictRequest, request: Request, response: Response) -> PredictAnswer:
        """Rerank documents: ``{"result": [{"document", "score"}, …]}``, best first.

        Where the active reranker gives no probability, ``score`` is its own number; the headers
        name the reranker, the kind of score, and in ``X-Hints`` the codes of what is to be told,
        such as ``prefix_stripped`` or ``truncated``. With ``long`` as ``windows`` a document that
        was read in parts tells which part its score comes from.
        """
        answer = workbench().rerank.rank(
            OWNER,
            asked.query,
            asked.documents,
            asked.instruction,
            priority=API,
            progress=while_there(request),
            long=LongDocuments(asked.long),
        )
        response.headers.update(told_headers(answer))
        rows = [
            ScoredDocument(
                document=row.document,
                score=number_of(row.candidate),
                window=row.candidate.window,
            )
            for row in answer.rows
        ]
        return PredictAnswer(result=rows)

    @api.get("/queue", response_class=JSONResponse)
    def queue() -> JSONResponse:
        """Answer what waits for each loaded model and what its queue has done, for a monitor."""
        return JSONResponse([asdict(one) for one in workbench().rerank.queues(OWNER)])

    @api.post("/search", response_class=JSONResponse)
    def search(asked: SearchRequest) -> JSONResponse:
        """Answer a question from corpora, in the shape of the command line's ``search --json``."""
        bench = workbench()
        bench.models.require_offered(asked.reranker)
        names = [asked.corpus] if isinstance(asked.corpus, str) else asked.corpus
        corpora = [bench.corpora.by_name(OWNER, name).corpus_id for name in names]
        options = SearchOptions(
            method=asked.recall,
            reranker=asked.reranker,
            candidates=asked.candidates,
            keep=asked.top_k,
            narrowing=Narrowing(asked.document, asked.kind, asked.lang_filter),
            glossary=asked.glossary,
            exact=asked.exact,
        )
        answer = bench.search.ask(
            OWNER, corpora, asked.query, asked.instruction, options, priority=API
        )
        return JSONResponse(answer_json(answer))

    return api
