"""The protocols through which the rooms meet; assembly joins them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from workbench.domain.columns import ColumnMap, Sheet
from workbench.domain.documents import FileKind, Reading, SlicePolicy
from workbench.domain.languages import Language
from workbench.domain.queries import Narrowing, Query
from workbench.domain.rankings import Hit, LongWay, Recalled, RecallMethod, RerankerInfo, Scores

INTERACTIVE, API, BATCH = 0, 1, 2
"""Priorities of work for a model; smaller goes first."""

ProgressCall = Callable[[int, int], None]
"""Called with (done, total); total 0 means that it is not known yet."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """Embeddings as little-endian float32 rows of ``dim`` numbers each, of unit length."""

    dim: int
    data: bytes

    def __len__(self) -> int:
        return len(self.data) // (4 * self.dim) if self.dim else 0

    def rows(self) -> list[bytes]:
        """Return each vector as bytes of its own, in order."""
        width = 4 * self.dim
        return [self.data[at * width : (at + 1) * width] for at in range(len(self))]


@dataclass(frozen=True, slots=True)
class EmbedderInfo:
    """Which model made vectors; ``name`` and ``revision`` are the key they are kept under."""

    name: str
    revision: str
    dim: int

    @property
    def key(self) -> str:
        """Return the name under which its vectors are stored."""
        return f"{self.name}@{self.revision}"


class Embedder(Protocol):
    """Turns texts into vectors of unit length; queries and passages are read differently."""

    @property
    def info(self) -> EmbedderInfo:
        """Return which model this is, without loading it."""
        ...

    def embed_queries(self, texts: Sequence[str], *, priority: int = INTERACTIVE) -> Vectors:
        """Return one vector a query, in the order given."""
        ...

    def embed_passages(self, texts: Sequence[str], *, priority: int = BATCH) -> Vectors:
        """Return one vector a passage, in the order given."""
        ...


class Reranker(Protocol):
    """Scores documents against a query under an instruction."""

    @property
    def info(self) -> RerankerInfo:
        """Return which reranker this is; device and dtype are None until it has been loaded."""
        ...

    def score(
        self,
        query: str,
        documents: Sequence[str],
        instruction: str,
        *,
        priority: int = INTERACTIVE,
        user: str = "",
        deadline: float | None = None,
        progress: ProgressCall | None = None,
    ) -> Scores:
        """Return one score a document, in the order given; no documents give no scores.

        An empty instruction means the model's own default. ``deadline`` is a ``time.monotonic()``.
        Among calls of one priority every ``user`` has the same share of the model. A ``progress``
        that raises ends the call.

        Raises:
            InvalidInput: Instruction and query alone do not fit the model.
            Unavailable: The model is missing or its host failed more than once.
            DeadlineExceeded: The deadline passed first.
        """
        ...


@runtime_checkable
class LongReranker(Reranker, Protocol):
    """A reranker that counts tokens and can be told how to read long documents."""

    @property
    def longest(self) -> int | None:
        """Return the most tokens of a prompt that is read whole; None where nothing is ever cut."""
        ...

    def count(self, documents: Sequence[str]) -> tuple[int, ...]:
        """Return how many tokens each document has by itself, in the order given."""
        ...

    def score(
        self,
        query: str,
        documents: Sequence[str],
        instruction: str,
        *,
        priority: int = INTERACTIVE,
        user: str = "",
        deadline: float | None = None,
        progress: ProgressCall | None = None,
        long: LongWay = "cut",
    ) -> Scores:
        """Return scores as every reranker does; ``long`` says what becomes of long documents.

        A reranker that reads everything in any case reads the same in all three ways.

        Raises:
            InvalidInput: A document does not fit the model in one piece, where ``whole`` was asked.
        """
        ...


@runtime_checkable
class ManyReranker(Reranker, Protocol):
    """A reranker that takes several instructions at once, so that none of them waits in line."""

    def score_each(
        self,
        query: str,
        documents: Sequence[str],
        instructions: Sequence[str],
        *,
        priority: int = INTERACTIVE,
        user: str = "",
        deadline: float | None = None,
        progress: ProgressCall | None = None,
    ) -> tuple[Scores, ...]:
        """Return the scores under each instruction, as ``score`` would give them one by one.

        ``progress`` counts documents times instructions.
        """
        ...


class Fusion(Protocol):
    """Orders what several retrievers found; only documents that a retriever matched take part."""

    def fuse(
        self,
        lists: Sequence[Sequence[Hit]],
        language_of_chunk: Callable[[str], Language],
        query_language: Language,
        limit: int,
    ) -> list[str]:
        """Return at most ``limit`` chunk ids, best first."""
        ...


class Index(Protocol):
    """An immutable snapshot of one corpus that can be searched from many threads."""

    @property
    def generation(self) -> int:
        """Return the corpus's generation that this snapshot shows."""
        ...

    def recall(
        self, query: Query, limit: int, method: RecallMethod, narrowing: Narrowing
    ) -> Recalled:
        """Return at most ``limit`` candidates; filters are applied after statistics."""
        ...


class Reader(Protocol):
    """Reads and slices one file under limits, outside this process."""

    def read(
        self,
        path: str,
        name: str,
        document_id: str,
        policy: SlicePolicy,
        *,
        password: str | None = None,
        progress: ProgressCall | None = None,
        cancelled: Callable[[], bool] | None = None,
        columns: ColumnMap | None = None,
    ) -> Reading:
        """Return what was read from the file at ``path``, whose name is ``name``.

        Without ``columns`` the columns of a table are recognised.

        Raises:
            UnreadableDocument: Empty, damaged, locked, too large, too slow, or of a kind not read.
            InvalidInput: ``columns_missing`` or ``columns_not_table``.
        """
        ...

    def sheets(self, path: str, name: str, columns: ColumnMap | None = None) -> tuple[Sheet, ...]:
        """Return the columns of the table file at ``path``, sheet by sheet, with a few rows.

        Raises:
            UnreadableDocument: As ``read``.
            InvalidInput: ``columns_not_table``.
        """
        ...

    def rows(self, path: str, name: str) -> list[list[str]]:
        """Return the rows of the table file at ``path`` as they stand, of its first sheet.

        Raises:
            UnreadableDocument: As ``read``, or ``too_many_rows``.
            InvalidInput: ``columns_not_table``.
        """
        ...

    def kinds(self) -> tuple[FileKind, ...]:
        """Return the kinds of file that can be read."""
        ...
