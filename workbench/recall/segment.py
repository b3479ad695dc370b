"""A segment: postings of some documents with the columns of their chunks; it never changes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from workbench.domain.languages import LANGUAGES
from workbench.recall.entries import Entry
from workbench.recall.lexical import Mask
from workbench.recall.postings import Counted, Forward, Postings, joined
from workbench.recall.postings_builder import PostingsBuilder
from workbench.recall.strings import Arrays, Bytes, Longs, Names, Strings


@dataclass(frozen=True, slots=True)
class Listed:
    """A document as an index knows it.

    ``version`` is another one whenever its chunks are; ``created`` gives its place among others,
    and where that is equal ``document_id`` does.
    """

    document_id: str
    name: str
    version: str
    created: str

    @property
    def key(self) -> tuple[str, str]:
        """Return what tells its chunks from all others."""
        return self.document_id, self.version


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Segment:
    """Documents with their chunks, which lie side by side in reading order.

    The chunks of document n are ``starts[n]`` to ``starts[n + 1]``. ``languages`` are places in
    ``LANGUAGES`` and ``kinds`` in ``kind_names``.
    """

    postings: Postings
    documents: tuple[Listed, ...]
    starts: Longs
    chunk_ids: Names
    hashes: Strings
    languages: Bytes
    kinds: Bytes
    kind_names: tuple[str, ...]

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "Segment":
        """Return the segment that ``arrays`` gave."""
        listed = iter(Strings.from_arrays("documents", arrays))
        return cls(
            postings=Postings.from_arrays(arrays),
            documents=tuple(Listed(*four) for four in zip(*[listed] * 4, strict=True)),
            starts=arrays["document_starts"].view(np.int64),
            chunk_ids=Names.from_arrays("chunks", arrays),
            hashes=Strings.from_arrays("hashes", arrays),
            languages=arrays["languages"].view(np.uint8),
            kinds=arrays["kinds"].view(np.uint8),
            kind_names=tuple(Strings.from_arrays("kind_names", arrays)),
        )

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return what has to be kept, by name."""
        told = ((d.document_id, d.name, d.version, d.created) for d in self.documents)
        return {
            **self.postings.arrays(),
            **Strings.of(text for four in told for text in four).arrays("documents"),
            **self.chunk_ids.arrays("chunks"),
            **self.hashes.arrays("hashes"),
            **Strings.of(self.kind_names).arrays("kind_names"),
            "document_starts": self.starts,
            "languages": self.languages,
            "kinds": self.kinds,
        }

    def __len__(self) -> int:
        return len(self.postings)

    def by_chunk(self, documents: Mask) -> Mask:
        """Return what holds of each document for each of its chunks."""
        return np.repeat(documents, np.diff(self.starts))


@dataclass(slots=True)
class SegmentBuilder:
    """Takes documents with their chunks one after the other."""

    _postings: PostingsBuilder = field(default_factory=PostingsBuilder)
    _documents: list[Listed] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)
    _chunk_ids: list[str] = field(default_factory=list)
    _hashes: list[str] = field(default_factory=list)
    _languages: bytearray = field(default_factory=bytearray)
    _kinds: bytearray = field(default_factory=bytearray)
    _kind_names: dict[str, int] = field(default_factory=dict)

    def begin(self, document: Listed) -> None:
        """Begin a document; the chunks that follow are its own, in reading order."""
        self._documents.append(document)
        self._starts.append(len(self._chunk_ids))

    def add(self, entry: Entry, tokens: Iterable[str] | Counted) -> None:
        """Add a chunk with its tokens, or with terms that were counted before."""
        if isinstance(tokens, Counted):
            self._postings.add_counted(tokens)
        else:
            self._postings.add(tokens)
        self._chunk_ids.append(entry.chunk_id)
        self._hashes.append(entry.text_hash)
        self._languages.append(LANGUAGES.index(entry.language))
        self._kinds.append(self._kind_names.setdefault(entry.kind, len(self._kind_names)))

    def finish(self) -> Segment:
        """Return the segment; the builder is not used again."""
        return Segment(
            postings=self._postings.finish(),
            documents=tuple(self._documents),
            starts=np.array([*self._starts, len(self._chunk_ids)], dtype=np.int64),
            chunk_ids=Names.of(self._chunk_ids),
            hashes=Strings.of(self._hashes),
            languages=np.frombuffer(bytes(self._languages), dtype=np.uint8),
            kinds=np.frombuffer(bytes(self._kinds), dtype=np.uint8),
            kind_names=tuple(self._kind_names),
        )


def segment_of(
    entries: Sequence[Entry],
    tokens: Callable[[str], Iterable[str]],
    known: Mapping[str, Counted],
) -> Segment:
    """Return a segment in which a document is a run of entries, placed as the entries are.

    ``tokens`` analyses a text that is not ``known`` by its hash.
    """
    builder, last = SegmentBuilder(), ""
    for at, entry in enumerate(entries):
        if at == 0 or entry.document_id != last:
            builder.begin(Listed(entry.document_id, entry.document, "", f"{at:012d}"))
            last = entry.document_id
        builder.add(entry, known.get(entry.text_hash) or tokens(entry.reads))
    return builder.finish()


def merged(segments: Sequence[tuple[Segment, Mask | None]]) -> Segment:
    """Return one segment of the documents that are not gone, in the order of the segments.

    Which are gone is given by document, None for none. Terms move by number, without their chunks'
    texts; at least one segment is given.
    """
    every = [
        (s, np.ones(len(s.documents), np.bool_) if gone is None else ~gone) for s, gone in segments
    ]
    chosen = [(segment, segment.by_chunk(documents)) for segment, documents in every]
    sizes = [np.diff(segment.starts)[documents] for segment, documents in every]
    kind_names = tuple({name: None for segment, _ in every for name in segment.kind_names})
    return Segment(
        postings=_moved([(segment.postings, chunks) for segment, chunks in chosen]),
        documents=tuple(
            d for s, kept in every for d, k in zip(s.documents, kept, strict=True) if k
        ),
        starts=np.concatenate([[0], *sizes]).cumsum().astype(np.int64),
        chunk_ids=Names.of(_chosen([(s.chunk_ids.texts, chunks) for s, chunks in chosen])),
        hashes=Strings.of(_chosen([(s.hashes, chunks) for s, chunks in chosen])),
        languages=np.concatenate([s.languages[chunks] for s, chunks in chosen]),
        kinds=np.concatenate([_kinds(s, kind_names)[chunks] for s, chunks in chosen]),
        kind_names=kind_names,
    )


def _moved(chosen: Sequence[tuple[Postings, Mask]]) -> Postings:
    """Return the postings of the chosen chunks under one vocabulary."""
    vocabulary: dict[str, int] = {}
    forwards = []
    for postings, chunks in chosen:
        forward = postings.forward.kept(chunks)
        used = np.zeros(len(postings.vocabulary), dtype=np.bool_)
        used[forward.terms] = True
        numbers = np.zeros(len(used), dtype=np.int32)
        for at, term in enumerate(postings.vocabulary.texts):
            if used[at]:
                numbers[at] = vocabulary.setdefault(term, len(vocabulary))
        forwards.append(Forward(numbers[forward.terms], forward.counts, forward.starts))
    lengths = np.concatenate([postings.lengths[chunks] for postings, chunks in chosen])
    return Postings.of(Names.of(vocabulary), joined(forwards), lengths)


def _chosen(columns: Iterable[tuple[Strings, Mask]]) -> Iterable[str]:
    for texts, chunks in columns:
        yield from compress(texts, chunks.tolist())


def _kinds(segment: Segment, names: Sequence[str]) -> Bytes:
    """Return each chunk's kind as its place in ``names``."""
    places = np.array([names.index(name) for name in segment.kind_names], dtype=np.uint8)
    return places[segment.kinds]
