"""Qwen3-Embedding where its weights are: texts are encoded here, vectors come from the host."""

import threading
from collections.abc import Sequence
from functools import cached_property

from workbench.domain.errors import Unavailable
from workbench.domain.ports import BATCH, INTERACTIVE, EmbedderInfo, Vectors
from workbench.models.client import ModelHost
from workbench.models.configuration import position_limit, read_config
from workbench.models.embedder import require_texts
from workbench.models.embedding_calls import EmbeddingCalls
from workbench.models.qwen3_tokenizer import Qwen3Tokenizer
from workbench.models.requests import ModelRequest
from workbench.models.weights import Weights

TASK = "Given a web search query, retrieve relevant passages that answer the query"
QUERY = f"Instruct: {TASK}\nQuery:"
"""Source: ``get_detailed_instruct`` and the task on the card of Qwen/Qwen3-Embedding-0.6B."""
END = "<|endoftext|>"
"""Closes every text; its state is the vector."""
LONGEST = 8192
"""Tokens after which a text is cut off. Source: the card's ``max_length``."""


class Qwen3Embedder:
    """Embeds questions under an instruction and passages as they are.

    It is always run in float32: its vectors are kept for years under a key without a number format,
    and how near those of another one lie has not been measured.
    """

    def __init__(
        self, host: ModelHost, weights: Weights, name: str, *, device: str | None = None
    ) -> None:
        """Take weights and what the model is called."""
        self._weights = weights
        self._name = name
        request = ModelRequest(
            "embedder",
            "qwen3",
            weights.folder,
            device=device,
            dtype="float32",
            revision=weights.revision,
        )
        self._calls = EmbeddingCalls(host, request)
        self._lock = threading.Lock()

    @property
    def info(self) -> EmbedderInfo:
        """Return which model this is, from its configuration alone.

        Raises:
            Unavailable: ``model_incomplete`` or ``weights_damaged``.
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
        return self._embed(QUERY, texts, priority)

    def embed_passages(self, texts: Sequence[str], *, priority: int = BATCH) -> Vectors:
        """Return one vector a passage, in the order given; raises as ``embed_queries`` does."""
        return self._embed("", texts, priority)

    def _embed(self, before: str, texts: Sequence[str], priority: int) -> Vectors:
        require_texts(texts)
        dim = self.info.dim
        with self._lock:
            tokenizer, (end, room) = self._tokenizer, self._frame
        ids = [[*found[:room], end] for found in tokenizer.encode([before + t for t in texts])]
        return Vectors(dim, self._calls.vectors(ids, 4 * dim, priority, exact=True))

    @cached_property
    def _info(self) -> EmbedderInfo:
        dim = read_config(self._weights.folder).get("hidden_size")
        if not isinstance(dim, int) or dim < 1:
            file = str(self._weights.folder / "config.json")
            raise Unavailable("weights_damaged", file=file, detail=f"hidden_size {dim!r}")
        return EmbedderInfo(name=self._name, revision=self._weights.revision, dim=dim)

    @cached_property
    def _tokenizer(self) -> Qwen3Tokenizer:
        return Qwen3Tokenizer(self._weights.folder)

    @cached_property
    def _frame(self) -> tuple[int, int]:
        """Return the closing token, and how many fit before it."""
        (end,) = self._tokenizer.encode_controls(END)
        return end, min(LONGEST, position_limit(self._weights.folder) or LONGEST) - 1
