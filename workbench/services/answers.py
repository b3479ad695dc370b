"""What is asked of a search and what comes back, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from workbench.domain.documents import Chunk, Notice
from workbench.domain.errors import InvalidInput
from workbench.domain.glossaries import UsedEntry
from workbench.domain.languages import has_letters
from workbench.domain.queries import Instruction, Narrowing, Query
from workbench.domain.rankings import (
    RECALL_METHODS,
    Candidate,
    Cost,
    Ranked,
    Ranking,
    RecallMethod,
    RerankerInfo,
)
from workbench.store.rows import ChunkView

CANDIDATES = 50
KEEP = 10
CANDIDATE_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Request:
    """How to answer a question; ``reranker`` None means the active one, "none" no reranking.

    ``glossary`` lets the corpora's glossaries add terms of the other language. With ``exact`` the
    question is looked for word for word.
    """

    method: RecallMethod = "hybrid"
    reranker: str | None = None
    candidates: int = CANDIDATES
    keep: int = KEEP
    narrowing: Narrowing = Narrowing()
    glossary: bool = True
    exact: bool = False


DEFAULT = Request()


def check(corpus_ids: Sequence[str], request: Request) -> None:
    """Return where the request can be answered.

    Raises:
        InvalidInput: ``corpus_missing``, ``recall_unknown`` or ``number_out_of_range``.
    """
    if not corpus_ids:
        raise InvalidInput("corpus_missing")
    if request.method not in RECALL_METHODS:
        raise InvalidInput("recall_unknown", name=request.method, known=", ".join(RECALL_METHODS))
    for name, number in (("candidates", request.candidates), ("top-k", request.keep)):
        if not 1 <= number <= CANDIDATE_LIMIT:
            raise InvalidInput(
                "number_out_of_range", name=name, value=number, limit=CANDIDATE_LIMIT
            )


@dataclass(frozen=True, slots=True)
class Pool:
    """Frozen candidates with the texts that a reranker reads: what several instructions share."""

    query: Query
    corpora: tuple[str, ...]
    generations: tuple[int, ...]
    method: RecallMethod
    candidates: tuple[Candidate, ...]
    views: Mapping[str, ChunkView]
    notices: tuple[Notice, ...]
    seconds: float
    glossary: tuple[UsedEntry, ...] = ()
    """The entries of glossaries that the question used."""
    settled: bool = False
    """Whether the question asks for these passages as they stand: there is nothing to rank by."""

    @property
    def texts(self) -> list[str]:
        """Return what the reranker reads of each candidate, in recall order."""
        return [self.views[c.chunk_id].chunk.reads for c in self.candidates]

    def only(self, candidates: Sequence[Candidate]) -> "Pool":
        """Return the pool narrowed to some of its candidates."""
        return replace(self, candidates=tuple(candidates))


@dataclass(frozen=True, slots=True)
class Result:
    """One passage of an answer, with where it stands."""

    ranked: Ranked
    chunk: Chunk
    document_id: str
    document: str
    corpus_id: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The best passages, and everything that has to be said about how they were found."""

    query: Query
    instruction: Instruction
    results: tuple[Result, ...]
    recalled: int
    pool: Pool
    reranker: RerankerInfo | None
    cost: Cost
    notices: tuple[Notice, ...]


def results(pool: Pool, ranking: Ranking, keep: int) -> tuple[Result, ...]:
    """Return the first ``keep`` rows of the ranking with their passages."""
    return tuple(
        Result(
            ranked=row,
            chunk=pool.views[row.candidate.chunk_id].chunk,
            document_id=pool.views[row.candidate.chunk_id].document_id,
            document=pool.views[row.candidate.chunk_id].document,
            corpus_id=row.candidate.corpus_id,
        )
        for row in ranking.rows[:keep]
    )


def not_measured(query: Query, found: Sequence[Result]) -> tuple[Notice, ...]:
    """Return a ``language_not_measured`` where the question or a passage is in a third language.

    Passages without a letter, as tables of numbers, are in none.
    """
    asked = query.language == "other" and has_letters(query.text)
    passages = (one.chunk for one in found if one.chunk.language == "other")
    told = asked or any(has_letters(chunk.text) for chunk in passages)
    return (Notice("language_not_measured"),) if told else ()
