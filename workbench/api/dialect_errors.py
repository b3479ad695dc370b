"""Errors in the shape that the clients of each dialect read, in the caller's language."""

import secrets
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from workbench.api.errors import places_of, retry_headers, status_of
from workbench.api.languages import wanted_tongue
from workbench.domain.errors import WorkbenchError
from workbench.words.say import say, say_error

TOO_LARGE = frozenset(
    {"documents_too_many", "document_too_long", "query_too_long", "prompt_too_long"}
)
"""Codes that these dialects call 413, where /api says 400."""
TEI_TYPES = {400: "Validation", 413: "Validation", 422: "Validation", 429: "Overloaded"}


def answer_error(request: Request, error: WorkbenchError) -> JSONResponse:
    """Return the error as the clients of the requested path expect it."""
    status = 413 if error.code in TOO_LARGE else status_of(error)
    message = say_error(error, wanted_tongue(request.headers.get("accept-language")))
    return shaped(request.url.path, status, error.code, message, retry_headers(error))


def answer_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    """Return the places of the request that do not fit, without repeating what was sent."""
    language = wanted_tongue(request.headers.get("accept-language"))
    message = say("error.request_malformed", language, places=places_of(error))
    # vLLM calls a malformed request a bad one; the others follow the rule of their framework.
    status = 400 if request.url.path == "/score" else 422
    return shaped(request.url.path, status, "request_malformed", message, {})


def answer_unexpected(request: Request, error: Exception) -> JSONResponse:
    """Return that the program failed, without a word of what it worked on."""
    language = wanted_tongue(request.headers.get("accept-language"))
    return shaped(request.url.path, 500, "internal", say("error.internal", language), {})


def shaped(
    path: str, status: int, code: str, message: str, headers: dict[str, str]
) -> JSONResponse:
    """Return the sentence in the shape of the dialect at ``path``."""
    request_id = secrets.token_hex(8)
    body: dict[str, Any]
    if path == "/rerank":
        body = {"error": message, "error_type": TEI_TYPES.get(status, "Backend")}
    elif path == "/v2/rerank":
        body = {"id": request_id, "message": message}
    else:
        body = {
            "error": {"message": message, "type": code, "param": None, "code": status},
            "detail": message,
        }
    return JSONResponse(body, status, {"X-Request-Id": request_id} | headers)
