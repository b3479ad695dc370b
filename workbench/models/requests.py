"""What the model host is asked and what comes back, as values."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from workbench.models.frames import Header

Role: TypeAlias = Literal["embedder", "reranker"]
Kind: TypeAlias = Literal["e5", "qwen3", "cross_encoder", "mini"]


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """A model to be loaded before a call; None leaves the choice to the host's policy.

    ``yes`` and ``no`` are the answers' token ids and ``budget`` the most padded tokens in one pass;
    only a reranker reads them. ``body`` is the weight file of the e5 that mini reads with.
    """

    role: Role
    kind: Kind
    path: Path
    device: str | None = None
    dtype: str | None = None
    revision: str | None = None
    yes: int | None = None
    no: int | None = None
    budget: int | None = None
    body: Path | None = None

    def header(self) -> Header:
        """Return the frame's header that loads it."""
        given: Header = {
            "device": self.device,
            "dtype": self.dtype,
            "revision": self.revision,
            "yes": self.yes,
            "no": self.no,
            "budget": self.budget,
            "body": None if self.body is None else str(self.body.expanduser().absolute()),
        }
        path = str(self.path.expanduser().absolute())
        chosen = {name: value for name, value in given.items() if value is not None}
        return {"op": "load", "role": self.role, "kind": self.kind, "path": path, **chosen}


@dataclass(frozen=True, slots=True)
class ModelLoad:
    """A model that was loaded; ``seconds`` is what loading took, without the host's own start."""

    role: Role
    kind: Kind
    device: str
    dtype: str
    seconds: float
    parameters: int
    revision: str | None
    max_positions: int

    @classmethod
    def of(cls, request: ModelRequest, answer: Header) -> "ModelLoad":
        """Return what the host answered to ``request``."""
        return cls(
            role=request.role,
            kind=request.kind,
            device=answer["device"],
            dtype=answer["dtype"],
            seconds=answer["load_seconds"],
            parameters=answer["parameters"],
            revision=answer["revision"],
            max_positions=answer["max_positions"],
        )


@dataclass(frozen=True, slots=True)
class HostPlacement:
    """Where the host computes by its own choice, in which format, on which card if any.

    ``kernel`` says whether that card has a kernel for prompts in one row.
    """

    device: str
    dtype: str
    card: str
    kernel: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; queue seconds are all but computing: waiting, starting, loading, trying again."""

    header: Header
    payload: bytes
    queue_seconds: float
    compute_seconds: float


@dataclass(frozen=True, slots=True)
class HostStats:
    """The model host at one moment; ``loads`` only grows, so what is new stands at its end.

    ``stalls`` counts how often a process was ended because it gave no more sign of life.
    """

    alive: bool
    pid: int | None
    computing: bool
    waiting: int
    restarts: int
    stalls: int
    calls: int
    tokens: int
    compute_seconds: float
    device: str | None
    loads: tuple[ModelLoad, ...]
    last_lines: tuple[str, ...]
