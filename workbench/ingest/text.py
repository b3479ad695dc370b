"""A plain text file as lines, whatever its encoding."""

import codecs

from charset_normalizer import from_bytes

from workbench.domain.documents import Notice
from workbench.domain.errors import UnreadableDocument
from workbench.ingest.lines import Line, Source, without_controls

READER = "text-1"
_SAMPLE = 256 * 1024
_WORST_SHARE = 0.02
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text(data: bytes) -> Source:
    """Return the lines of a text file, empty ones included, with the encoding found.

    Raises:
        UnreadableDocument: ``unsupported_kind`` where the bytes are no text in any encoding.
    """
    decoded, encoding, notices = decode(data)
    text, lines = lines_of(decoded)
    return Source("text", READER, text, lines, notices=notices, encoding=encoding)


def decode(data: bytes) -> tuple[str, str, tuple[Notice, ...]]:
    """Return the text, its encoding, and a notice where the encoding had to be guessed.

    A byte order mark decides, then strict UTF-8, then charset-normalizer's guess, then GB18030.

    Raises:
        UnreadableDocument: ``unsupported_kind`` where the bytes are no text in any encoding.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _marked(data, encoding)
    try:
        return data.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError:
        encoding = "utf-8" if _is_broken_utf8(data) else _guess(data)
    text = data.decode(encoding, "replace")
    bad = text.count("\ufffd")
    if bad > _WORST_SHARE * len(text) + 1:
        raise UnreadableDocument("unsupported_kind", found="binary")
    guessed = encoding != "utf-8"
    notices = (Notice("encoding_guessed", {"encoding": encoding}),) if guessed else ()
    return text, encoding, (*notices, *_unreadable(bad))


def _is_broken_utf8(data: bytes) -> bool:
    """Return whether a few bytes alone keep this from being UTF-8, as after a cut download."""
    text = data[:_SAMPLE].decode("utf-8", "replace")
    bad = text.count("\ufffd")
    wide = sum(1 for c in text if ord(c) > 127)
    return wide > 50 * bad


def _marked(data: bytes, encoding: str) -> tuple[str, str, tuple[Notice, ...]]:
    text = data.decode(encoding, "replace")
    return text, encoding, _unreadable(text.count("\ufffd"))


def _unreadable(count: int) -> tuple[Notice, ...]:
    return (Notice("characters_unreadable", {"count": count}),) if count else ()


def _guess(data: bytes) -> str:
    """Return a name that Python decodes; GB18030 where it fits, for it holds GBK and GB2312."""
    # A cut in the middle of a character would mislead the detector, so the sample ends at a line.
    sample = data[:_SAMPLE]
    if len(data) > _SAMPLE and b"\n" in sample:
        sample = sample[: sample.rindex(b"\n")]
    best = from_bytes(sample).best()
    found = best.encoding if best is not None else "gb18030"
    return "gb18030" if found in ("gb2312", "gbk", "gb18030", "hz", "cp936") else found


def lines_of(decoded: str) -> tuple[str, tuple[Line, ...]]:
    """Return the canonical text of a decoded file and its lines, empty ones included."""
    texts = [without_controls(line) for line in decoded.splitlines()]
    lines: list[Line] = []
    at, blank = 0, False
    for text in texts:
        end = at + len(text)
        lines.append(Line(None, text, at, end, after_blank=blank))
        at, blank = end + 1, not text.strip()
    return "\n".join(texts), tuple(lines)
