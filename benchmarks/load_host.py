"""The model host, counting its calls and, once told to, running out of memory for one pass.

Started in place of ``workbench.models.host`` by ``load_server``. In the folder that the variable
``LOAD_BENCH_FOLDER`` names it writes a line a call into ``calls.txt`` and its process number into
``host.txt``; a file ``out_of_memory`` there makes the next pass through the model ask for more
memory than any machine has, so that the error is torch's own.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from workbench.models import host
from workbench.models.frames import Header

FOLDER = "LOAD_BENCH_FOLDER"
TRIGGER, CALLS, PROCESS = "out_of_memory", "calls.txt", "host.txt"


def watched(answer: host.Answerer, folder: Path) -> host.Answerer:
    """Return ``answer`` with a line in ``calls.txt`` for every call that computes."""
    armed = False

    def answering(header: Header, payload: bytes) -> tuple[Header, bytes]:
        nonlocal armed
        if header.get("op") == "load" and header.get("role") == "reranker":
            # The model card's numbers are compared in float32, whatever this processor prefers.
            header = {**header, "dtype": "float32"}
        if header.get("op") == "odds" and not armed:
            armed = True
            arm(folder)
        started = time.perf_counter()
        answered = answer(header, payload)
        if header.get("op") == "hello":
            # Scores are kept only of a model that lies where this says that it will.
            answered = {**answered[0], "dtype": "float32"}, answered[1]
        if header.get("op") in ("odds", "embed"):
            spent = time.perf_counter() - started
            line = f"{header['op']} {len(header['lengths'])} {sum(header['lengths'])} {spent:.4f}\n"
            with (folder / CALLS).open("a", encoding="ascii") as file:
                file.write(line)
        return answered

    return answering


def arm(folder: Path) -> None:
    """Let one pass of the loaded model fail for want of memory once the trigger file appears."""
    import torch
    from transformers import Qwen3Model

    forward: Callable[..., Any] = Qwen3Model.forward

    def failing(self: Qwen3Model, *args: Any, **named: Any) -> Any:
        trigger = folder / TRIGGER
        if trigger.exists():
            trigger.unlink()
            torch.empty(2**61, dtype=torch.uint8)
        return forward(self, *args, **named)

    Qwen3Model.forward = failing  # type: ignore[method-assign]


def main() -> int:
    """Answer frames as the product's host does."""
    folder = Path(os.environ[FOLDER])
    (folder / PROCESS).write_text(str(os.getpid()), encoding="ascii")
    serve: Callable[..., None] = host.serve

    def serving(requests: BinaryIO, answers: BinaryIO, answer: host.Answerer, **named: Any) -> None:
        serve(requests, answers, watched(answer, folder), **named)

    host.serve = serving
    return host.main()


if __name__ == "__main__":
    sys.exit(main())
