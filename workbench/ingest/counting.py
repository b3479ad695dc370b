"""How Word writes the numbers of its lists, from decimal to 甲, 壹 and ①."""

from collections.abc import Callable

_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "十", "百", "千")
_FORMAL_PLACES = ("", "拾", "佰", "仟")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_LARGEST = 9999


def written(number: int, form: str) -> str:
    """Return ``number`` as the list format ``form`` of WordprocessingML writes it.

    Formats that are not known, and numbers that a format has no sign for, are written in decimal;
    ``none`` is empty.

    >>> written(12, "chineseCountingThousand"), written(3, "upperRoman"), written(28, "lowerLetter")
    ('十二', 'III', 'bb')

    Source: ECMA-376 part 1, 17.18.59 ST_NumberFormat.
    """
    if form == "none":
        return ""
    write = _FORMS.get(form)
    return write(number) if write and 0 < number <= _LARGEST else str(number)


def counted(number: int) -> str:
    """Return a number up to 9999 as 十二 or 一百零五."""
    text = _placed(number, "零" + _DIGITS[1:], _PLACES)
    return text.removeprefix("一") if 10 <= number < 20 else text


def _placed(number: int, digits: str, places: tuple[str, ...]) -> str:
    text = ""
    for power in range(3, -1, -1):
        digit = number // 10**power % 10
        if digit:
            text += digits[digit] + places[power]
        elif text and not text.endswith(digits[0]):
            text += digits[0]
    return text.rstrip(digits[0])


def _letters(number: int) -> str:
    """Return a to z, then aa, bb: Word repeats the letter."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        text += sign * (number // value)
        number %= value
    return text


def _from(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if number <= len(signs) else str(number)


_CIRCLED = _from("".join(chr(code) for code in range(0x2460, 0x2474)))
_FORMS: dict[str, Callable[[int], str]] = {
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": lambda number: "".join(chr(ord(c) + 0xFEE0) for c in str(number)),
    "decimalEnclosedCircle": _CIRCLED,
    "decimalEnclosedCircleChinese": _CIRCLED,
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
    "chineseCounting": counted,
    "chineseCountingThousand": counted,
    "taiwaneseCounting": counted,
    "taiwaneseCountingThousand": counted,
    "japaneseCounting": counted,
    "ideographDigital": lambda number: "".join(_DIGITS[int(c)] for c in str(number)),
    "japaneseDigitalTenThousand": lambda number: "".join(_DIGITS[int(c)] for c in str(number)),
    "taiwaneseDigital": lambda number: "".join(_DIGITS[int(c)] for c in str(number)),
    "chineseLegalSimplified": lambda number: _placed(number, _FORMAL, _FORMAL_PLACES),
    "ideographTraditional": _from(_STEMS),
    "ideographZodiac": _from(_BRANCHES),
}
