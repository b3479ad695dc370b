"""What a question says besides its words: sections it names, exact phrases, what to leave out."""

import re
from dataclasses import dataclass

from workbench.domain.numerals import CHINESE_NUMERAL, number_of
from workbench.recall.analyzer import Analyzer
from workbench.recall.stopwords import CHINESE, ENGLISH

_HAN = "\u4e00-\u9fff"
_N = rf"[{CHINESE_NUMERAL}]{{1,20}}|[0-9０-９]{{1,6}}(?:\.[0-9]{{1,4}}){{0,4}}"
_CHINESE = re.compile(
    rf"(?:《(?P<book>[^《》\n]{{1,60}})》\s*|(?P<name>[{_HAN}]{{2,30}})"
    rf"|(?<![A-Za-z])(?P<before>[A-Z]{{2,}}[A-Za-z]*)\s*)?"
    rf"第\s*(?P<number>{_N})\s*(?P<unit>分编|条(?!件)|章|节(?!点)|款(?!式|项)|编(?!辑|号|码)|部分)"
    rf"(?:\s*之\s*(?P<sub>[{CHINESE_NUMERAL}]{{1,3}}))?"
    rf"(?:\s*第\s*(?:[{CHINESE_NUMERAL}]{{1,4}}|[0-9]{{1,3}})\s*[款项目])*"
)
_DOTTED = re.compile(
    rf"(?:《(?P<book>[^《》\n]{{1,60}})》\s*|(?P<name>[{_HAN}]{{2,30}})\s*)?"
    r"(?<![A-Za-z0-9_.])(?P<number>[0-9]{1,3}(?:\.[0-9]{1,3}){1,4})\s*(?P<unit>条|款|节)"
)
_NAME = r"(?-i:[A-Z]{2,}[A-Za-z]*)"
_ENGLISH = re.compile(
    rf"(?:(?<![A-Za-z])(?P<before>{_NAME})\s+)?"
    r"(?<![A-Za-z])(?P<unit>articles?|art\.?|sections?|sec\.?|clauses?|chapters?|chap\.?"
    r"|paragraphs?|para\.?|§{1,2})\s{0,3}"
    r"(?P<number>[0-9]{1,4}(?:\.[0-9]{1,4}){0,4}|[IVXLC]{1,7})(?![\w])"
    r"(?:\s?\(\w{1,4}\)){0,4}"
    rf"(?:\s+(?:of\s+)?(?:the\s+)?(?P<after>{_NAME}|[{_HAN}]{{2,30}})(?![A-Za-z]))?",
    re.IGNORECASE,
)
UNITS = {
    **dict.fromkeys(("条", "article", "art"), "article"),
    **dict.fromkeys(("节", "section", "sec", "§", "§§"), "section"),
    **dict.fromkeys(("款", "clause", "paragraph", "para"), "clause"),
    **dict.fromkeys(("章", "chapter", "chap"), "chapter"),
    **dict.fromkeys(("编", "分编", "部分"), "part"),
}
"""What a unit is called in questions and headings, without a full stop."""
_LED_BY = re.compile(
    r".*(?:根据|按照|依照|依据|参照|适用|违反|请问|关于|什么是|查一下|的|在|按|和|与|及)"
)
_STRAIGHT = re.compile(r"(?<![0-9A-Za-z])\"([^\"\n]{1,400})\"(?![0-9A-Za-z])")
_CURLY = re.compile(r"“([^“”\n]{1,400})”|「([^「」\n]{1,400})」|『([^『』\n]{1,400})』")
_WITHOUT = re.compile(r"(?:^|(?<=\s))[-－](?:\"([^\"\n]{1,80})\"|([^\s\d\-－\"“”][^\s\"“”]{0,80}))")
_ENGLISH_WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")
_CHINESE_FILLERS = CHINESE | frozenset(
    [
        "规定",
        "内容",
        "全文",
        "条文",
        "原文",
        "讲",
        "说",
        "写",
        "说明",
        "查",
        "找",
        "看",
        "查看",
        "法条",
    ]
)
_ENGLISH_FILLERS = ENGLISH | frozenset(
    ["text", "say", "says", "state", "states", "provide", "provides", "read", "show"]
)
"""Words that ask for a section as it is and for nothing in it."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A section that a question names.

    ``unit`` is article, section, clause, chapter or part, ``number`` is written with Arabic digits
    (584, 9.2, 120-1), ``shown`` is as the question has it. ``title`` names the document, or is
    empty.
    """

    unit: str
    number: str
    shown: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken apart.

    ``plain`` is what retrievers and rerankers read: the question without marks and without what it
    leaves out. ``phrases`` must stand in a passage as they are. ``quoted`` are phrases between
    typographic marks, which may as well be a manner of speaking: they count as phrases where some
    passage holds them. ``settled`` tells that nothing else is asked, so that there is nothing to
    rank by.
    """

    plain: str
    citations: tuple[Citation, ...] = ()
    phrases: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    settled: bool = False

    @property
    def is_plain(self) -> bool:
        """Return whether the question is its words and nothing else."""
        return not (self.citations or self.phrases or self.quoted or self.without)


def asked(text: str, analyzer: Analyzer, *, exact: bool = False) -> Asked:
    """Return what ``text`` asks; with ``exact`` all of it is one phrase.

    * ``"…"`` is an exact phrase, so is “…”, 「…」 or 『…』 where a passage holds it. A single mark,
      and one between letters or after a digit (5" pipe), is text; 《…》 is a title.
    * ``-word`` or ``-"two words"`` after a space or at the beginning leaves passages out. A hyphen
      inside a word, before a digit or with a space after it is text: XK-200, 3-5, -5, a - b.
    * 第584条, 第五百八十四条, 第584条第2款, 第9.2条, 9.2 款, Article 17(1), Art. 17, § 9.2,
      clause 9.2, Chapter IV name a section; numbers in any script are the same. What stands beside
      it names its document: 民法典第584条, 《民法典》第584条, GDPR Article 17.
    """
    if exact:
        return Asked(text, phrases=(text,), settled=True) if _has_word(text) else Asked(text)
    without = tuple(_given(match) for match in _WITHOUT.finditer(text))
    left = _WITHOUT.sub(" ", text)
    phrases = tuple(p for p in (m[1].strip() for m in _STRAIGHT.finditer(left)) if _has_word(p))
    quoted = tuple(p for p in (_given(m).strip() for m in _CURLY.finditer(left)) if _has_word(p))
    bare = _STRAIGHT.sub(r" \1 ", left)
    citations, rest = _citations(bare)
    unquoted = _CURLY.sub(" ", _STRAIGHT.sub(" ", left)) if phrases or quoted else rest
    settled = bool(phrases or quoted or citations) and _nothing_left(
        _citations(unquoted)[1] if citations else unquoted, analyzer
    )
    plain = " ".join(bare.split()) if phrases or without else text
    return Asked(plain, citations, phrases, quoted, without, settled)


def _citations(text: str) -> tuple[tuple[Citation, ...], str]:
    """Return the sections that ``text`` names, each once, and what else it says."""
    found: dict[tuple[str, str, str], Citation] = {}
    for pattern in (_CHINESE, _DOTTED, _ENGLISH):
        for match in pattern.finditer(text):
            one = _citation(match)
            if one:
                found.setdefault((one.unit, one.number, one.title), one)
        text = pattern.sub(lambda match: " " if _citation(match) else match.group(), text)
    return tuple(found.values()), text


def _citation(match: re.Match[str]) -> Citation | None:
    groups = match.groupdict()
    number = _number(match["number"])
    unit = UNITS.get(match["unit"].lower().rstrip(".")) or UNITS.get(
        match["unit"].lower().rstrip(".").removesuffix("s")
    )
    if number is None or unit is None:
        return None
    if groups.get("sub"):
        number = f"{number}-{number_of(groups['sub'])}"
    name = groups.get("name") or ""
    named = (groups.get(each) for each in ("book", "before", "after"))
    title = next((one for one in named if one), _LED_BY.sub("", name))
    shown = match.group().removeprefix(name.removesuffix(title))
    return Citation(unit, number, shown.strip(), title if len(title) > 1 else "")


def _number(written: str) -> str | None:
    """Return the number with Arabic digits; dotted ones keep their dots."""
    if "." in written:
        return ".".join(str(int(part)) for part in written.split("."))
    value = number_of(written)
    return str(value) if value else None


def _given(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group), "")


def _has_word(text: str) -> bool:
    return any(c.isalnum() for c in text)


def _nothing_left(text: str, analyzer: Analyzer) -> bool:
    """Return whether no word of ``text`` asks for anything in what it names."""
    bare = _ENGLISH_WORD.sub(lambda m: " " if m.group().lower() in _ENGLISH_FILLERS else m[0], text)
    return all(term in _CHINESE_FILLERS or not _has_word(term) for term in analyzer.tokens(bare))
