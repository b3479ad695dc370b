"""Lines and sources for tests, made without a file."""

from workbench.ingest.lines import Line, Row, compose
from workbench.ingest.text import lines_of


def plain(text: str) -> list[Line]:
    """Return the lines of a text file that hold anything."""
    return [line for line in lines_of(text)[1] if line.text.strip()]


def page_lines(*pages: list[Row]) -> list[Line]:
    return list(compose(pages)[1])


def column(texts, *, size=10.0, bold=False, x=72.0, top=700.0):
    """Return rows set one below the other."""
    return [Row(t, size, bold, "F", x, top - 15.0 * i) for i, t in enumerate(texts)]
