"""What the constants of recall were chosen on: none of it is part of a test."""

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean
from types import ModuleType

from benchmarks.recall_bench import LIMIT, Bench, Collection, KeptEmbedder, Question, recalled
from workbench.recall import dense, fusion

SENTENCES, SENTENCE_SEED, SHARE_SEED = 400, 3, 17
LAY = Path(__file__).with_name("lay_questions.tsv")
FEW = 46
"""Chinese pages of a library that is English but for them: 5 %."""
CHANGES: Sequence[tuple[str, Mapping[str, float]]] = (
    ("as it is", {}),
    *((f"WITHIN {value:g}", {"WITHIN": value}) for value in (0.0, 1.0)),
    *((f"WORDS {value:g}", {"WORDS": value}) for value in (0.1, 0.2, 0.4, 0.5)),
    *((f"PULL {value:g}", {"PULL": value}) for value in (0.0, 0.2, 0.4)),
)

Named = dict[str, float]


def articles(data: Path) -> dict[str, tuple[str, str]]:
    """Return title and text of the statutes' articles by id; their questions are not read."""
    lines = (data / "stard-even" / "corpus.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["_id"]: (row["title"], row["text"]) for row in map(json.loads, lines)}


def sentences(data: Path) -> Collection:
    """Return the articles, from 400 of which a sentence is taken out and becomes the question."""
    seeded = random.Random(SENTENCE_SEED)
    found = list(articles(data).items())
    seeded.shuffle(found)
    texts, questions = {}, []
    for key, (title, text) in found:
        parts = [one for one in re.split(r"(?<=[。；])\s*|\n+", text) if one.strip()]
        long = [one for one in parts if 18 <= len(re.sub(r"\W", "", one)) <= 60]
        asked = [one for one in long if not re.match(r"[（(]", one.strip())]
        if len(questions) < SENTENCES and len(parts) > 1 and asked and len(text) > 80:
            chosen = seeded.choice(asked)
            questions.append(Question(chosen.strip(), "zh", frozenset({key})))
            text = text.replace(chosen, "")
        texts[key] = f"{title}\n{text}"
    return Collection(dict(sorted(texts.items())), questions)


def lay(data: Path) -> Collection:
    """Return the articles under their titles, and questions that laymen could have to 63 of them.

    They were written for this benchmark from the articles' texts. Equal articles are all right.
    """
    texts = {key: f"{title}\n{text}" for key, (title, text) in articles(data).items()}
    rows = (line.split("\t") for line in LAY.read_text(encoding="utf-8").splitlines())
    return Collection(
        texts,
        [
            Question(text, "zh", frozenset(k for k, one in texts.items() if one == texts[key]))
            for key, text in rows
        ],
    )


def constants(manual: Bench, data: Path, embedder: KeptEmbedder) -> Iterator[tuple[str, Named]]:
    """Yield how each collection is answered with one constant changed at a time."""
    # Only here: the measures' module reads this one's tables.
    from benchmarks.recall_quality import ndcg, recall_at, reciprocal_rank

    benches = [Bench(made, embedder) for made in (sentences(data), lay(data))]
    few = _few(manual)
    for name, change in CHANGES:
        with changed(change):
            named: Named = {}
            asked = manual.questions
            orders = manual.orders("hybrid", manual.index())
            for side in ("zh", "en"):
                pairs = [(q, o) for q, o in zip(asked, orders, strict=True) if q.language == side]
                named[f"{side}: own MRR@10"] = fmean(reciprocal_rank(o, q.own) for q, o in pairs)
                named[f"{side}: other R@10"] = fmean(recall_at(10, o, q.other) for q, o in pairs)
            named["5 % zh: other R@50"] = _mean(manual, few, lambda q, o: recall_at(50, o, q.other))
            for head, bench in zip(("sentences", "lay questions"), benches, strict=True):
                answered = zip(bench.questions, bench.orders("hybrid", bench.index()), strict=True)
                named[f"{head}: nDCG@10"] = fmean(ndcg(o, q.own) for q, o in answered)
            yield name, named


def _few(manual: Bench) -> list[str]:
    """Return the English pages and a few Chinese ones."""
    pages = [[key for key in manual.texts if key.startswith(side)] for side in ("en:", "zh:")]
    return pages[0] + random.Random(SHARE_SEED).sample(pages[1], min(FEW, len(pages[1])))


def _mean(
    manual: Bench, keys: Sequence[str], value: Callable[[Question, Sequence[str]], float]
) -> float:
    """Return the mean over the Chinese titles whose own page is not among ``keys``."""
    index, there = manual.index(keys=keys), set(keys)
    asked = [q for q in manual.questions if q.language == "zh" and not q.own & there]
    return fmean(
        value(q, [one.chunk_id for one in recalled(index, q.text, "hybrid", LIMIT)]) for q in asked
    )


@contextmanager
def changed(change: Mapping[str, float]) -> Iterator[None]:
    """Set constants of ``dense`` and ``fusion`` for the indexes that are built and asked within."""
    homes: dict[str, ModuleType] = {"WITHIN": dense, "PULL": dense, "WORDS": fusion}
    before = {name: getattr(homes[name], name) for name in change}
    try:
        for name, value in change.items():
            setattr(homes[name], name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(homes[name], name, value)
