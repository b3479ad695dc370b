"""Puts criteria into words, affirmed and denied, in Chinese and English."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

_HERE = Path(__file__).parent
TEMPLATES: dict[str, Any] = json.loads((_HERE / "templates.json").read_text("utf-8"))
TOPICS: dict[str, Any] = json.loads((_HERE / "topics.json").read_text("utf-8"))
"""By name: nouns to learn from and one held out, by language, and patterns that tell it."""
Language: TypeAlias = Literal["zh", "en"]
_IRREGULAR = {"is": "be", "has": "have", "does": "do", "carries": "carry", "covers": "cover"}
_IRREGULAR |= {"fixes": "fix", "denies": "deny", "applies": "apply", "goes": "go"}
_IRREGULAR |= {"expresses": "express", "was": "have been"}
_PLURAL = {"is": "are", "was": "were"}
_ZH_DONE: tuple[str, ...] = tuple(TEMPLATES["zh"]["done"])
"""Beginnings of predicates that are denied with 没有."""
_ZH_WHOLE: tuple[str, ...] = tuple(TEMPLATES["zh"]["not_so"])
"""Beginnings of predicates that take no 不 before them, so that the whole is denied."""


def _of_topic(topic: Mapping[str, Any]) -> dict[str, Any]:
    """Return a topic's predicates by language, as ``phrases.json`` holds those of a criterion."""

    def said(side: str, frames: str, nouns: Sequence[str]) -> list[str]:
        return [frame.format(x=noun) for noun in nouns for frame in TEMPLATES[side][frames]]

    held = {side: said(side, "held_topic", topic["held"][side]) for side in ("zh", "en")}
    return {side: said(side, "topic", topic[side]) for side in ("zh", "en")} | {"held": held}


PHRASES: dict[str, Any] = json.loads((_HERE / "phrases.json").read_text("utf-8"))
PHRASES |= {name: _of_topic(topic) for name, topic in TOPICS.items()}


@dataclass(frozen=True, slots=True)
class Saying:
    """A criterion as a predicate, said and denied; English in its forms, Chinese always alike."""

    language: Language
    third: str
    plural: str
    bare: str
    not_third: str
    not_plural: str

    @classmethod
    def of(cls, language: Language, phrase: str) -> "Saying":
        """Return the forms of a phrase: in English one that begins with a verb like "contains"."""
        if language == "zh":
            no = denied(phrase)
            return cls("zh", phrase, phrase, phrase, no, no)
        verb, _, rest = phrase.partition(" ")
        bare = _IRREGULAR.get(verb, verb.removesuffix("s"))
        plural = _PLURAL.get(verb, bare)
        auxiliary = verb in _PLURAL
        no = f"{verb} not {rest}" if auxiliary else f"does not {bare} {rest}"
        nos = f"{plural} not {rest}" if auxiliary else f"do not {bare} {rest}"
        forms = (phrase, f"{plural} {rest}", f"{bare} {rest}", no, nos)
        return cls("en", *(form.rstrip() for form in forms))

    @property
    def denied(self) -> "Saying":
        """Return the denial as a saying; its own denial is what was said."""
        bare = self.not_third if self.language == "zh" else f"not {self.bare}"
        return Saying(self.language, self.not_third, self.not_plural, bare, self.third, self.plural)

    def within(self, template: str) -> str:
        """Return the instruction that a template makes of it."""
        return template.format(
            c=self.third,
            p=self.plural,
            i=self.bare,
            n=self.not_third,
            nc=self.not_third,
            np=self.not_plural,
        )


def denied(phrase: str) -> str:
    """Return a Chinese predicate with its denial."""
    if phrase.startswith(_ZH_WHOLE):
        return "并非" + phrase
    if phrase.startswith("是"):
        return "不" + phrase
    if phrase.startswith("有"):
        return "没" + phrase
    if phrase.startswith(_ZH_DONE):
        return "没有" + phrase.replace("了", "", 1)
    return "不" + phrase


def joined(language: Language, how: str, first: Saying, second: Saying) -> Saying:
    """Return two sayings as one, ``how`` being and, but (the second is denied) or or."""
    join: str = TEMPLATES[language][how]
    other = second.denied if how == "but" else second

    def both(a: str, b: str) -> str:
        return join.format(a=a, b=b)

    no = "不满足“{}”" if language == "zh" else "fails this: {}"
    whole = both(first.third, other.third)
    return Saying(
        language,
        whole,
        both(first.plural, other.plural),
        both(first.bare, other.bare),
        no.format(whole),
        no.format(whole).replace("fails", "fail"),
    )


def phrase(draw: random.Random, family: str, language: Language, held: bool = False) -> Saying:
    """Return one way to say a family's criterion; ``held`` ones are never learned from."""
    entry = PHRASES[family]
    return Saying.of(language, draw.choice(entry["held"][language] if held else entry[language]))


def instruction(draw: random.Random, saying: Saying, *, keep: bool, held: bool = False) -> str:
    """Return an instruction that keeps, or else drops, what the saying is true of.

    Those that are learned from stand at times between sentences that ask for nothing.
    """
    given = TEMPLATES[saying.language]
    side = "keep" if keep else "drop"
    if held:
        return saying.within(draw.choice(given[f"held_{side}"]))
    text = saying.within(draw.choice(given[side]))
    before = draw.choice(given["before"]) if draw.random() < 0.25 else ""
    return before + text + (draw.choice(given["after"]) if draw.random() < 0.12 else "")


def placebo(draw: random.Random, held: bool = False) -> str:
    """Return an instruction that asks for nothing that a passage could lack."""
    given = TEMPLATES["placebo"]
    text: str = draw.choice(given["held" if held else "training"])
    return text.replace("{who}", draw.choice(given["who"])).replace(
        "{谁}", draw.choice(given["谁"])
    )
