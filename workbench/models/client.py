"""Speaks to the model host: starts it, sends one call at a time, replaces it when it fails."""

import atexit
import threading
import time
from collections.abc import Mapping
from typing import Any

from workbench.domain.errors import Unavailable, WorkbenchError, revive
from workbench.domain.ports import INTERACTIVE
from workbench.models.child import FAILED, Child
from workbench.models.frames import Header
from workbench.models.line import CLOSED, Call, Line
from workbench.models.requests import (
    HostPlacement,
    HostStats,
    ModelLoad,
    ModelRequest,
    Reply,
    Role,
)
from workbench.models.watchdog import FLOOR

ATTEMPTS = 3
"""A call is made again twice when the host dies under it."""


class ModelHost:
    """One child process behind one queue, for any number of threads.

    Nothing is started before the first call. Interactive calls overtake batch calls, so large work
    should come in many small calls. Answers that came before a failure are with their callers, so a
    restart repeats only the call in flight; the models that calls need are loaded again on demand.
    """

    def __init__(
        self,
        threads: int = 0,
        *,
        queue_limit: int = 256,
        call_seconds: float = 900.0,
        load_seconds: float = 900.0,
        stall_seconds: float = FLOOR,
    ) -> None:
        """Take limits: calls that may wait, and seconds of the longest call and load.

        Without a sign of life for ``stall_seconds``, or longer where a layer takes long, the host
        is replaced and the call made again.
        """
        self._threads = threads
        self._call_seconds = call_seconds
        self._load_seconds = load_seconds
        self._stall_seconds = stall_seconds
        self._line = Line(queue_limit)
        self._lock = threading.RLock()
        self._worker: threading.Thread | None = None
        self._child: Child | None = None
        self._starts = self._stalls = self._calls = self._tokens = 0
        self._compute_seconds = 0.0
        self._computing = False
        self._loaded: dict[Role, ModelRequest] = {}
        self._beating: set[Role] = set()
        self._loads: tuple[ModelLoad, ...] = ()
        self._last_lines: tuple[str, ...] = ()
        self._gflops: float | None = None
        self._placement: HostPlacement | None = None

    def call(
        self,
        op: str,
        header: Mapping[str, Any] | None = None,
        payload: bytes = b"",
        *,
        model: ModelRequest | None = None,
        priority: int = INTERACTIVE,
        deadline: float | None = None,
    ) -> Reply:
        """Return the host's answer, with ``model`` loaded before it.

        ``deadline`` is a ``time.monotonic()``. A call that still computes then is ended with its
        process; a model that is still being loaded goes on loading for those that come later.

        Raises:
            Busy: ``queue_full``.
            DeadlineExceeded: ``answer_too_late``.
            Unavailable: ``model_host_failed`` after three attempts, ``model_host_closed``, or what
                the host answered.
            InvalidInput: What the host refused.
        """
        call = Call({**(header or {}), "op": op}, payload, model, deadline)
        self._line.put(call, priority)
        self._require_worker()
        return call.outcome()

    def load(
        self, model: ModelRequest, *, priority: int = INTERACTIVE, deadline: float | None = None
    ) -> ModelLoad:
        """Return the model's load, loading it where it is not in memory."""
        self.call("ping", model=model, priority=priority, deadline=deadline)
        with self._lock:
            return next(load for load in reversed(self._loads) if load.role == model.role)

    def gflops(self) -> float:
        """Return the rate of this machine's matrix products in 10^9 operations a second.

        Measured once, in the host, on the device and in the format that a reranker would have.
        """
        if self._gflops is None:
            self._gflops = float(self.call("speed").header["gflops"])
        return self._gflops

    def placement(self) -> HostPlacement:
        """Return where this machine's models run, asked once; starts the host, loads no model."""
        if self._placement is None:
            told = self.call("hello").header
            self._placement = HostPlacement(
                told["device"], told["dtype"], told["card"], told["kernel"]
            )
        return self._placement

    @property
    def pid(self) -> int | None:
        """Return the child's process number; None where none runs."""
        child = self._child
        return child.pid if child and child.alive else None

    def stats(self) -> HostStats:
        """Return what the host has done so far; starts nothing."""
        with self._lock:
            lines = self._child.last_lines if self._child else self._last_lines
            return HostStats(
                alive=self.pid is not None,
                pid=self.pid,
                computing=self._computing,
                waiting=len(self._line),
                restarts=max(self._starts - 1, 0),
                stalls=self._stalls,
                calls=self._calls,
                tokens=self._tokens,
                compute_seconds=self._compute_seconds,
                device=self._loads[-1].device if self._loads else None,
                loads=self._loads,
                last_lines=lines,
            )

    def close(self) -> None:
        """End the child and fail every call that waits; nothing can be called after it."""
        atexit.unregister(self.close)
        self._line.close()
        with self._lock:
            child, worker = self._child, self._worker
        if child:
            child.stop()
        if worker and worker is not threading.current_thread():
            worker.join()

    def _require_worker(self) -> None:
        with self._lock:
            if self._worker is None:
                atexit.register(self.close)
                self._worker = threading.Thread(target=self._work, name="models", daemon=True)
                self._worker.start()

    def _work(self) -> None:
        while (call := self._line.take()) is not None:
            try:
                call.reply = self._answered(call)
            except WorkbenchError as error:
                call.error = error
            except Exception as error:  # noqa: BLE001 the caller raises it as a typed error
                call.error = Unavailable("model_error", detail=f"{type(error).__name__}: {error}")
            finally:
                call.finished.set()
        self._drop_child()

    def _answered(self, call: Call) -> Reply:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._attempt(call)
            except Unavailable as error:
                if error.code != FAILED:
                    raise
                self._drop_child()
                if attempt == ATTEMPTS or self._line.closed:
                    raise Unavailable(FAILED, **{**error.params, "attempts": attempt}) from error
        raise Unavailable(CLOSED)

    def _attempt(self, call: Call) -> Reply:
        child = self._running_child()
        beats = bool(call.model and self._require_model(child, call.model))
        started = time.monotonic()
        seconds = call.seconds_left(self._call_seconds)
        header, payload = self._exchange(child, call.header, call.payload, seconds, beats)
        compute = time.monotonic() - started
        with self._lock:
            self._calls += 1
            self._tokens += sum(call.header.get("lengths", ()))
            self._compute_seconds += compute
        return Reply(header, payload, max(started - call.submitted, 0.0), compute)

    def _require_model(self, child: Child, model: ModelRequest) -> bool:
        """Return, with the model loaded, whether it gives signs of life while it computes."""
        if self._loaded.get(model.role) != model:
            self._loaded.pop(model.role, None)
            # Reading weights gives no sign of life, and has a limit of its own.
            answer, _ = self._exchange(child, model.header(), b"", self._load_seconds)
            with self._lock:
                self._loaded[model.role] = model
                self._loads = (*self._loads, ModelLoad.of(model, answer))
            (self._beating.add if answer.get("beats") else self._beating.discard)(model.role)
        return model.role in self._beating

    def _exchange(
        self, child: Child, header: Header, payload: bytes, seconds: float, beats: bool = False
    ) -> tuple[Header, bytes]:
        self._computing = True
        try:
            answer, data = child.exchange(header, payload, seconds, beats=beats)
        finally:
            self._computing = False
            self._stalls += child.stalled
        if "error" in answer:
            error = answer["error"]
            raise revive(error["kind"], error["code"], error["params"])
        return answer, data

    def _running_child(self) -> Child:
        with self._lock:
            if self._line.closed:
                raise Unavailable(CLOSED)
            if self._child and self._child.alive:
                return self._child
            self._drop_child()
            self._child = Child(self._threads, stall_seconds=self._stall_seconds)
            self._starts += 1
            return self._child

    def _drop_child(self) -> None:
        with self._lock:
            child, self._child = self._child, None
            self._loaded.clear()
        if child:
            child.stop()
            child.release()
            self._last_lines = child.last_lines
