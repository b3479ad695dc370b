"""Numbers written in Chinese, Arabic, Roman or English words."""

import re
import unicodedata

CHINESE_NUMERAL = "〇零一二两三四五六七八九十百千万"
"""Every character that a Chinese section number may hold."""

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_ROMAN_SHAPE = re.compile(r"M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
}


def chinese_number(text: str) -> int | None:
    """Return the value of a Chinese numeral, or None where it is none.

    >>> [chinese_number(text) for text in ("一千二百六十", "一〇二", "十", "条")]
    [1260, 102, 10, None]
    """
    if not text or any(c not in _DIGITS and c not in _UNITS and c != "万" for c in text):
        return None
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c == "万":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        else:
            section, digit = section + (digit or 1) * _UNITS[c], 0
    return total + section + digit


def roman_number(text: str) -> int | None:
    """Return the value of a Roman numeral in either case, or None where it is none.

    >>> roman_number("XIV"), roman_number("iv"), roman_number("IIII")
    (14, 4, None)
    """
    upper = text.upper()
    if not upper or not _ROMAN_SHAPE.fullmatch(upper):
        return None
    values = [_ROMAN[c] for c in upper]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def number_of(text: str) -> int | None:
    """Return the value of a number in any of the four scripts, or None; full-width digits count.

    >>> [number_of(text) for text in ("５８４", "五百八十四", "IV", "Three", "x1")]
    [584, 584, 4, 3, None]
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.isdecimal() and plain.isascii():
        return int(plain)
    readings = (chinese_number(plain), roman_number(plain), _WORDS.get(plain.lower()))
    return next((value for value in readings if value is not None), None)
