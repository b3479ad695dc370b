"""The only way for text that a user or a document wrote to reach the page as HTML or Markdown."""

import html
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

import streamlit as st

LOOK = Path(__file__).with_name("look.css")
Span: TypeAlias = tuple[int, int]

_MARKDOWN = re.compile(r"([\\`*_\[\]<>#$~|:&!])")
_LIST_START = re.compile(r"^(\d*)([-+=.)])")
_LANGUAGE_TAGS = {"zh": "zh-CN", "mixed": "zh-CN", "en": "en"}


class Html(str):
    """Text in which everything that was not written here is escaped already."""

    __slots__ = ()


def escaped(text: str) -> Html:
    """Return ``text`` as HTML that shows exactly these characters."""
    return Html(html.escape(text, quote=True))


def element(
    name: str,
    *parts: str,
    cls: str = "",
    lang: str = "",
    label: str = "",
    width: float | None = None,
) -> Html:
    """Return an element around ``parts``, each escaped unless it is ``Html`` already.

    ``label`` makes it an image with that accessible name; ``width`` is in percent, from 0 to 100.
    """
    attributes = [
        f' class="{html.escape(cls)}"' if cls else "",
        f' lang="{html.escape(lang)}"' if lang else "",
        f' role="img" aria-label="{html.escape(label)}"' if label else "",
        f' style="width:{min(max(width, 0.0), 100.0):.1f}%"' if width is not None else "",
    ]
    inside = "".join(part if isinstance(part, Html) else escaped(part) for part in parts)
    return Html(f"<{name}{''.join(attributes)}>{inside}</{name}>")


def highlight_html(text: str, spans: Iterable[Span]) -> Html:
    """Return ``text`` escaped, with ``<mark>`` around ``spans``: half-open ranges of code points.

    Spans may overlap, touch, be empty or lie outside the text; what is marked is their union.
    """
    pieces: list[str] = []
    at = 0
    for start, end in merged(spans, len(text)):
        pieces += [escaped(text[at:start]), f"<mark>{escaped(text[start:end])}</mark>"]
        at = end
    return Html("".join([*pieces, escaped(text[at:])]))


def merged(spans: Iterable[Span], length: int) -> list[Span]:
    """Return the union of ``spans`` within ``length`` as ranges in order that do not touch."""
    inside = sorted((max(start, 0), min(end, length)) for start, end in spans)
    found: list[Span] = []
    for start, end in inside:
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def md_escape(text: str) -> str:
    """Return ``text`` on one line so that Markdown shows its characters and loads nothing."""
    line = " ".join(text.split())
    return _LIST_START.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", line))


def language_tag(language: str) -> str:
    """Return the ``lang`` attribute for a text's language; empty where it is not known."""
    return _LANGUAGE_TAGS.get(language, "")


def show(*parts: Html) -> None:
    """Put finished HTML on the page."""
    st.html(Html("".join(parts)))


def show_passage(text: str, language: str, spans: Sequence[Span] = ()) -> None:
    """Put a passage on the page, large enough to read law in, with its spans marked."""
    show(element("div", highlight_html(text, spans), cls="wb-text", lang=language_tag(language)))


def show_styles(choose: str) -> None:
    """Put the workbench's own style sheet on the page; it loads nothing from elsewhere.

    ``choose`` is what the uploader's button says, which Streamlit writes in English alone.
    """
    quoted = choose.replace("\\", "").replace('"', "").replace("<", "")
    st.html(f'<style>:root {{ --wb-choose: "{quoted}"; }}\n{LOOK.read_text("utf-8")}</style>')
