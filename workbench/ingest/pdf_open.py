"""Opens a PDF with pypdf: encryption, page count, and one name for every kind of damage."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pypdf
from pypdf.errors import DependencyError

from workbench.domain.errors import UnreadableDocument
from workbench.ingest.pdfium import SecondOpinion


def opened(data: bytes, password: str | None) -> pypdf.PdfReader | None:
    """Return the file opened and decrypted, or None where pypdf finds it damaged.

    Raises:
        UnreadableDocument: ``locked``, ``wrong_password``, ``unsupported_encryption``, ``damaged``.
    """
    try:
        with damage():
            reader = pypdf.PdfReader(io.BytesIO(data))
            encrypted = reader.is_encrypted
    except UnreadableDocument:
        return None
    if encrypted and not _decrypted(reader, password):
        raise UnreadableDocument("wrong_password" if password else "locked")
    return reader


def _decrypted(reader: pypdf.PdfReader, password: str | None) -> bool:
    with damage():
        try:
            # A file that only its owner's password protects opens with an empty one.
            return bool(reader.decrypt("") or (password and reader.decrypt(password)))
        except (DependencyError, NotImplementedError) as error:
            raise UnreadableDocument("unsupported_encryption") from error


def counted(
    reader: pypdf.PdfReader | None, second: SecondOpinion
) -> tuple[pypdf.PdfReader | None, int]:
    """Return the reader, unless its page tree proves damaged, and the number of pages.

    Raises:
        UnreadableDocument: ``damaged``: PDFium cannot count the pages either.
    """
    if reader is None:
        return None, second.page_count()
    try:
        with damage():
            return reader, len(reader.pages)
    except UnreadableDocument:
        return None, second.page_count()


@contextmanager
def damage() -> Iterator[None]:
    """Turn whatever pypdf raises on a damaged file into ``damaged``.

    Raises:
        UnreadableDocument: ``damaged`` with ``reason``, the name of pypdf's own error.
    """
    try:
        yield
    except (MemoryError, UnreadableDocument):
        raise
    except Exception as error:
        raise UnreadableDocument("damaged", reason=type(error).__name__) from error
