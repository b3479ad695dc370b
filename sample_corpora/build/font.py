"""Noto Sans CJK as TrueType subsets that hold just the characters of one document."""

from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont

from sample_corpora.build.blocks import SourceError

FOLDER = Path("/usr/share/fonts/opentype/noto")
Face = Literal["regular", "bold", "code"]
_FILES: dict[Face, tuple[str, str]] = {
    "regular": ("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC"),
    "bold": ("NotoSansCJK-Bold.ttc", "Noto Sans CJK SC"),
    "code": ("NotoSansCJK-Regular.ttc", "Noto Sans Mono CJK SC"),
}
_ERROR = 1.0  # units of 1000 to the em by which a curve may leave its original
_ALWAYS = " "
# The Chinese face draws both dots as wide as a Han character; its siblings' narrow ones suit
# "N·m" and lists, and all faces of the collection share one set of glyphs.
_NARROW = {"·": "cid00117", "•": "cid00733"}


@dataclass(frozen=True, slots=True)
class Cut:
    """A face cut to the characters needed: a TrueType file and the widths, in 1000 to the em."""

    face: Face
    data_path: Path
    widths: dict[str, float]

    def width(self, text: str, size: float) -> float:
        """Return the width of ``text`` in points."""
        return sum(self.widths[character] for character in text) * size / 1000


def is_installed() -> bool:
    """Return whether the font files are on this machine."""
    return all((FOLDER / name).is_file() for name, _ in _FILES.values())


def cut(face: Face, characters: Set[str], folder: Path, origin: str) -> Cut:
    """Return the face with ``characters``, written to ``folder``.

    Raises:
        SourceError: The font has no glyph for a character.
    """
    file, family = _FILES[face]
    with TTCollection(FOLDER / file, lazy=True) as collection:
        font = next(one for one in collection.fonts if one["name"].getDebugName(1) == family)
        cmap = font.getBestCmap()
        wanted = sorted(characters | set(_ALWAYS))
        missing = [c for c in wanted if ord(c) not in cmap]
        if missing:
            named = " ".join(f"{c!r} (U+{ord(c):04X})" for c in missing)
            raise SourceError(f"{origin}: the font has no glyph for {named}")
        glyphs = {c: _NARROW.get(c, cmap[ord(c)]) for c in wanted}
        return _write(face, font, glyphs, folder / f"{face}.ttf")


def _write(face: Face, font: TTFont, names: dict[str, str], path: Path) -> Cut:
    # Han and the Kangxi radicals share glyphs: each character gets a glyph of its own, so that
    # no reader can take one for the other.
    glyphs = font.getGlyphSet()
    outlines = {".notdef": TTGlyphPen(None).glyph()}
    advances = {".notdef": 500}
    for character, name in names.items():
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, _ERROR, reverse_direction=True))
        own = f"u{ord(character):05X}"
        outlines[own] = pen.glyph()
        advances[own] = glyphs[name].width
    builder = FontBuilder(font["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(list(outlines))
    builder.setupCharacterMap({ord(c): f"u{ord(c):05X}" for c in names})
    builder.setupGlyf(outlines)
    left = {name: getattr(glyph, "xMin", 0) for name, glyph in outlines.items()}
    builder.setupHorizontalMetrics({name: (advances[name], left[name]) for name in outlines})
    builder.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
    _, family = _FILES[face]
    style = "Bold" if face == "bold" else "Regular"
    ps_name = f"{family.replace(' ', '')}-{style}"
    builder.setupNameTable({"familyName": family, "styleName": style, "psName": ps_name})
    old = font["OS/2"]
    builder.setupOS2(
        sTypoAscender=old.sTypoAscender,
        sTypoDescender=old.sTypoDescender,
        sCapHeight=old.sCapHeight,
        sxHeight=old.sxHeight,
        usWeightClass=old.usWeightClass,
        fsSelection=0x20 if face == "bold" else 0x40,
    )
    builder.setupPost()
    if face == "bold":
        builder.font["head"].macStyle = 1
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    builder.save(path)
    return Cut(face, path, {c: float(advances[f"u{ord(c):05X}"]) for c in names})
