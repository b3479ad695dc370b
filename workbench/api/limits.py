"""Middleware around every route: security headers, and a cap on what a request may carry."""

import json
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any, TypeAlias

from workbench.api.languages import wanted_tongue
from workbench.words.say import Tongue, say

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY_LIMIT = 64 * 1024 * 1024
"""Largest body of an API request, in bytes: a thousand documents of 32K tokens fit."""


class SecurityHeaders:
    """Adds the content security policy and its kin to every response.

    The policy names no other host, so that nothing in a document can reach one.
    """

    def __init__(self, app: App, script_hashes: tuple[str, ...]) -> None:
        self._app = app
        scripts = " ".join(f"'sha256-{one}'" for one in script_hashes)
        self._headers = [
            (b"content-security-policy", content_policy(scripts).encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"x-frame-options", b"SAMEORIGIN"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the response with the headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *self._headers]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def content_policy(scripts: str) -> str:
    """Return the policy under which pages, charts, uploads and the websocket work, and no more."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'wasm-unsafe-eval' {scripts}".strip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


class BodyLimit:
    """Answers 413 to a request whose body grows over the limit, as it streams.

    Requests under ``prefix`` are looked at, and POST requests to exactly one of ``paths``.
    """

    def __init__(
        self, app: App, prefix: str = "/api", limit: int = BODY_LIMIT, paths: Sequence[str] = ()
    ) -> None:
        self._app = app
        self._prefix = prefix
        self._limit = limit
        self._paths = frozenset(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on where its body fits."""
        if scope["type"] != "http" or not self._looked_at(scope):
            await self._app(scope, receive, send)
            return
        body, more = bytearray(), True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message.get("body", b"")
            more = bool(message.get("more_body", False))
            if len(body) > self._limit:
                await _too_large(send, self._limit, _language(scope))
                return
        await self._app(scope, _replay(bytes(body), receive), send)

    def _looked_at(self, scope: Scope) -> bool:
        posted = scope["method"] == "POST" and scope["path"] in self._paths
        return posted or bool(scope["path"].startswith(self._prefix))


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _language(scope: Scope) -> Tongue:
    headers: list[tuple[bytes, bytes]] = list(scope.get("headers", ()))
    told = next((value for name, value in headers if name == b"accept-language"), b"")
    return wanted_tongue(told.decode("latin-1"))


async def _too_large(send: Send, limit: int, language: Tongue) -> None:
    message = say("error.body_too_large", language, limit=limit // (1024 * 1024))
    # Clients of other dialects look for the sentence under "message" or "detail".
    body = {
        "error": {"code": "body_too_large", "message": message, "request_id": ""},
        "message": message,
        "detail": message,
    }
    headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})
