"""Which language a text is in, judged by its scripts alone."""

import re
from typing import Literal, TypeAlias

Language: TypeAlias = Literal["zh", "en", "mixed", "other"]

LANGUAGES: tuple[Language, ...] = ("zh", "en", "mixed", "other")

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_LATIN_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_ELSEWHERE = re.compile(
    r"[\u0370-\u03ff\u0400-\u052f\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\uac00-\ud7af]"
)
_MIXED_SHARE = 0.25
_ELSEWHERE_SHARE = 0.2


def language_of(text: str) -> Language:
    """Return the language of ``text``: zh, en, mixed or other.

    1.6 Han characters weigh as much as a Latin word, the ratio at which parallel Chinese and
    English texts balance; the smaller of the two needs a quarter of the weight to make a text
    mixed. Kana, Hangul, Cyrillic, Greek, Arabic, Indic and Thai letters above a fifth make it
    other, and so does a text without any letter.
    """
    han = len(_HAN.findall(text)) / 1.6
    latin = float(len(_LATIN_WORD.findall(text)))
    elsewhere = len(_ELSEWHERE.findall(text)) / 2.0
    total = han + latin + elsewhere
    if total == 0 or elsewhere / total > _ELSEWHERE_SHARE:
        return "other"
    if min(han, latin) / total >= _MIXED_SHARE:
        return "mixed"
    return "zh" if han >= latin else "en"
