"""Errors of the product as HTTP statuses, in one shape and in the caller's language."""

import secrets

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from workbench.api.languages import wanted_tongue
from workbench.domain.errors import (
    Busy,
    Conflict,
    DeadlineExceeded,
    Forbidden,
    InvalidInput,
    NotFound,
    Unavailable,
    UnreadableDocument,
    WorkbenchError,
)
from workbench.words.say import say, say_error

STATUS: dict[type[WorkbenchError], int] = {
    InvalidInput: 400,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    UnreadableDocument: 422,
    Busy: 429,
    Unavailable: 503,
    DeadlineExceeded: 504,
}
RETRY_SECONDS = 2
"""Seconds after which a busy queue may be asked again, where the error does not say."""


def status_of(error: WorkbenchError) -> int:
    """Return the error's HTTP status; 500 for one that is none of the tree's kinds."""
    return STATUS.get(type(error), 500)


def retry_headers(error: WorkbenchError) -> dict[str, str]:
    """Return Retry-After where the same request may succeed later, else nothing."""
    if not isinstance(error, Busy):
        return {}
    return {"Retry-After": str(error.params.get("seconds", RETRY_SECONDS))}


def answer_error(request: Request, error: WorkbenchError) -> JSONResponse:
    """Return ``{"error": {"code", "message", "request_id"}}`` with the error's status."""
    language = wanted_tongue(request.headers.get("accept-language"))
    return _body(status_of(error), error.code, say_error(error, language), retry_headers(error))


def answer_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    """Return the places of the request that do not fit, without repeating what was sent."""
    language = wanted_tongue(request.headers.get("accept-language"))
    message = say("error.request_malformed", language, places=places_of(error))
    return _body(400, "request_malformed", message, {})


def answer_http(request: Request, error: HTTPException) -> JSONResponse:
    """Return what is wrong with the address or the method, in the shape of all errors."""
    language = wanted_tongue(request.headers.get("accept-language"))
    code = {404: "path_unknown", 405: "method_refused"}.get(error.status_code, "request_refused")
    message = say(f"error.{code}", language, status=error.status_code)
    return _body(error.status_code, code, message, dict(error.headers or {}))


def answer_unexpected(request: Request, error: Exception) -> JSONResponse:
    """Return that the program failed, without a word of what it worked on."""
    language = wanted_tongue(request.headers.get("accept-language"))
    return _body(500, "internal", say("error.internal", language), {})


def places_of(error: RequestValidationError) -> str:
    """Return the fields of a request that do not fit, without what was sent in them."""
    found = (
        ".".join(str(part) for part in one["loc"] if part != "body") or "body"
        for one in error.errors()
    )
    return ", ".join(dict.fromkeys(found))


def _body(status: int, code: str, message: str, headers: dict[str, str]) -> JSONResponse:
    request_id = secrets.token_hex(8)
    return JSONResponse(
        {"error": {"code": code, "message": message, "request_id": request_id}},
        status_code=status,
        headers={"X-Request-Id": request_id} | headers,
    )
