"""The embedded multilingual-e5-small: texts are encoded here, vectors come from the model host."""

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from workbench.domain.errors import InvalidInput
from workbench.domain.ports import BATCH, INTERACTIVE, EmbedderInfo, Vectors
from workbench.models.client import ModelHost
from workbench.models.e5_file import E5File
from workbench.models.e5_tokenizer import E5Tokenizer
from workbench.models.embedding_calls import EmbeddingCalls
from workbench.models.requests import ModelRequest

NAME = "multilingual-e5-small"


class HostEmbedder:
    """Embeds queries and passages with the prefixes that the model was trained with.

    The key of its vectors names no number format: which one the host chooses depends on the
    processor, and what it chooses among is close enough to lie side by side (``E5Body`` says how
    close). So a library that moves to another machine keeps its vectors.

    Source: "query: " and "passage: ", card of intfloat/multilingual-e5-small.
    """

    def __init__(self, host: ModelHost, weights: Path, *, device: str | None = None) -> None:
        self._weights = weights
        self._calls = EmbeddingCalls(host, ModelRequest("embedder", "e5", weights, device=device))
        self._lock = threading.Lock()

    @property
    def info(self) -> EmbedderInfo:
        """Return which model this is, from the weight file alone.

        Raises:
            Unavailable: ``embedder_missing`` or ``weights_damaged``.
        """
        with self._lock:
            return self._info

    def embed_queries(self, texts: Sequence[str], *, priority: int = INTERACTIVE) -> Vectors:
        """Return one vector a query, in the order given.

        Raises:
            InvalidInput: ``text_empty`` where a text has nothing to read.
            Unavailable: The weights are missing or the model host failed.
            Busy: ``queue_full``.
        """
        return self._embed("query: ", texts, priority, exact=True)

    def embed_passages(self, texts: Sequence[str], *, priority: int = BATCH) -> Vectors:
        """Return one vector a passage, in the order given; raises as ``embed_queries`` does."""
        return self._embed("passage: ", texts, priority, exact=False)

    def _embed(self, prefix: str, texts: Sequence[str], priority: int, *, exact: bool) -> Vectors:
        require_texts(texts)
        dim = self.info.dim
        with self._lock:
            tokenizer = self._tokenizer
        ids = tokenizer.encode([prefix + text for text in texts])
        return Vectors(dim, self._calls.vectors(ids, 4 * dim, priority, exact=exact))

    # Both are made once, and only under the lock: opening takes 0.2 seconds, the tokenizer one.
    @cached_property
    def _info(self) -> EmbedderInfo:
        file = E5File(self._weights)
        return EmbedderInfo(name=NAME, revision=file.revision(), dim=file.shape.hidden)

    @cached_property
    def _tokenizer(self) -> E5Tokenizer:
        return E5Tokenizer(E5File(self._weights).vocabulary)


def require_texts(texts: Sequence[str]) -> None:
    """Return when every text has something to read.

    Raises:
        InvalidInput: ``text_empty`` with the position of the first that has not.
    """
    for position, text in enumerate(texts):
        if not text.strip():
            raise InvalidInput("text_empty", position=position)
