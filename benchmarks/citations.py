"""Measures how surely a named section comes first: ``python -m benchmarks.citations``.

Everything goes the product's way: files are read, stored and indexed, and questions asked of
``services.search`` without a reranker and without vectors. A last part looks for phrases among
100,000 invented passages.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.report import Report, add_options, progress
from workbench.assembly import build
from workbench.domain.actors import OWNER
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.building import build_index
from workbench.recall.entries import Entry
from workbench.recall.phrases import Phrase, traces
from workbench.services.answers import Request
from workbench.services.workbench import Workbench
from workbench.settings import Settings

ROOT = Path(__file__).parents[1]
DATA = ROOT / ".." / "shared" / "data" / "pdf"
CONTRACTS = ROOT / "sample_corpora" / "contracts" / "documents"
ASKED = Request(method="bm25", reranker="none", candidates=10)
PASSAGES = 100_000

DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to ask for the sections of a document: a question by section key."""

    name: str
    questions: Mapping[str, str]


def chinese(number: int) -> str:
    """Return a number from 1 to 9,999 as statutes write it: 五百八十四, 一千零一, 十二."""
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            text += ("零" if gap else "") + DIGITS[digit] + name
            gap = False
        elif text:
            gap = bool(number)
    return text.removeprefix("一") if text.startswith("一十") else text


def civil_code() -> Iterator[Way]:
    """Yield the ways to ask for each of the 1,260 articles."""
    numbers = {f"t{n}": n for n in range(1, 1261)}
    yield Way("《民法典》第N条", {k: f"《民法典》第{n}条" for k, n in numbers.items()})
    yield Way(
        "民法典第N条的规定是什么", {k: f"民法典第{n}条的规定是什么" for k, n in numbers.items()}
    )
    yield Way("第<Chinese>条", {k: f"第{chinese(n)}条" for k, n in numbers.items()})


def regulation() -> Iterator[Way]:
    """Yield the ways to ask for each of the 99 articles."""
    for name in ("Article {} GDPR", "Art. {}", "GDPR第{}条"):
        yield Way(name.format("N"), {f"a{n}": name.format(n) for n in range(1, 100)})


def clauses(keys: Sequence[str]) -> Iterator[Way]:
    """Yield the ways to ask for the clauses with a decimal number."""
    numbers = {key: key.removeprefix("n") for key in keys if key.startswith("n") and "." in key}
    for name in ("clause {} of 采购框架协议", "《采购框架协议》第{}条", "采购框架协议 {} 款"):
        yield Way(name.format("N"), {k: name.format(n) for k, n in numbers.items()})


def first_sections(bench: Workbench, corpus_id: str, way: Way, document: str) -> tuple[int, int]:
    """Return how many questions found their section of ``document`` first, and of how many."""
    right = 0
    for key, question in way.questions.items():
        results = bench.search.ask(OWNER, [corpus_id], question, None, ASKED).results
        found = bool(results) and results[0].document == document
        right += found and results[0].chunk.section_key.split("/")[-1] == key
    return right, len(way.questions)


def filled(bench: Workbench, name: str, files: Sequence[Path]) -> str:
    """Return a new corpus with these files."""
    corpus_id = bench.corpora.create(OWNER, name).corpus_id
    for path in files:
        bench.uploads.ingest_now(OWNER, corpus_id, path.name, path.read_bytes())
    return corpus_id


def section_rows(bench: Workbench) -> Iterator[dict[str, str | int | float]]:
    """Yield a row a document and way: sections, how many came first, R@1, milliseconds."""
    contract = next(CONTRACTS.glob("采购框架协议(*.pdf"))
    parts = [("contracts", contract, sorted(p for p in CONTRACTS.iterdir() if p.is_file()))]
    laws = [DATA / name for name in ("zh_civilcode.pdf", "zh_constitution.pdf", "en_gdpr_reg.pdf")]
    if all(path.exists() for path in laws):
        parts += [("code", laws[0], laws[:1]), ("GDPR", laws[2], laws[2:]), ("laws", laws[2], laws)]
    for name, path, files in parts:
        corpus_id = filled(bench, name, files)
        document = next(d for d in bench.corpora.documents(OWNER, corpus_id) if d.name == path.name)
        chunks = bench.corpora.chunks(OWNER, document.document_id)
        keys = [chunk.section_key.split("/")[-1] for chunk in chunks]
        ways = {"contracts": lambda keys=keys: clauses(keys), "code": civil_code}
        for way in ways.get(name, regulation)():
            if name == "laws" and "GDPR" not in way.name:
                continue  # three laws have an Article 17, and nothing says which
            progress(f"{name}: {way.name}")
            started = time.perf_counter()
            right, count = first_sections(bench, corpus_id, way, path.name)
            spent = (time.perf_counter() - started) / max(count, 1)
            yield {
                "part": "sections",
                "corpus": name,
                "asked": way.name,
                "sections": count,
                "first": right,
                "R@1": round(right / max(count, 1), 4),
                "ms": round(spent * 1000, 1),
            }


def phrase_row(passages: int) -> dict[str, str | int | float]:
    """Return what finding phrases among ``passages`` invented ones of about 300 characters takes.

    Reading the texts from the store is not in it, looking through them is.
    """
    seeded = random.Random(11)
    words = ["".join(chr(seeded.randrange(0x4E00, 0x5200)) for _ in range(2)) for _ in range(9000)]
    texts = {f"{at:06d}": "，".join(seeded.choices(words, k=100)) for at in range(passages)}
    analyzer = MixedAnalyzer()
    entries = [Entry(key, "d", "d.md", "zh", "text", text, key) for key, text in texts.items()]
    index = build_index(entries, {}, analyzer, generation=1)
    chosen = [seeded.choice(list(texts.values())) for _ in range(20)]
    phrases = [text[30:36] for text in chosen]
    found = read = 0
    started = time.perf_counter()
    for phrase in phrases:
        wanted, trace = Phrase.of(phrase), traces(phrase, analyzer)
        possible = index.with_all(trace.terms, trace.parts)
        read += len(possible)
        found += sum(wanted.stands_in(texts[key]) for key in possible)
    spent = (time.perf_counter() - started) / len(phrases)
    return {
        "part": "phrases",
        "passages": passages,
        "looked through": round(read / len(phrases), 1),
        "found": found,
        "ms": round(spent * 1000, 1),
    }


def measured(report: Report, passages: int) -> None:
    """Add all rows to ``report``."""
    with tempfile.TemporaryDirectory() as home:
        bench = build(Settings(home=Path(home)))
        try:
            for row in section_rows(bench):
                report.rows.append(row)
        finally:
            bench.close()
    if passages:
        report.rows.append(phrase_row(passages))


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = add_options(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    parser.add_argument("--passages", type=int, default=PASSAGES, help="0 leaves phrases out")
    args = parser.parse_args(argv)
    report = Report("citations", ("numpy", "rjieba"))
    measured(report, args.passages)
    report.print(as_json=args.json)


if __name__ == "__main__":
    main()
