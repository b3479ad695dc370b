"""The embedded multilingual-e5-small: texts are encoded here, vectors come from the model host."""

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from workbench.domain.errors import InvalidInput, Unavailable
from workbench.domain.ports import BATCH, INTERACTIVE, EmbedderInfo, Vectors
from workbench.models.client import ModelHost
from workbench.models.e5_file import E5File
from workbench.models.e5_tokenizer import E5Tokenizer
from workbench.models.requests import ModelRequest
from workbench.models.token_ids import batches_of, pack_ids

NAME = "multilingual-e5-small"
FRAME_TEXTS, FRAME_TOKENS = 16, 2048
"""Most texts and tokens in one call: what an interactive call has to wait for."""


class HostEmbedder:
    """Embeds queries and passages with the prefixes that the model was trained with.

    Source: "query: " and "passage: ", card of intfloat/multilingual-e5-small.
    """

    def __init__(self, host: ModelHost, weights: Path, *, device: str | None = None) -> None:
        self._host = host
        self._weights = weights
        self._model = ModelRequest("embedder", "e5", weights, device=device)
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
        return self._embed("query: ", texts, priority)

    def embed_passages(self, texts: Sequence[str], *, priority: int = BATCH) -> Vectors:
        """Return one vector a passage, in the order given; raises as ``embed_queries`` does."""
        return self._embed("passage: ", texts, priority)

    def _embed(self, prefix: str, texts: Sequence[str], priority: int) -> Vectors:
        for position, text in enumerate(texts):
            if not text.strip():
                raise InvalidInput("text_empty", position=position)
        width = 4 * self.info.dim
        with self._lock:
            tokenizer = self._tokenizer
        ids = tokenizer.encode([prefix + text for text in texts])
        rows = [b""] * len(texts)
        for batch in batches_of([len(i) for i in ids], FRAME_TOKENS, FRAME_TEXTS):
            data = self._vectors([ids[i] for i in batch], width, priority)
            for place, position in enumerate(batch):
                rows[position] = data[place * width : (place + 1) * width]
        return Vectors(dim=self.info.dim, data=b"".join(rows))

    def _vectors(self, ids: list[list[int]], width: int, priority: int) -> bytes:
        lengths, payload = pack_ids(ids)
        header = {"lengths": lengths}
        reply = self._host.call("embed", header, payload, model=self._model, priority=priority)
        if len(reply.payload) != width * len(ids):
            raise Unavailable("model_error", detail=f"{len(reply.payload)} bytes of vectors")
        return reply.payload

    # Both are made once, and only under the lock: opening takes 0.2 seconds, the tokenizer one.
    @cached_property
    def _info(self) -> EmbedderInfo:
        file = E5File(self._weights)
        return EmbedderInfo(name=NAME, revision=file.revision(), dim=file.shape.hidden)

    @cached_property
    def _tokenizer(self) -> E5Tokenizer:
        return E5Tokenizer(E5File(self._weights).vocabulary)
