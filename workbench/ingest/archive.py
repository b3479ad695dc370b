"""What an Office file may unpack to, checked before anything of it is unpacked."""

import io
import zipfile

from workbench.domain.errors import UnreadableDocument
from workbench.ingest.limits import MIB

UNPACKED = 200 * MIB
"""Most bytes of all members together."""

RATIO = 100
"""How many times larger a member may become than it is packed."""

MEMBERS = 5000

_SMALL = MIB
_HEAD = 4096
_XML = (".xml", ".rels")


def require_harmless(data: bytes) -> None:
    """Return when the archive may be opened; its members are never written to disk.

    Members of less than 1 MiB may be packed as tightly as they like.

    Raises:
        UnreadableDocument: ``unpacks_too_large``, ``unpacks_too_far`` or ``too_many_members``,
            each with what was found and the limit; ``declares_entities``; ``damaged``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _require_size(members)
            for member in members:
                if member.filename.lower().endswith(_XML):
                    _require_plain(archive, member)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise UnreadableDocument("damaged") from error
    except RuntimeError as error:
        # Members with a password, which Office never writes.
        raise UnreadableDocument("locked_office") from error


def _require_size(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MEMBERS:
        raise UnreadableDocument("too_many_members", count=len(members), limit=MEMBERS)
    size = sum(member.file_size for member in members)
    if size > UNPACKED:
        raise UnreadableDocument("unpacks_too_large", size=size, limit=UNPACKED)
    for member in members:
        ratio = member.file_size // max(1, member.compress_size)
        if member.file_size > _SMALL and ratio > RATIO:
            raise UnreadableDocument("unpacks_too_far", ratio=ratio, limit=RATIO)


def _require_plain(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Refuse a document type, the place where entities are declared; Office writes none."""
    with archive.open(member) as opened:
        head = opened.read(_HEAD).replace(b"\x00", b"")
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise UnreadableDocument("declares_entities")
