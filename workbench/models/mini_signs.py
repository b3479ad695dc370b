"""The embedded reranker behind the model host: texts in, logits and vectors out."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from workbench.domain.errors import Unavailable
from workbench.domain.ports import INTERACTIVE
from workbench.models.client import ModelHost
from workbench.models.e5_file import E5File
from workbench.models.e5_tokenizer import E5Tokenizer
from workbench.models.mini_head import MiniHead, read_head
from workbench.models.requests import ModelRequest
from workbench.models.token_ids import pack_ids

FOLDER = Path(__file__).with_name("mini_weights")
"""Where the weights lie that the workbench carries."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class MiniReply:
    """What the host found: a unit vector of the question, and of each passage, as rows.

    ``relevance`` and ``criterion`` are logits, one a passage.
    """

    question: Floats
    passages: Floats
    relevance: Floats
    criterion: Floats


class HostMini:
    """Asks the host with the prefixes that the body was trained with, as ``HostEmbedder`` does."""

    def __init__(
        self, host: ModelHost, body: Path, folder: Path = FOLDER, *, device: str | None = None
    ) -> None:
        self._host = host
        self._body = body
        self._request = ModelRequest("reranker", "mini", folder, device=device, body=body)
        self._folder = folder
        self._lock = threading.Lock()

    @property
    def head(self) -> MiniHead:
        """Return what the weights say of themselves.

        Raises:
            Unavailable: ``mini_missing`` or ``weights_damaged``.
        """
        with self._lock:
            return self._head

    def read(
        self,
        query: str,
        instruction: str,
        passages: Sequence[str],
        *,
        priority: int = INTERACTIVE,
        deadline: float | None = None,
    ) -> MiniReply:
        """Return what the model makes of passages that have something to read.

        Without an instruction its logits are 0.

        Raises:
            Unavailable: The weights or the model host failed.
            DeadlineExceeded: ``answer_too_late``.
            Busy: ``queue_full``.
        """
        with self._lock:
            tokenizer = self._tokenizer
        asked = [f"query: {query}", *([f"query: {instruction}"] if instruction else [])]
        ids = tokenizer.encode([*asked, *(f"passage: {text}" for text in passages)])
        lengths, payload = pack_ids(ids)
        reply = self._host.call(
            "read",
            {"lengths": lengths, "instructed": bool(instruction)},
            payload,
            model=self._request,
            priority=priority,
            deadline=deadline,
        )
        width = 2 + int(reply.header["dim"])
        rows = np.frombuffer(reply.payload, "<f4")
        if len(rows) != (1 + len(passages)) * width:
            raise Unavailable("model_error", detail=f"{len(rows)} numbers for {len(passages)}")
        rows = rows.reshape(-1, width)
        return MiniReply(rows[0, 2:], rows[1:, 2:], rows[1:, 0], rows[1:, 1])

    @cached_property
    def _head(self) -> MiniHead:
        return read_head(self._folder)

    @cached_property
    def _tokenizer(self) -> E5Tokenizer:
        return E5Tokenizer(E5File(self._body).vocabulary)
