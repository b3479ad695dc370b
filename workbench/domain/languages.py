"""Which language a text is in, judged by its scripts and, in Latin letters, by its small words."""

import re
from typing import Literal, TypeAlias

Language: TypeAlias = Literal["zh", "en", "mixed", "other"]

LANGUAGES: tuple[Language, ...] = ("zh", "en", "mixed", "other")

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_HIRAGANA = re.compile(r"[\u3041-\u306d\u306f-\u309f]")  # but の, which Chinese brands have too
_KANA = re.compile(r"[\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_LATIN_WORD = re.compile(
    r"[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0300-\u036f\u1e00-\u1eff]+"
    r"(?:['’-][A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0300-\u036f\u1e00-\u1eff]+)*"
)
_ELSEWHERE = re.compile(
    r"[\u0370-\u03ff\u0400-\u052f\u0590-\u06ff\u0900-\u0dff\u0e00-\u109f\u1100-\u11ff"
    r"\u1780-\u17ff\u3130-\u318f\uac00-\ud7af]"
)
_MIXED_SHARE = 0.25
_ELSEWHERE_SHARE = 0.2
_KANA_SHARE, _HIRAGANA_SHARE = 0.2, 0.1

_ENGLISH_WORDS = """
the of and to is are was were be been it its this that these those with for from by at on or
not which who what how when where why do does did can could will would should may must shall
have has had you your we our they their he she his her if into than then there any all each
such no as an i my me please but about after before between under
"""
# No word that English has too: die, war, was, also, man, hat, pour, plus, on, do, no, come, per.
_FOREIGN_WORDS = """
der das und ist nicht mit für auf ein eine einen einem einer eines des dem den von zu sich auch
wird werden bei wenn kann können ich sie wir ihr oder wie aber nach noch nur aus sind durch im
zum zur über unter haben habe mein meine meinen ihre ihren kein keine bitte wo wer warum welche
muss wurde innerhalb gegen dass sehr mir uns guten hallo danke
le la les une est dans que qui sur avec pas ce cette ces sont nous vous ils elle elles du et
ou où être ma votre vos notre quand je ne se leur il mais
el los las una es por para del como más pero su sus este esta está lo al donde dónde cuando
cuándo puedo mi qué cómo muy
gli della dei delle nel nella sono questo anche più alla mio quando posso perché che di
um uma os é não em da dos das ao mais você meu isso
het een en van dat niet te zijn voor aan er ook als naar worden wordt ik je mijn hoe deze
dit wat maar kunnen
och att det som på är för inte jag
jest nie się że dla oraz jak przez
"""
_NAME_WORDS = "al da das de del den der di dos du el la las le les los ma van von"
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_FOREIGN = frozenset(_FOREIGN_WORDS.split())
_OF_NAMES = frozenset(_NAME_WORDS.split())
_ENOUGH = 2.0
_ACCENTED_SHARE = 0.2
_ACCENTED_FEWEST = 3
_ACCENTS_FOR_ONE = 4


def language_of(text: str) -> Language:
    """Return the language of ``text``: zh, en, mixed or other.

    1.6 Han characters weigh as much as a Latin word, the ratio at which parallel Chinese and
    English texts balance; the smaller of the two needs a quarter of the weight to make a text
    mixed. Kana make the Han characters beside them Japanese from a fifth of both on, from a tenth
    where hiragana is among them: brand names alone are no Japanese. Japanese, Hangul, Cyrillic,
    Greek, Arabic, Indic and Thai letters above a fifth make a text other, and so does a text
    without any letter. Text in Latin letters is English unless its small words (German, French,
    Spanish, Italian, Portuguese, Dutch, Swedish, Polish) or its accents say otherwise; a few words
    say too little, and count as English.
    """
    words = _LATIN_WORD.findall(text)
    kana = len(_KANA.findall(text))
    han = len(_HAN.findall(text)) / 1.6
    elsewhere = (len(_ELSEWHERE.findall(text)) + kana) / 2.0
    share = _HIRAGANA_SHARE if _HIRAGANA.search(text) else _KANA_SHARE
    if kana and kana >= share * (kana + 1.6 * han):
        elsewhere, han = elsewhere + han, 0.0
    latin = float(len(words))
    total = han + latin + elsewhere
    if total == 0 or elsewhere / total > _ELSEWHERE_SHARE:
        return "other"
    if min(han, latin) / total >= _MIXED_SHARE:
        return "mixed"
    if han >= latin:
        return "zh"
    return "other" if _is_foreign(words) else "en"


def has_letters(text: str) -> bool:
    """Return whether ``text`` holds a letter of any script, and so is in some language."""
    return any(character.isalpha() for character in text)


def _is_foreign(words: list[str]) -> bool:
    """Return whether words in Latin letters are in another language than English.

    Each small word of another language counts one, however often it stands there, any other
    accented word in lower case a half and so do the particles of names, each small word of English
    one against them. Names (José, Los Angeles, de la Madrid) do not decide: small words have to be
    there, or accents in more words than English has.
    """
    own = {word for word in words if word.islower() or word.lower() not in _OF_NAMES}
    low = {word.lower() for word in own}
    english, small = len(low & _ENGLISH), low & _FOREIGN
    accented = {word for word in own if word.islower() and not word.replace("’", "'").isascii()}
    half = len(accented - small) + len(small & _OF_NAMES)
    if small and len(small - _OF_NAMES) + half / 2 >= max(_ENOUGH, english + 1):
        return True
    enough = max(_ACCENTED_FEWEST, _ACCENTED_SHARE * len(low), _ACCENTS_FOR_ONE * english)
    return len(accented) >= enough
