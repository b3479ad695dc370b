"""Errors of the product as HTTP statuses, in one shape and in the caller's language."""

import secrets

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

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
from workbench.words.say import say, say_error, tongue

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
RETRY_SECONDS = "2"


def answer_error(request: Request, error: WorkbenchError) -> JSONResponse:
    """Return ``{"error": {"code", "message", "request_id"}}`` with the error's status."""
    language = tongue(request.headers.get("accept-language"))
    headers = {"Retry-After": RETRY_SECONDS} if isinstance(error, Busy) else {}
    return _body(STATUS.get(type(error), 500), error.code, say_error(error, language), headers)


def answer_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    """Return the places of the request that do not fit, without repeating what was sent."""
    language = tongue(request.headers.get("accept-language"))
    places = ", ".join(
        ".".join(str(part) for part in one["loc"] if part != "body") or "body"
        for one in error.errors()
    )
    return _body(
        400, "request_malformed", say("error.request_malformed", language, places=places), {}
    )


def _body(status: int, code: str, message: str, headers: dict[str, str]) -> JSONResponse:
    request_id = secrets.token_hex(8)
    return JSONResponse(
        {"error": {"code": code, "message": message, "request_id": request_id}},
        status_code=status,
        headers={"X-Request-Id": request_id} | headers,
    )
