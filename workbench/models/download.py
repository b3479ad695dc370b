"""Downloads one file so that a cut connection costs nothing that has arrived."""

import contextlib
import errno
import hashlib
import http.client
import os
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from workbench.domain.errors import Conflict, InvalidInput, NotFound, Unavailable

PIECE = 1024 * 1024
SOCKET_SECONDS = 30.0
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")
_CUT = (http.client.HTTPException, ConnectionError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a broken connection is taken up again, and the seconds before each new attempt."""

    attempts: int = 5
    pause: float = 2.0


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told (received, expected) of this file, and who may stop it; expected 0 is unknown."""

    report: Callable[[int, int], None] = lambda received, expected: None
    cancelled: Callable[[], bool] = lambda: False


class SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but never from an encrypted connection to one that is not."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Any,
        url: str,
    ) -> urllib.request.Request | None:
        """Return the next request.

        Raises:
            Unavailable: ``redirect_unsafe``.
        """
        if urlsplit(req.full_url).scheme == "https" and urlsplit(url).scheme != "https":
            fp.close()
            raise Unavailable("redirect_unsafe", host=host_of(req.full_url), to=host_of(url))
        return super().redirect_request(req, fp, code, msg, headers, url)


def download(
    url: str,
    target: Path,
    *,
    sha256: str | None = None,
    watch: Watch | None = None,
    patience: Patience | None = None,
) -> int:
    """Return the size in bytes of ``target``, which holds the file at ``url`` afterwards.

    What has arrived lies beside it as ``.part`` until it is complete and its hash, where one is
    given, is right; the next call goes on from there.

    Raises:
        NotFound: ``file_not_on_hub``.
        Unavailable: ``hub_unreachable``, ``hub_refused``, ``redirect_unsafe``,
            ``fetch_incomplete``, ``hash_mismatch`` (the part is removed), ``disk_full``.
        Conflict: ``fetch_cancelled``; what has arrived is kept.
        InvalidInput: ``hub_invalid`` where the address is not one of http or https.
    """
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise InvalidInput("hub_invalid", hub=url)
    part = _Part(url, target, watch or Watch())
    patience = patience or Patience()
    for attempt in range(patience.attempts):
        if attempt:
            time.sleep(patience.pause)
        if part.receive():
            return part.finish(sha256)
    raise Unavailable(
        "fetch_incomplete", file=target.name, received=part.size, expected=part.expected
    )


def host_of(url: str) -> str:
    """Return the host that ``url`` names, with its port where it has one."""
    return urlsplit(url).netloc.rpartition("@")[2]


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Part:
    """What has arrived of one file."""

    def __init__(self, url: str, target: Path, watch: Watch) -> None:
        self.url, self.target, self.watch = url, target, watch
        self.path = target.with_name(target.name + ".part")
        self.tag = target.with_name(target.name + ".etag")
        self.expected = 0
        self._reached = False
        self._opener = urllib.request.build_opener(SafeRedirects)

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.is_file() else 0

    def receive(self) -> bool:
        """Take what one connection gives; return whether the file is complete."""
        try:
            with self._opener.open(self._request(), timeout=SOCKET_SECONDS) as response:
                return self._store(response)
        except urllib.error.HTTPError as error:
            with error:
                return self._refused(error)
        except urllib.error.URLError as error:
            if self._reached and isinstance(error.reason, _CUT):
                return False
            raise Unavailable(
                "hub_unreachable", host=host_of(self.url), detail=str(error.reason)
            ) from error
        except _CUT:
            return False

    def _request(self) -> urllib.request.Request:
        headers = {"Accept-Encoding": "identity", "User-Agent": "instruction-workbench"}
        if self.size:
            headers["Range"] = f"bytes={self.size}-"
            if self.tag.is_file():
                # A file that changed meanwhile is then sent whole, instead of its end alone.
                headers["If-Range"] = self.tag.read_text(encoding="ascii")
        return urllib.request.Request(self.url, headers=headers)

    def _refused(self, error: urllib.error.HTTPError) -> bool:
        host, status = host_of(self.url), error.code
        if status == 404:
            raise NotFound("file_not_on_hub", file=self.target.name, host=host)
        if status == 416:
            if error.headers.get("Content-Range") == f"bytes */{self.size}":
                return True
            # The part is longer than the file: it belongs to another one.
            self.discard()
            return False
        if status in {408, 429} or status >= 500:
            return False
        raise Unavailable("hub_refused", host=host, status=status)

    def _store(self, response: Any) -> bool:
        self._reached = True
        start, self.expected = _extent(response)
        if start not in {0, self.size}:
            self.discard()
            return False
        self._remember_tag(response.headers.get("ETag") or "")
        self._require_room(self.expected - start)
        with self._writing(), self.path.open("ab" if start else "wb") as file:
            while piece := response.read(PIECE):
                file.write(piece)
                self.watch.report(file.tell(), self.expected)
                if self.watch.cancelled():
                    received, total = file.tell(), self.expected
                    raise Conflict("fetch_cancelled", received=received, expected=total)
            file.flush()
            os.fsync(file.fileno())
        return self.size == self.expected or not self.expected

    def _remember_tag(self, tag: str) -> None:
        # Weak tags may not stand in If-Range.
        if tag.startswith('"') and tag.isascii():
            self.tag.write_text(tag, encoding="ascii")
        else:
            self.tag.unlink(missing_ok=True)

    def _require_room(self, needed: int) -> None:
        free = shutil.disk_usage(self.target.parent).free
        if needed > free:
            raise Unavailable("disk_full", needed=needed, free=free)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            raise Unavailable("disk_full", needed=self.expected - self.size, free=0) from error

    def finish(self, sha256: str | None) -> int:
        """Move the part to its place when its hash is right, and return its size."""
        size = self.size
        if sha256 and (found := sha256_of(self.path)) != sha256:
            self.discard()
            raise Unavailable("hash_mismatch", file=self.target.name, expected=sha256, found=found)
        self.path.replace(self.target)
        self.tag.unlink(missing_ok=True)
        return size

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)
        self.tag.unlink(missing_ok=True)


def _extent(response: Any) -> tuple[int, int]:
    """Return where the answer begins in the file, and the file's size.

    The size is 0 where it is not told; a beginning that is not told is -1.
    """
    if response.status == 206:
        told = _RANGE.fullmatch(response.headers.get("Content-Range") or "")
        return (int(told[1]), int(told[2])) if told else (-1, 0)
    return 0, int(response.headers.get("Content-Length") or 0)
