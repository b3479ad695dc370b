"""Writes a Markdown document: the source without its front matter."""

from sample_corpora.build.source import Source


def markdown_bytes(source: Source) -> bytes:
    """Return the UTF-8 text, ending in one line break."""
    return (source.text.rstrip("\n") + "\n").encode()
