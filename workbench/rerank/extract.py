"""Takes what bears on a question out of a long text, in reading order, and counts the rest."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.rerank.hints import LONG

GAP = "[…]"
"""Stands where paragraphs were left out."""
SIGNAL_WORDS = (
    *("解决方案", "解决办法", "解决方法", "处理办法", "处理方法", "步骤", "操作方法", "排查"),
    *("配置", "设置", "违约", "责任", "赔偿", "免责"),
    *("solution", "resolution", "workaround", "remedy", "remedies", "fix"),
    *("step", "steps", "procedure", "troubleshooting", "configuration", "configure", "settings"),
    *("breach", "liability", "liabilities", "damages", "indemnity", "indemnification"),
)
"""A heading or a first sentence that holds one of them promises an answer or a duty."""

_ASCII = [word for word in SIGNAL_WORDS if word.isascii()]
_SIGNAL = re.compile(
    rf"\b(?:{'|'.join(_ASCII)})\b|" + "|".join(w for w in SIGNAL_WORDS if not w.isascii()),
    re.IGNORECASE,
)
_BLANK = re.compile(r"\n(?:[ \t\u3000]*\n)+")
_NEWLINE = re.compile(r"\n")
_SENTENCE_END = re.compile(r"[。！？；!?;\n]|\.(?=\s)")
_LONG_PIECE, _SHORT_PIECE = 1_000, 200
"""A paragraph over the first is divided by lines, then after sentences into at least the second."""
_HEADING = re.compile(
    r"(?P<mark>#{1,6})\s+\S|第[\d零〇一二三四五六七八九十百千]+(?P<unit>[编篇章节条])"
    r"|(?P<named>chapter|section|article|part|appendix)\s+[\divxlc]+\b"
    r"|(?P<number>\d{1,3}(?:\.\d{1,3})*)[.、．]?\s*[^\W\d]"
    r"|[（(]?[一二三四五六七八九十]{1,3}[)）、]",
    re.IGNORECASE,
)
_HEADING_LENGTH = 60
_ENDS = tuple("。；，！？：.;,!?:")
_LATIN = re.compile(r"[^\W\d_\u2e80-\u9fff]{3,}|\d{2,}")
_CHINESE = re.compile("[\u3400-\u9fff]{2,}")
_COMMON = frozenset(
    {
        *("the", "and", "for", "are", "was", "were", "that", "this", "with", "from", "have"),
        *("has", "had", "not", "but", "you", "your", "our", "can", "could", "how", "what", "when"),
        *("where", "which", "who", "why", "does", "did", "will", "would", "should", "into"),
    }
)


@dataclass(frozen=True, slots=True)
class Extract:
    """What was kept of a text; ``kept`` of ``paragraphs``, ``characters`` of ``of_characters``.

    ``characters`` counts those of the text alone, without the marks of gaps.
    """

    text: str
    kept: int
    paragraphs: int
    characters: int
    of_characters: int

    @property
    def shortens(self) -> bool:
        """Return whether something was kept and something left out."""
        return 0 < self.kept < self.paragraphs


def is_long(text: str) -> bool:
    """Return whether an extract of ``text`` is worth offering."""
    return len(text) > LONG


def extract(text: str, question: str) -> Extract:
    """Return the paragraphs of ``text`` that promise an answer or share words with ``question``.

    A heading with a signal word keeps its whole section, a first sentence with one its paragraph;
    what is kept brings the heading above it. Words of the question that stand in more than half of
    the paragraphs tell nothing and do not count. Nothing found gives an empty text.
    """
    tidy = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    ranges = [one for one in _ranges(tidy) if tidy[slice(*one)].strip()]
    paragraphs = [tidy[slice(*one)] for one in ranges]
    keep = _kept(paragraphs, _telling(words_of(question), paragraphs))
    return Extract(
        text=_joined(tidy, ranges, keep),
        kept=len(keep),
        paragraphs=len(paragraphs),
        characters=sum(len(paragraphs[at]) for at in keep),
        of_characters=sum(map(len, paragraphs)),
    )


def _kept(paragraphs: Sequence[str], wanted: set[str]) -> list[int]:
    keep: set[int] = set()
    heading: int | None = None
    section = 0  # the level of the heading whose section is kept, 0 outside of one
    for at, paragraph in enumerate(paragraphs):
        signal = bool(_SIGNAL.search(_first_sentence(paragraph)))
        if level := _level(paragraph):
            heading = at
            if level <= section or not section:
                section = level if signal else 0
        if section or signal or wanted & words_of(paragraph):
            keep |= {at} if heading is None else {heading, at}
    return sorted(keep)


def words_of(text: str) -> set[str]:
    """Return what may be shared: Latin words and numbers, folded, and pairs of Chinese letters."""
    words = {word.casefold() for word in _LATIN.findall(text)} - _COMMON
    for run in _CHINESE.findall(text):
        words |= {run[at : at + 2] for at in range(len(run) - 1)}
    return words


def _telling(words: set[str], paragraphs: Sequence[str]) -> set[str]:
    seen = Counter(word for one in paragraphs for word in words & words_of(one))
    return {word for word in words if 2 * seen[word] <= len(paragraphs)}


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    """Yield the paragraphs of ``text``: blocks between blank lines, their lines, or sentences."""
    for start, end in _between(text, 0, len(text), _BLANK):
        first = text[start:end].partition("\n")[0]
        if end - start <= _LONG_PIECE and not _level(first):
            yield start, end
            continue
        for line, line_end in _between(text, start, end, _NEWLINE):
            if line_end - line <= _LONG_PIECE:
                yield line, line_end
            else:
                yield from _sentences(text, line, line_end)


def _between(
    text: str, start: int, end: int, divider: re.Pattern[str]
) -> Iterator[tuple[int, int]]:
    for found in divider.finditer(text, start, end):
        yield start, found.start()
        start = found.end()
    yield start, end


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield pieces of a long line; a sentence with a signal word begins one of its own."""
    before = start
    for at in (*(found.end() for found in _SENTENCE_END.finditer(text, start, end)), end):
        if before > start and (before - start >= _SHORT_PIECE or _SIGNAL.search(text, before, at)):
            yield start, before
            start = before
        before = at
    yield start, end


def _level(paragraph: str) -> int:
    """Return how deep a heading stands, from 1; 0 for a paragraph that is none."""
    line = paragraph.strip()
    if "\n" in line or len(line) > _HEADING_LENGTH or line.endswith(_ENDS):
        return 0
    found = _HEADING.match(line)
    if not found:
        return 0
    mark, number, unit, named = found.group("mark", "number", "unit", "named")
    if mark:
        return len(mark)
    if number:
        return number.count(".") + 1
    if unit:
        return 1 + "编篇章节条".index(unit)
    return 1 if named else 6


def _first_sentence(paragraph: str) -> str:
    stripped = paragraph.strip()
    end = _SENTENCE_END.search(stripped)
    return stripped[: end.start()] if end else stripped


def _joined(text: str, ranges: Sequence[tuple[int, int]], kept: Sequence[int]) -> str:
    """Return the kept ranges, neighbours as they stand in the text, with a mark for every gap."""
    parts: list[str] = []
    first, before = 0, -1
    for at in kept:
        if at == before + 1 and parts:
            parts[-1] = text[first : ranges[at][1]]
        else:
            parts += [GAP] if at > 0 else []
            first = ranges[at][0]
            parts.append(text[slice(*ranges[at])])
        before = at
    if kept and kept[-1] < len(ranges) - 1:
        parts.append(GAP)
    return "\n\n".join(parts)
