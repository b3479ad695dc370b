"""Breaks text into lines: Han anywhere but against punctuation, Latin words and numbers nowhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sample_corpora.build.blocks import Run, Runs
from sample_corpora.build.font import Cut, Face
from sample_corpora.build.subset import is_wide

_NOT_FIRST = set("，。、；：！？）》〉」』】〕”’…—%％‰℃.,;:!?)]}·～〜")
_NOT_LAST = set("（《〈「『【〔“‘([{$¥￥")
_STRETCH = 0.08  # of the type size: more space between characters than this looks torn
_STRETCH_WORDS = 0.5
_WORDY = 10  # one space in ten characters: a line of words
_DASHES = set("-–/")

Faces = Mapping[Face, Cut]


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of one face in a line."""

    face: Face
    text: str


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line with its natural width.

    ``spread`` points are added after each character, ``word_spread`` after each space.
    """

    pieces: tuple[Piece, ...]
    width: float
    spread: float = 0.0
    word_spread: float = 0.0

    @property
    def text(self) -> str:
        """Return the line's characters."""
        return "".join(piece.text for piece in self.pieces)


_Glyph = tuple[str, Face]


def set_lines(
    runs: Runs, faces: Faces, size: float, measure: float, *, ragged: bool = False
) -> tuple[SetLine, ...]:
    """Return ``runs`` in lines of at most ``measure`` points, at least one.

    All lines of a paragraph but its last are stretched to the measure where little is missing,
    unless they shall be ``ragged``.
    """
    lines: list[SetLine] = []
    for paragraph in _paragraphs(runs):
        rows = _rows(paragraph, faces, size, measure)
        for at, row in enumerate(rows, start=1):
            stretch = not ragged and at < len(rows)
            lines.append(_line(row, faces, size, measure, stretch=stretch))
    return tuple(lines)


def face_of(run: Run) -> Face:
    """Return the face that a run is set in."""
    if run.code:
        return "code"
    return "bold" if run.bold else "regular"


def width_of(runs: Runs, faces: Faces, size: float) -> float:
    """Return the width of ``runs`` on one line, in points."""
    return sum(faces[face_of(run)].width(run.text, size) for run in runs)


def widest_word(runs: Runs, faces: Faces, size: float) -> float:
    """Return the width of the widest stretch that cannot be broken, in points."""
    words = [word for part in _paragraphs(runs) for word in _words(part)]
    return max((_width(word, faces, size) for word in words), default=0.0)


def _paragraphs(runs: Runs) -> list[list[_Glyph]]:
    """Return the characters with their faces, a list for each asked-for line."""
    parts: list[list[_Glyph]] = [[]]
    for run in runs:
        for character in run.text:
            if character == "\n":
                parts.append([])
            else:
                parts[-1].append((character, face_of(run)))
    return parts


def _rows(glyphs: list[_Glyph], faces: Faces, size: float, measure: float) -> list[list[_Glyph]]:
    rows: list[list[_Glyph]] = [[]]
    used = 0.0
    for word in _words(glyphs):
        wide = _width(word, faces, size)
        if rows[-1] and used + wide > measure:
            rows.append([])
            used = 0.0
        for part in _torn(word, faces, size, measure) if wide > measure else [word]:
            if rows[-1] and used + _width(part, faces, size) > measure:
                rows.append([])
                used = 0.0
            rows[-1] += part
            used += _width(part, faces, size, trim=False)
    return rows


def _words(glyphs: Sequence[_Glyph]) -> list[list[_Glyph]]:
    """Return stretches that stay together; a space stays with the word before it."""
    words: list[list[_Glyph]] = []
    for at, glyph in enumerate(glyphs):
        if at and not _may_break(glyphs[at - 1][0], glyph[0]):
            words[-1].append(glyph)
        else:
            words.append([glyph])
    return words


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in _NOT_FIRST or before in _NOT_LAST:
        return False
    if before == " " or is_wide(before) or is_wide(after):
        return True
    # Chinese curly quotes and dashes are not wide by Unicode, but close like wide ones.
    return before in "”’…—"


def _width(glyphs: Sequence[_Glyph], faces: Faces, size: float, *, trim: bool = True) -> float:
    end = len(glyphs)
    while trim and end and glyphs[end - 1][0] == " ":
        end -= 1
    return sum(faces[face].widths[character] for character, face in glyphs[:end]) * size / 1000


def _torn(word: list[_Glyph], faces: Faces, size: float, measure: float) -> list[list[_Glyph]]:
    """Return a word wider than the measure in parts, broken after dashes, else anywhere."""
    parts: list[list[_Glyph]] = [[]]
    for glyph in word:
        if parts[-1] and _width([*parts[-1], glyph], faces, size) > measure:
            parts.append([])
        parts[-1].append(glyph)
        if glyph[0] in _DASHES and _width(parts[-1], faces, size) > measure / 2:
            parts.append([])
    return [part for part in parts if part]


def _line(
    glyphs: list[_Glyph], faces: Faces, size: float, measure: float, *, stretch: bool
) -> SetLine:
    while glyphs and glyphs[-1][0] == " ":
        glyphs = glyphs[:-1]
    pieces: list[Piece] = []
    for character, face in glyphs:
        if pieces and pieces[-1].face == face:
            pieces[-1] = Piece(face, pieces[-1].text + character)
        else:
            pieces.append(Piece(face, character))
    width = _width(glyphs, faces, size)
    spread, word_spread = _stretch(glyphs, size, measure - width) if stretch else (0.0, 0.0)
    return SetLine(tuple(pieces), width, spread, word_spread)


def _stretch(glyphs: list[_Glyph], size: float, missing: float) -> tuple[float, float]:
    """Return what to add after characters and after spaces; nothing where it would look torn."""
    gaps = len(glyphs) - 1
    spaces = sum(character == " " for character, _ in glyphs)
    if missing <= 0 or gaps < 1:
        return 0.0, 0.0
    # Latin words are spaced, never spaced out; Han characters may be.
    if spaces * _WORDY > gaps:
        return (0.0, missing / spaces) if missing / spaces <= _STRETCH_WORDS * size else (0.0, 0.0)
    return (missing / gaps, 0.0) if missing / gaps <= _STRETCH * size else (0.0, 0.0)
