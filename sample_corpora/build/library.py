"""Builds one library: each source to its document, and nothing else stays in the folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sample_corpora.build.blocks import SourceError
from sample_corpora.build.markdown import markdown_bytes
from sample_corpora.build.source import read_source


@dataclass(frozen=True, slots=True)
class Built:
    """A document and its bytes."""

    file: str
    data: bytes


def libraries(folder: Path) -> list[str]:
    """Return the names of the folders that hold sources, in order."""
    return sorted(path.parent.name for path in folder.glob("*/source") if path.is_dir())


def built(path: Path) -> Built:
    """Return the document of one source file.

    Raises:
        SourceError: The source cannot be built.
    """
    # Each writer brings its library, some of which only builders have.
    if path.suffix == ".csv":
        from sample_corpora.build.xlsx import read_sheets, xlsx_bytes

        workbook = read_sheets(path)
        return Built(workbook.file, xlsx_bytes(workbook))
    source = read_source(path)
    if source.file.endswith(".pdf"):
        from sample_corpora.build.pdf import pdf_bytes

        return Built(source.file, pdf_bytes(source))
    if source.file.endswith(".docx"):
        from sample_corpora.build.docx import docx_bytes

        return Built(source.file, docx_bytes(source))
    return Built(source.file, markdown_bytes(source))


def sources(folder: Path) -> list[Path]:
    """Return the source files of a library, in order."""
    return sorted(p for p in (folder / "source").iterdir() if p.suffix in (".md", ".csv"))


def build(folder: Path) -> Iterator[str | SourceError]:
    """Write every document of a library and yield a line for each, or why it was refused."""
    documents = folder / "documents"
    documents.mkdir(exist_ok=True)
    kept: set[str] = set()
    refused = False
    for path in sources(folder):
        try:
            made = built(path)
        except SourceError as error:
            refused = True
            yield error
            continue
        if made.file in kept:
            refused = True
            yield SourceError(f"{path.name}: a second source of {made.file}")
            continue
        kept.add(made.file)
        (documents / made.file).write_bytes(made.data)
        yield f"{path.name} -> {made.file} ({len(made.data)} bytes)"
    for path in sorted(documents.iterdir()):
        # A refused source does not name its document: then nothing is taken away.
        if path.name not in kept and not refused:
            path.unlink()
            yield f"removed {path.name}, which no source names"
