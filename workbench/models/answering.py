"""What the model host answers to each operation, with the models it has loaded."""

import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import torch
import transformers

from workbench.domain.errors import InvalidInput, Unavailable
from workbench.models.cross_encoder import CrossEncoderBody
from workbench.models.device import (
    Placement,
    best_device,
    card_name,
    is_out_of_memory,
    place,
    release_memory,
)
from workbench.models.e5 import E5Body
from workbench.models.eight_bits import eight_bits_pay
from workbench.models.frames import Header
from workbench.models.heartbeat import Heartbeat, Send
from workbench.models.mini import MiniBody
from workbench.models.qwen3 import BUDGET, Answers, Qwen3Body
from workbench.models.qwen3_states import Qwen3StatesBody
from workbench.models.speed import measured_gflops
from workbench.models.token_ids import unpack_ids
from workbench.models.varlen import varlen_kernel

Answer: TypeAlias = tuple[Header, bytes]


class Answering:
    """Holds at most one embedder and one reranker; loading another replaces the one before."""

    def __init__(self, threads: int, beat: Send | None = None) -> None:
        torch.set_num_threads(threads)
        self._heart = Heartbeat(beat) if beat else Heartbeat()
        self._rates: dict[Placement, float] = {}
        self._embedder: E5Body | Qwen3StatesBody | None = None
        self._reranker: Qwen3Body | CrossEncoderBody | MiniBody | None = None
        self._operations: dict[str, Callable[[Header, bytes], Answer]] = {
            "hello": self._hello,
            "ping": self._ping,
            "speed": self._speed,
            "load": self._load,
            "embed": self._embed,
            "odds": self._odds,
            "read": self._read,
        }

    def answer(self, header: Header, payload: bytes) -> Answer:
        """Return the answer to one frame.

        Raises:
            InvalidInput: ``operation_unknown``, or what the operation refuses.
            Unavailable: ``not_loaded``, ``out_of_memory``, or what the model refuses.
        """
        operation = self._operations.get(str(header.get("op")))
        if operation is None:
            raise InvalidInput("operation_unknown", op=str(header.get("op")))
        try:
            return operation(header, payload)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
        release_memory(place().device)
        raise Unavailable("out_of_memory", tokens=sum(header.get("lengths", [])))

    def _hello(self, header: Header, payload: bytes) -> Answer:
        placement = place()
        versions = {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "transformers": transformers.__version__,
        }
        return {
            "versions": versions,
            "device": placement.device,
            "dtype": placement.dtype,
            "card": card_name(placement.device),
            "kernel": varlen_kernel(placement) is not None,
            "threads": torch.get_num_threads(),
        }, b""

    def _ping(self, header: Header, payload: bytes) -> Answer:
        return {}, b""

    def _speed(self, header: Header, payload: bytes) -> Answer:
        placement = place()
        return {
            "gflops": self._rate(placement),
            "device": placement.device,
            "dtype": placement.dtype,
        }, b""

    def _rate(self, placement: Placement) -> float:
        if placement not in self._rates:
            self._rates[placement] = measured_gflops(placement)
        return self._rates[placement]

    def _load(self, header: Header, payload: bytes) -> Answer:
        started = time.perf_counter()
        # The name is not looked up freely, so that no frame can reach another class.
        load = {
            ("embedder", "e5"): self._load_embedder,
            ("embedder", "qwen3"): self._load_embedder,
            ("reranker", "qwen3"): self._load_reranker,
            ("reranker", "cross_encoder"): self._load_reranker,
            ("reranker", "mini"): self._load_mini,
        }
        kind = (str(header.get("role")), str(header.get("kind")))
        if kind not in load:
            raise InvalidInput("model_kind_unknown", role=kind[0], kind=kind[1])
        answer = load[kind](header)
        return {**answer, "load_seconds": time.perf_counter() - started}, b""

    def _load_embedder(self, header: Header) -> Header:
        # The old one goes first, as with rerankers.
        self._embedder = None
        body = _embedder(header)
        placement = body.placement
        self._embedder = body
        return {
            "device": placement.device,
            "dtype": body.dtype,
            "parameters": body.parameters,
            "revision": body.revision or header.get("revision"),
            "dim": body.dim,
            "max_positions": body.max_positions,
        }

    def _load_reranker(self, header: Header) -> Header:
        placement = place(header.get("device"), header.get("dtype"))
        # The old one goes first: two do not fit on a small card.
        self._reranker = None
        release_memory(placement.device)
        body = _reranker(header, placement, self._heart)
        self._heart.rate = self._rate(placement)
        self._reranker = body
        return {
            "device": placement.device,
            "dtype": placement.dtype,
            "parameters": body.parameters,
            "revision": header.get("revision"),
            "attention": body.strategy,
            "beats": body.beats,
            "max_positions": body.max_positions,
        }

    def _load_mini(self, header: Header) -> Header:
        self._reranker = None
        body = self._body(Path(header["body"]), header)
        self._reranker = MiniBody(Path(header["path"]), body)
        return {
            "device": body.placement.device,
            "dtype": body.dtype,
            "parameters": self._reranker.parameters,
            "revision": self._reranker.revision,
            "max_positions": body.max_positions,
        }

    def _body(self, path: Path, header: Header) -> E5Body:
        """Return the embedder where it is that e5, so that its weights are in memory once."""
        if isinstance(self._embedder, E5Body) and self._embedder.path == path:
            return self._embedder
        placement, eight_bits = _embedding_placement(header)
        return E5Body(path, placement, eight_bits=eight_bits)

    def _embed(self, header: Header, payload: bytes) -> Answer:
        if self._embedder is None:
            raise Unavailable("not_loaded", role="embedder")
        texts = unpack_ids(header["lengths"], payload)
        vectors = self._embedder.embed(texts, exact=bool(header.get("exact")))
        return {"dim": self._embedder.dim}, vectors.astype("<f4").tobytes()

    def _odds(self, header: Header, payload: bytes) -> Answer:
        if self._reranker is None or isinstance(self._reranker, MiniBody):
            raise Unavailable("not_loaded", role="reranker")
        before = self._reranker.computed
        prompts = unpack_ids(header["lengths"], payload)
        scored = self._reranker.scored(prompts, header.get("groups", ()))
        failed = [
            [position, type(error).__name__, error.code, error.params]
            for position, error in sorted(scored.failed.items())
        ]
        answer = {"failed": failed, "computed": self._reranker.computed - before}
        return answer, scored.log_odds.astype("<f8").tobytes()

    def _read(self, header: Header, payload: bytes) -> Answer:
        if not isinstance(self._reranker, MiniBody):
            raise Unavailable("not_loaded", role="reranker")
        before = self._reranker.computed
        question, *texts = unpack_ids(header["lengths"], payload)
        instruction = texts.pop(0) if header["instructed"] else None
        rows = self._reranker.read(question, instruction, texts)
        computed = self._reranker.computed - before
        return {"dim": rows.shape[1] - 2, "computed": computed}, rows.astype("<f4").tobytes()


def _embedder(header: Header) -> E5Body | Qwen3StatesBody:
    path = Path(header["path"])
    if header["kind"] == "qwen3":
        return Qwen3StatesBody(path, place(header.get("device"), header.get("dtype") or "float32"))
    placement, eight_bits = _embedding_placement(header)
    return E5Body(path, placement, eight_bits=eight_bits)


def _embedding_placement(header: Header) -> tuple[Placement, bool]:
    """Return where e5 runs, and whether in eight bits.

    On a processor in bfloat16 where it multiplies that in hardware, else in eight bits where they
    are quicker. A card is quick enough in float32.
    """
    device, asked = header.get("device") or best_device(), header.get("dtype")
    on_processor = device == "cpu"
    if asked == "int8" and on_processor:
        return place(device, "float32"), True
    chosen = place(device, asked or (None if on_processor else "float32"))
    return chosen, asked is None and chosen == Placement("cpu", "float32") and eight_bits_pay()


def _reranker(
    header: Header, placement: Placement, heart: Heartbeat
) -> Qwen3Body | CrossEncoderBody:
    folder, budget = Path(header["path"]), header.get("budget", BUDGET)
    if header["kind"] == "cross_encoder":
        return CrossEncoderBody(folder, placement, budget, heart=heart)
    answers = Answers(**{name: header[name] for name in ("yes", "no") if name in header})
    return Qwen3Body(folder, placement, answers, budget, heart=heart)
