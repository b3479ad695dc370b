"""Measures what the sample libraries' glossaries do: ``python -m benchmarks.glossary_effect``.

The questions of each library that has a glossary are asked of its passages by words alone, without
it and with it. Right are passages of grade 2 or 3; those in the question's own language and those
in the other are counted apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from workbench.domain.glossaries import checked
from workbench.domain.identity import text_hash
from workbench.domain.languages import language_of
from workbench.domain.queries import Narrowing, Query
from workbench.evaluation.collection import RankedLabels
from workbench.ingest.client import WorkerReader
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.building import build_index
from workbench.recall.entries import Entry
from workbench.recall.glossary import GlossaryTerms
from workbench.recall.index import CorpusIndex
from workbench.services.glossary_file import read_glossary
from workbench.services.labelled import LabelledFolders

SAMPLES = Path(__file__).parents[1] / "sample_corpora"
RIGHT, DEPTH = 2, 10


@dataclass(frozen=True, slots=True)
class Found:
    """Shares of right passages among the first ten, a number a question that has any."""

    own: tuple[float, ...]
    other: tuple[float, ...]


def main() -> None:
    """Print a line a library, and one for all of them."""
    print("| library | entries | questions | other language R@10 | own language R@10 |")
    print("|---|---|---|---|---|")
    reader = WorkerReader()
    every: list[tuple[Found, Found]] = []
    total = 0
    for path in sorted(SAMPLES.glob("*/glossary.csv")):
        labels = LabelledFolders(reader).read(path.parent, None, None).ranked
        entries = checked(read_glossary(path.read_bytes())[0]).entries
        terms = GlossaryTerms(entries, MixedAnalyzer())
        index = index_of(labels)
        both = found(labels, index, None), found(labels, index, terms)
        every.append(both)
        total += len(entries)
        print(row(path.parent.name, len(entries), [both]))
    print(row("all", total, every))


def row(name: str, entries: int, both: Sequence[tuple[Found, Found]]) -> str:
    """Return a line of the table, without -> with the glossary."""
    other = [[s for pair in both for s in pair[at].other] for at in (0, 1)]
    own = [[s for pair in both for s in pair[at].own] for at in (0, 1)]
    shares = (f"{fmean(a):.3f} -> {fmean(b):.3f}" for a, b in (other, own))
    return f"| {name} | {entries} | {len(other[0])} | {' | '.join(shares)} |"


def index_of(labels: RankedLabels) -> CorpusIndex:
    """Return the index of a library's passages, by words alone."""
    entries = [
        Entry(r.row_id, r.row_id, r.title, language_of(r.text), "text", r.reads, text_hash(r.reads))
        for r in labels.rows
    ]
    return build_index(entries, {}, MixedAnalyzer(), generation=0)


def found(labels: RankedLabels, index: CorpusIndex, terms: GlossaryTerms | None) -> Found:
    """Return what of the right passages comes first, with the glossary's terms if there are any."""
    languages = {row.row_id: language_of(row.text) for row in labels.rows}
    own: list[float] = []
    other: list[float] = []
    for asked in labels.queries:
        query = Query.of(asked.text)
        extra = terms.widen(query.text).terms if terms else ()
        recalled = index.recall(replace(query, extra=extra), DEPTH, "bm25", Narrowing())
        first = {one.chunk_id for one in recalled.candidates}
        grades = labels.qrels.get(asked.asked_id, {})
        right = [key for key, grade in grades.items() if grade >= RIGHT]
        for side, shares in (({asked.language}, own), ({"zh", "en"} - {asked.language}, other)):
            wanted = {key for key in right if languages[key] in side}
            if wanted:
                shares.append(len(wanted & first) / len(wanted))
    return Found(tuple(own), tuple(other))


if __name__ == "__main__":
    main()
