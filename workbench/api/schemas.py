"""What the API accepts and what it answers."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, Field

from workbench.domain.languages import Language
from workbench.domain.rankings import LongWay, RecallMethod, Window
from workbench.rerank.prompt import well_formed

Text: TypeAlias = Annotated[str, AfterValidator(well_formed)]
"""JSON can hold halves of surrogate pairs, which no tokenizer takes, and no answer in UTF-8."""


class PredictRequest(BaseModel):
    """Documents to rerank, in the shape of the article's client."""

    query: Text
    documents: list[Text]
    instruction: Text | None = None
    long: LongWay = "cut"


class ScoredDocument(BaseModel):
    """A document with its score; ``window`` only where it was read in parts."""

    document: str
    score: float
    window: Window | None = None


class PredictAnswer(BaseModel):
    """Documents best first; the key is ``result``."""

    result: list[ScoredDocument]


class SearchRequest(BaseModel):
    """A question to one corpus or several, by name or id."""

    query: Text
    corpus: Text | list[Text]
    instruction: Text | None = None
    recall: RecallMethod = "hybrid"
    reranker: str | None = None
    candidates: int = Field(default=50)
    top_k: int = Field(default=10)
    document: str | None = None
    kind: str | None = None
    lang_filter: Language | None = None
    exact: bool = False
    glossary: bool = True
