"""What the API accepts and what it answers."""

from pydantic import BaseModel, Field

from workbench.domain.languages import Language
from workbench.domain.rankings import RecallMethod


class PredictRequest(BaseModel):
    """Documents to rerank, in the shape of the article's client."""

    query: str
    documents: list[str]
    instruction: str | None = None


class ScoredDocument(BaseModel):
    """A document with its score."""

    document: str
    score: float


class PredictAnswer(BaseModel):
    """Documents best first; the key is ``result``."""

    result: list[ScoredDocument]


class SearchRequest(BaseModel):
    """A question to one corpus or several, by name or id."""

    query: str
    corpus: str | list[str]
    instruction: str | None = None
    recall: RecallMethod = "hybrid"
    reranker: str | None = None
    candidates: int = Field(default=50)
    top_k: int = Field(default=10)
    document: str | None = None
    kind: str | None = None
    lang_filter: Language | None = None
