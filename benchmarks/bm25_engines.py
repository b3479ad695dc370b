"""Engines that answer BM25 questions, ours and its peers, behind one interface."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np

from workbench.recall.bm25 import PostingsBM25
from workbench.recall.postings_builder import PostingsBuilder
from workbench.recall.statistics import Part

Chunks: TypeAlias = Iterable[list[str]]
WRITER_BYTES = 256 * 1024 * 1024


class Engine(Protocol):
    """Chunks that can be asked; numbers of chunks come back, best first."""

    def search(self, tokens: Sequence[str], limit: int) -> Sequence[Any]:
        """Return at most ``limit`` chunks."""
        ...


class Ours:
    """The product's postings; what it keeps from earlier questions is warm after a while."""

    def __init__(self, chunks: Chunks) -> None:
        builder = PostingsBuilder()
        for tokens in chunks:
            builder.add(tokens)
        self.part = Part(builder.finish())
        self.bm25 = PostingsBM25([self.part])

    def search(self, tokens: Sequence[str], limit: int) -> Sequence[Any]:
        """Return at most ``limit`` chunks with their scores."""
        return self.bm25.search(tokens, limit)


class RankBM25:
    """The definition."""

    def __init__(self, chunks: Chunks) -> None:
        from rank_bm25 import BM25Okapi

        self.okapi = BM25Okapi(list(chunks))

    def search(self, tokens: Sequence[str], limit: int) -> Sequence[Any]:
        """Return at most ``limit`` chunks."""
        scores = self.okapi.get_scores(list(tokens))
        best: list[int] = np.argsort(scores)[::-1][:limit].tolist()
        return best


class BM25S:
    """bm25s without numba: impacts precomputed in float32, another idf, no change of an index."""

    def __init__(self, chunks: Chunks) -> None:
        import bm25s

        vocabulary: dict[str, int] = {}
        known = vocabulary.setdefault
        ids = [[known(token, len(vocabulary)) for token in tokens] for tokens in chunks]
        self._module, self._vocabulary = bm25s, vocabulary
        self._engine = bm25s.BM25(method="atire", k1=1.5, b=0.75)
        tokenized = bm25s.tokenization.Tokenized(ids=ids, vocab=vocabulary)
        self._engine.index(tokenized, show_progress=False)

    def search(self, tokens: Sequence[str], limit: int) -> Sequence[Any]:
        """Return at most ``limit`` chunks."""
        ids = [self._vocabulary[token] for token in tokens if token in self._vocabulary]
        scores = self._engine.get_scores_from_ids(ids)
        top = self._module.selection.topk(scores, k=limit, backend="numpy", sorted=True)
        best: list[int] = np.asarray(top[1]).ravel().tolist()
        return best


class Tantivy:
    """tantivy with one thread, in a folder of its own; Lucene's idf."""

    def __init__(self, chunks: Chunks) -> None:
        import tantivy

        self._module = tantivy
        self._folder = tempfile.TemporaryDirectory(prefix="bm25-bench-")
        schema = (
            tantivy.SchemaBuilder()
            .add_text_field("text", stored=False, tokenizer_name="whitespace", index_option="freq")
            .build()
        )
        self._index = tantivy.Index(schema, path=self._folder.name)
        writer = self._index.writer(WRITER_BYTES, 1)
        for tokens in chunks:
            writer.add_document(tantivy.Document(text=" ".join(tokens)))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._schema, self._searcher = schema, self._index.searcher()

    def search(self, tokens: Sequence[str], limit: int) -> Sequence[Any]:
        """Return at most ``limit`` hits."""
        of_term, should = self._module.Query.term_query, self._module.Occur.Should
        terms = [(should, of_term(self._schema, "text", token)) for token in tokens]
        found: Sequence[Any] = self._searcher.search(
            self._module.Query.boolean_query(terms), limit
        ).hits
        return found


ENGINES: dict[str, tuple[str, Callable[[Chunks], Engine]]] = {
    "this workbench": ("numpy", Ours),
    "rank_bm25": ("rank_bm25", RankBM25),
    "bm25s": ("bm25s", BM25S),
    "tantivy": ("tantivy", Tantivy),
}
"""The module that each engine needs, and how it is built."""


def installed(name: str) -> bool:
    """Return whether an engine's module is here."""
    return find_spec(ENGINES[name][0]) is not None


def folder_for_index() -> tempfile.TemporaryDirectory[str]:
    """Return a new folder for an index on disk, beside other temporary files."""
    return tempfile.TemporaryDirectory(prefix="bm25-bench-", dir=Path(tempfile.gettempdir()))
