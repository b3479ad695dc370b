"""Carries one question to a reranking server: bounded in time and size, redirected nowhere."""

import asyncio
import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

import httpx

from workbench.domain.errors import Busy, DeadlineExceeded, InvalidInput, Unavailable

REPLY_BYTES = 16 * 1024 * 1024
"""Largest reply that is read, in bytes; a thousand scores take a hundredth of it."""
CALL_SECONDS = 120.0
"""Longest time of one call, in seconds, however the server spends it."""
CONNECT_SECONDS = 10.0
MOST_WAIT = 3600
"""Longest Retry-After that is passed on, in seconds."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server's address up to its path, and the key that is sent to it in a header alone."""

    url: str
    key: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str, key: str = "") -> "Endpoint":
        """Return the endpoint.

        Raises:
            InvalidInput: ``remote_url_unsuitable`` for anything but http(s)://host[:port][/path],
                ``remote_key_unsuitable`` for a key that no header can carry.
        """
        try:
            httpx.URL(url.strip())
            parts = urlsplit(url.strip())
            fits = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        except (ValueError, httpx.InvalidURL):
            raise InvalidInput("remote_url_unsuitable") from None
        # A name or password in the address would be shown wherever the host is.
        fits = fits and parts.scheme in ("http", "https") and "@" not in parts.netloc
        if not fits or parts.query or parts.fragment:
            raise InvalidInput("remote_url_unsuitable")
        if not all("!" <= letter <= "~" for letter in key):
            raise InvalidInput("remote_key_unsuitable")
        return cls(url.strip().rstrip("/"), key)

    @property
    def host(self) -> str:
        """Return the host that texts are sent to, with its port where the address names one."""
        return urlsplit(self.url).netloc


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered: decoded JSON, and its headers by lower-case name."""

    value: object
    headers: Mapping[str, str]


Post = Callable[[str, object, float | None], Reply]
"""Called with path, body and deadline, a ``time.monotonic()``."""


class HttpPost:
    """Posts JSON to one endpoint; proxies and netrc files of the environment are not obeyed."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        seconds: float = CALL_SECONDS,
        reply_bytes: int = REPLY_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._endpoint = endpoint
        self._seconds = seconds
        self._reply_bytes = reply_bytes
        self._clock = clock

    def __call__(self, path: str, body: object, deadline: float | None) -> Reply:
        """Return the server's reply.

        Raises:
            Busy: ``remote_busy`` with the seconds to wait.
            DeadlineExceeded: ``remote_slow``.
            Unavailable: ``remote_unreachable``, ``remote_redirected``, ``remote_refused``,
                ``remote_key_refused``, ``remote_failed``, ``remote_too_large``, ``remote_garbled``.
        """
        host, started = self._endpoint.host, self._clock()
        seconds = self._seconds if deadline is None else min(self._seconds, deadline - started)
        if seconds <= 0:
            raise DeadlineExceeded("remote_slow", host=host, seconds=0)
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        try:
            raw, headers = asyncio.run(self._exchange(path, content, seconds))
        except (TimeoutError, httpx.TimeoutException):
            # Not chained: the request in it carries the key.
            raise DeadlineExceeded("remote_slow", host=host, seconds=round(seconds)) from None
        except (httpx.ConnectError, httpx.UnsupportedProtocol):
            raise Unavailable("remote_unreachable", host=host) from None
        except httpx.HTTPError:
            raise Unavailable("remote_garbled", host=host) from None
        try:
            return Reply(json.loads(raw), headers)
        except (ValueError, RecursionError):
            raise Unavailable("remote_garbled", host=host) from None

    async def _exchange(
        self, path: str, content: bytes, seconds: float
    ) -> tuple[bytes, dict[str, str]]:
        # The whole exchange has one limit: a server that drips never times out by its silence.
        async with asyncio.timeout(seconds):
            async with httpx.AsyncClient(
                verify=self._tls,
                timeout=httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
                trust_env=False,
                follow_redirects=False,
            ) as client:
                url = self._endpoint.url + path
                async with client.stream(
                    "POST", url, content=content, headers=self._headers()
                ) as response:
                    self._require_success(response)
                    raw = await self._read(response)
                    return raw, {k.lower(): v for k, v in response.headers.items()}

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Return what servers are verified with: public authorities, and those of this machine."""
        context = httpx.create_ssl_context(trust_env=False)
        context.load_default_certs()
        return context

    def _headers(self) -> dict[str, str]:
        # Packed replies are not asked for: a small one could unpack to any size.
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        key = self._endpoint.key
        return headers | ({"Authorization": f"Bearer {key}"} if key else {})

    def _require_success(self, response: httpx.Response) -> None:
        host, status = self._endpoint.host, response.status_code
        if status == 429:
            wait = retry_seconds(response.headers.get("retry-after"))
            raise Busy("remote_busy", host=host, seconds=wait)
        if 300 <= status < 400:
            raise Unavailable("remote_redirected", host=host, status=status)
        if status in (401, 403):
            raise Unavailable("remote_key_refused", host=host, status=status)
        if 400 <= status < 500:
            raise Unavailable("remote_refused", host=host, status=status)
        if status != 200:
            raise Unavailable("remote_failed", host=host, status=status)
        if response.headers.get("content-encoding", "identity") != "identity":
            raise Unavailable("remote_garbled", host=host)

    async def _read(self, response: httpx.Response) -> bytes:
        raw = bytearray()
        async for part in response.aiter_raw():
            raw += part
            if len(raw) > self._reply_bytes:
                limit = round(self._reply_bytes / 1024 / 1024, 1)
                raise Unavailable("remote_too_large", host=self._endpoint.host, limit=limit)
        return bytes(raw)


def retry_seconds(told: str | None) -> int:
    """Return the seconds of a Retry-After, at least 1; 2 where it is missing or a date."""
    if told is None or not told.strip().isdecimal():
        return 2
    return max(1, min(int(told), MOST_WAIT))
