"""Long documents that a caller brings: how they are read, what is kept of them, their limit."""

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.documents import Notice
from workbench.domain.errors import InvalidInput
from workbench.domain.ports import LongReranker, Reranker
from workbench.domain.rankings import LONG_WAYS, LongWay
from workbench.ingest.tokens import estimate
from workbench.rerank.extract import Extract, extract, is_long


@dataclass(frozen=True, slots=True)
class LongDocuments:
    """How long documents are read; with ``extract`` what bears on the question is taken out first.

    Only documents of more than 10,000 characters are long enough for an extract.
    """

    way: LongWay = "cut"
    extract: bool = False


AS_THEY_ARE = LongDocuments()


@dataclass(frozen=True, slots=True)
class TextRead:
    """What a reranker is given of a document: its extract, or all of it where there is none."""

    text: str
    extract: Extract | None = None


def texts_read(documents: Sequence[str], question: str, long: LongDocuments) -> list[TextRead]:
    """Return what is read of each document, in the order given.

    An extract that would keep nothing, or everything, is none.
    """
    return [_text_read(one, question) if long.extract else TextRead(one) for one in documents]


def _text_read(document: str, question: str) -> TextRead:
    if not is_long(document):
        return TextRead(document)
    made = extract(document, question)
    return TextRead(made.text, made) if made.shortens else TextRead(document)


def require_way(model: Reranker, way: LongWay) -> None:
    """Return where ``model`` can read long documents in this way.

    Raises:
        InvalidInput: ``long_unknown``, or ``long_not_offered`` by a reranker that decides itself.
    """
    if way not in LONG_WAYS:
        raise InvalidInput("long_unknown", name=way, known=", ".join(LONG_WAYS))
    if way != "cut" and not isinstance(model, LongReranker):
        raise InvalidInput("long_not_offered", name=model.info.name, way=way)


def require_tokens(model: Reranker, texts: Sequence[str], limit: int) -> None:
    """Return where no text has more than ``limit`` tokens; a limit of 0 is none.

    They are counted by the reranker, or estimated where it counts none.

    Raises:
        InvalidInput: ``document_tokens_beyond``, with the first such document.
    """
    if not limit:
        return
    counts = model.count(texts) if isinstance(model, LongReranker) else map(estimate, texts)
    for position, tokens in enumerate(counts, start=1):
        if tokens > limit:
            raise InvalidInput(
                "document_tokens_beyond", position=position, tokens=tokens, limit=limit
            )


def longest_of(model: Reranker) -> int | None:
    """Return the most tokens of a prompt that is read whole; None where ``model`` is not told."""
    return model.longest if isinstance(model, LongReranker) else None


def extract_notices(read: Sequence[TextRead], long: LongDocuments) -> tuple[Notice, ...]:
    """Return what was left out by extracts, and of how many long documents none could be made."""
    if not long.extract:
        return ()
    made = [one.extract for one in read if one.extract]
    without = sum(is_long(one.text) and one.extract is None for one in read)
    told = []
    if made:
        told.append(
            Notice(
                "extracted",
                {
                    "count": len(made),
                    "documents": len(read),
                    "characters": sum(one.characters for one in made),
                    "of_characters": sum(one.of_characters for one in made),
                    "kept": sum(one.kept for one in made),
                    "paragraphs": sum(one.paragraphs for one in made),
                },
            )
        )
    if without:
        told.append(Notice("extract_empty", {"count": without}))
    return tuple(told)
