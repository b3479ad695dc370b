"""What clients of other rerankers send: Jina, Cohere, TEI and vLLM."""

from typing import Annotated, TypeAlias

from pydantic import AliasChoices, BaseModel, Field

from workbench.api.schemas import Text


class TextObject(BaseModel):
    """A document in an object of its own."""

    text: Text


Document: TypeAlias = Text | TextObject
TopN: TypeAlias = Annotated[int | None, Field(default=None, ge=0)]


class Instructed(BaseModel):
    """A request that may hold an instruction, under either name that servers know it by."""

    instruction: Text | None = None
    instruct: Text | None = None

    @property
    def told(self) -> str | None:
        """Return the instruction; ``instruction`` where both are given."""
        return self.instruct if self.instruction is None else self.instruction


class RerankRequest(Instructed):
    """``/v1/rerank`` and ``/v2/rerank``; ``model`` is answered with the one that is active."""

    query: Text
    documents: list[Document]
    model: str | None = None
    top_n: TopN = None
    return_documents: bool = True
    use_activation: bool | None = None

    @property
    def texts(self) -> list[str]:
        """Return the documents as plain texts."""
        return [one.text if isinstance(one, TextObject) else one for one in self.documents]


class TeiRequest(Instructed):
    """``/rerank`` of text-embeddings-inference."""

    query: Text
    texts: list[Text]
    raw_scores: bool = False
    return_text: bool = False
    truncate: bool = False


class ScoreRequest(Instructed):
    """``/score`` of vLLM: one query for all documents, or one for each."""

    text_1: Text | list[Text] = Field(validation_alias=AliasChoices("text_1", "queries", "query"))
    text_2: Text | list[Text] = Field(validation_alias=AliasChoices("text_2", "documents"))
    model: str | None = None
    use_activation: bool | None = None
