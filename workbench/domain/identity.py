"""Identifiers: sortable ones for things people make, hashes for things that are their content."""

import hashlib
import secrets
import time

from workbench.domain.text import normalised

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SEPARATOR = "\x1f"


def new_ulid(now: float | None = None) -> str:
    """Return a new ULID: 26 characters, ordered by the millisecond in which it was made."""
    value = (int((time.time() if now is None else now) * 1000) << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(value >> shift) & 31] for shift in range(125, -1, -5))


def digest(*parts: str) -> str:
    """Return the SHA-256 of the parts, in hexadecimal; the parts cannot run into one another."""
    return hashlib.sha256(_SEPARATOR.join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def edition_id(file_sha256: str, reader: str, choices: str = "") -> str:
    """Return the identity of what ``reader`` (name and version) makes of a file.

    ``choices`` is what somebody chose for its reading, in one canonical form; empty for nothing.
    """
    return digest(file_sha256, reader, choices) if choices else digest(file_sha256, reader)


def chunk_id(document_id: str, section_key: str, text: str, ordinal: int) -> str:
    """Return a chunk's identity, 32 hexadecimal characters.

    ``ordinal`` counts equal passages of one section from 0, so that a changed passage elsewhere in
    the document leaves every other identity as it was.
    """
    return digest(document_id, section_key, normalised(text), str(ordinal))[:32]


def text_hash(text: str) -> str:
    """Return the key under which anything computed from exactly this text is kept."""
    return digest(text)
