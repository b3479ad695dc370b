"""The child process that alone imports torch: frames with token ids in, frames with numbers out.

It reads one frame at a time from standard input and answers each on standard output:

    hello {}                                      -> {versions, device, dtype, card, …}
    ping {}                                       -> {}
    speed {}                                      -> {gflops, device, dtype}
    load {role, kind, path, device, dtype, …}     -> {load_seconds, device, dtype, parameters, …}
    embed {lengths, exact} + ids int32            -> {dim} + rows float32, of unit length
    odds {lengths, groups} + ids int32            -> {failed, computed} + log-odds float64
    read {instructed, lengths} + ids int32        -> {dim, computed} + rows float32

Groups are the sizes of runs of prompts that begin alike. What failed are [position, kind, code,
params] of each prompt without a number, NaN; computed counts the tokens that the model was given.

The first text of ``read`` is a question, the second an instruction where ``instructed``. The rows
of the question and of each passage are two logits and a vector.

Before the answer, from the thread that computes, a model whose load says beats sends frames without
a payload: {beat: 10^9 operations of the largest layer, rate: 10^9 a second that this machine does}.
One comes when a pass through the model begins, and others after layers.

A failure is answered as {"error": {kind, code, params}}. The process ends with its input.
"""

import argparse
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from queue import SimpleQueue
from typing import BinaryIO, TypeAlias

from workbench.domain.errors import WorkbenchError
from workbench.models.frames import ENDED, Header, read_frame, write_frame

Answerer: TypeAlias = Callable[[Header, bytes], tuple[Header, bytes]]
Waiting: TypeAlias = "SimpleQueue[tuple[Header, bytes] | None]"


def main(arguments: list[str] | None = None) -> int:
    """Answer frames until standard input ends; the exit status is 0."""
    parser = argparse.ArgumentParser(prog="workbench.models.host")
    parser.add_argument("--threads", type=int, default=0, help="0 means the cores of this machine")
    threads = parser.parse_args(arguments).threads or available_cores()
    # The terminal sends Ctrl-C to the whole group; when to end is the parent's decision.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, answers = _own_streams()
    _quiet_environment(threads)
    # Only here, so that the settings above hold for torch, and importing this module stays light.
    from workbench.models.answering import Answering

    # Nobody is left to read an answer once the parent is gone, so none is computed to its end.
    answering = Answering(threads, beat=lambda header: write_frame(answers, header))
    serve(requests, answers, answering.answer, at_end=lambda: os._exit(0))
    return 0


def serve(
    requests: BinaryIO,
    answers: BinaryIO,
    answer: Answerer,
    at_end: Callable[[], None] = lambda: None,
) -> None:
    """Answer every frame in turn until ``requests`` ends.

    A thread reads ahead and calls ``at_end`` as soon as nothing more can come, so that the end of
    the parent is noticed while the model computes.
    """
    waiting: Waiting = SimpleQueue()
    threading.Thread(target=_read_ahead, args=(requests, waiting, at_end), daemon=True).start()
    while (frame := waiting.get()) is not None:
        write_frame(answers, *answered(answer, *frame))


def answered(answer: Answerer, header: Header, payload: bytes) -> tuple[Header, bytes]:
    """Return the answer, or the error as a header where there is none."""
    try:
        return answer(header, payload)
    except WorkbenchError as error:
        return _refusal(type(error).__name__, error.code, dict(error.params)), b""
    except Exception as error:  # noqa: BLE001 the parent raises it as a typed error
        traceback.print_exc()
        detail = f"{type(error).__name__}: {error}"[:300]
        return _refusal("Unavailable", "model_error", {"detail": detail}), b""


def _refusal(kind: str, code: str, params: Header) -> Header:
    return {"error": {"kind": kind, "code": code, "params": params}}


def available_cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _read_ahead(requests: BinaryIO, waiting: Waiting, at_end: Callable[[], None]) -> None:
    try:
        while True:
            waiting.put(read_frame(requests))
    except WorkbenchError as error:
        if error.code != ENDED or error.params["received"]:
            sys.stderr.write(f"{error}\n")
    at_end()
    waiting.put(None)


def _own_streams() -> tuple[BinaryIO, BinaryIO]:
    # Whatever a library prints goes to standard error and cannot break a frame.
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.stdout = sys.stderr
    return requests, answers


def _quiet_environment(threads: int) -> None:
    os.environ.update(
        {
            "HF_HUB_OFFLINE": "1",
            "TRANSFORMERS_OFFLINE": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "DO_NOT_TRACK": "1",
            "TQDM_DISABLE": "1",
            "TOKENIZERS_PARALLELISM": "false",
            "TRANSFORMERS_VERBOSITY": "error",
            "OMP_NUM_THREADS": str(threads),
            # Waiting threads sleep: spinning ones starve every other process of a small machine.
            "OMP_WAIT_POLICY": "PASSIVE",
        }
    )


if __name__ == "__main__":
    sys.exit(main())
