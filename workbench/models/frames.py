"""Writes and reads the frames in which the model host is spoken to.

header length, 4 bytes big-endian · header, JSON · payload length, 8 bytes big-endian · payload
"""

import json
import struct
from typing import Any, BinaryIO, TypeAlias

from workbench.domain.errors import Unavailable

HEADER_LIMIT = 4 * 1024 * 1024
PAYLOAD_LIMIT = 256 * 1024 * 1024
_PIECE = 1024 * 1024

Header: TypeAlias = dict[str, Any]
"""JSON values only; numbers in it are finite."""

ENDED = "stream_ended"
"""Code of the error that says that the other side closed the stream."""


def write_frame(stream: BinaryIO, header: Header, payload: bytes = b"") -> None:
    """Write one frame and flush it.

    Raises:
        Unavailable: ``frame_too_large``; nothing was written.
        ValueError: The header holds a number that is not finite.
    """
    head = json.dumps(header, ensure_ascii=False, allow_nan=False).encode()
    _require_size(len(head), HEADER_LIMIT)
    _require_size(len(payload), PAYLOAD_LIMIT)
    stream.write(struct.pack(">I", len(head)) + head + struct.pack(">Q", len(payload)))
    stream.write(payload)
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[Header, bytes]:
    """Return the next frame's header and payload.

    Raises:
        Unavailable: ``stream_ended`` where the stream ends before the frame (``received`` is 0) or
            within it, ``frame_too_large``, ``frame_broken`` where the header is no JSON object.
    """
    (head_length,) = struct.unpack(">I", _exactly(stream, 4, 0))
    _require_size(head_length, HEADER_LIMIT)
    head = _exactly(stream, head_length, 4)
    (payload_length,) = struct.unpack(">Q", _exactly(stream, 8, 4 + head_length))
    _require_size(payload_length, PAYLOAD_LIMIT)
    payload = _exactly(stream, payload_length, 12 + head_length)
    return _parsed(head), payload


def _parsed(head: bytes) -> Header:
    try:
        header = json.loads(head)
    except ValueError as error:
        raise Unavailable("frame_broken", detail=str(error)) from error
    if not isinstance(header, dict):
        raise Unavailable("frame_broken", detail=f"a {type(header).__name__}, not an object")
    return header


def _exactly(stream: BinaryIO, length: int, before: int) -> bytes:
    # In pieces, so that a wrong length costs no memory that was never sent.
    pieces = bytearray()
    while len(pieces) < length:
        piece = stream.read(min(_PIECE, length - len(pieces)))
        if not piece:
            raise Unavailable(ENDED, received=before + len(pieces))
        pieces += piece
    return bytes(pieces)


def _require_size(size: int, limit: int) -> None:
    if size > limit:
        raise Unavailable("frame_too_large", size=size, limit=limit)
