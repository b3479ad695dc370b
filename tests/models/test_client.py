"""Tests of workbench.models.client."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from workbench.domain.errors import (
    Busy,
    DeadlineExceeded,
    InvalidInput,
    Unavailable,
    WorkbenchError,
)
from workbench.domain.ports import BATCH, INTERACTIVE
from workbench.models import client
from workbench.models.child import Child
from workbench.models.client import ModelHost
from workbench.models.requests import ModelRequest, Reply
from workbench.models.token_ids import pack_ids

ROOT = Path(__file__).resolve().parents[2]


def odds(host: ModelHost, model: ModelRequest, *prompts: list[int], **how) -> list[float]:
    return floats(ask(host, model, *prompts, **how))


def ask(host: ModelHost, model: ModelRequest, *prompts: list[int], **how) -> Reply:
    lengths, payload = pack_ids(prompts)
    return host.call("odds", {"lengths": lengths}, payload, model=model, **how)


def floats(reply: Reply) -> list[float]:
    return np.frombuffer(reply.payload, "<f8").tolist()


def until(true, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def in_background(work) -> tuple[threading.Thread, list]:
    """Run ``work`` in a thread; its result or its error is the one item of the list."""
    found = []

    def run() -> None:
        try:
            found.append(work())
        except WorkbenchError as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, found


@pytest.fixture
def own_host():
    made = ModelHost(threads=1, queue_limit=3)
    yield made
    made.close()


def test_nothing_is_started_before_the_first_call(own_host):
    stats = own_host.stats()
    assert (stats.alive, stats.pid, stats.device, stats.loads) == (False, None, None, ())
    assert (stats.calls, stats.tokens, stats.restarts, stats.waiting) == (0, 0, 0, 0)
    assert stats.stalls == 0


def test_models_are_loaded_on_demand_and_once(host, reranker):
    before = host.stats()
    first = ask(host, reranker, [1, 2, 3], [4])
    after = host.stats()
    assert len(floats(first)) == 2
    assert after.calls == before.calls + 1
    assert after.tokens == before.tokens + 4
    loads = [load for load in after.loads if load.role == "reranker"]
    assert (loads[-1].device, loads[-1].dtype, loads[-1].max_positions) == ("cpu", "float32", 512)
    second = ask(host, reranker, [1, 2, 3], [4])
    assert floats(second) == floats(first)
    assert host.stats().loads == after.loads
    assert host.load(reranker) == loads[-1]
    assert first.queue_seconds >= 0 < first.compute_seconds


def test_another_model_replaces_the_first(host, reranker, untied_checkpoint):
    small = ModelRequest("reranker", "qwen3", untied_checkpoint, "cpu", "float32", yes=17, no=203)
    large = odds(host, reranker, [5, 6])
    assert odds(host, small, [5, 6]) != large
    assert odds(host, reranker, [5, 6]) == large


def test_what_the_host_refuses_is_raised_here(host, reranker, tmp_path):
    with pytest.raises(InvalidInput, match="prompt_empty"):
        odds(host, reranker, [])
    with pytest.raises(Unavailable, match="weights_missing"):
        odds(host, ModelRequest("reranker", "qwen3", tmp_path), [1])
    with pytest.raises(InvalidInput, match="operation_unknown"):
        host.call("exec")
    pid = host.pid
    assert odds(host, reranker, [1])
    assert host.pid == pid, "a refusal is no failure of the host"


def test_the_rate_is_measured_once(host):
    rate = host.gflops()
    calls = host.stats().calls
    assert rate > 0
    assert host.gflops() == rate
    assert host.stats().calls == calls


def test_where_it_computes_is_asked_once_and_loads_nothing(own_host):
    placed = own_host.placement()
    assert own_host.placement() is placed
    stats = own_host.stats()
    assert (stats.calls, stats.loads) == (1, ())
    assert (placed.card == "") == (not placed.device.startswith("cuda"))


def test_interactive_calls_overtake_batches(host, reranker):
    ended = []
    slow = [list(range(1, 500))] * 30
    threads = [
        in_background(lambda n=n: ended.append((n, odds(host, reranker, *slow, priority=BATCH))))[0]
        for n in range(4)
    ]
    until(lambda: host.stats().waiting == 3)
    odds(host, reranker, [1], priority=INTERACTIVE)
    overtaken = 4 - len(ended)
    for thread in threads:
        thread.join()
    assert overtaken >= 2, "the interactive call waited for the batches"
    assert len(ended) == 4


def test_many_threads_get_their_own_answers(host, reranker):
    prompts = [[n, n + 1, n + 2] for n in range(24)]
    expected = [odds(host, reranker, p) for p in prompts]
    work = [in_background(lambda p=p: odds(host, reranker, p)) for p in prompts]
    for thread, _ in work:
        thread.join()
    assert [found[0] for _, found in work] == expected


def test_a_deadline_that_has_passed_costs_nothing(host, reranker):
    pid = host.call("ping") and host.pid
    with pytest.raises(DeadlineExceeded, match="answer_too_late"):
        odds(host, reranker, [1], deadline=time.monotonic() - 1)
    assert host.pid == pid


def test_a_closed_host_refuses(reranker):
    closed = ModelHost(threads=1)
    closed.call("ping")
    assert closed.stats().alive
    closed.close()
    closed.close()
    assert not closed.stats().alive
    with pytest.raises(Unavailable, match="model_host_closed"):
        closed.call("ping")
    ModelHost().close()


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# What follows kills and stops processes with POSIX signals.


@pytest.mark.fault
def test_a_call_survives_two_deaths_but_not_three(own_host, reranker):
    expected = odds(own_host, reranker, [1, 2, 3])
    for deaths in (1, 2, 3):
        # A stopped process cannot answer, so each death is one in the middle of a call.
        stopped = own_host.pid
        os.kill(stopped, signal.SIGSTOP)
        thread, found = in_background(lambda: odds(own_host, reranker, [1, 2, 3]))
        until(lambda: own_host.stats().computing)
        for _ in range(deaths):
            pid = own_host.pid
            os.kill(pid, signal.SIGKILL)
            until(lambda pid=pid, found=found: own_host.pid not in {None, pid} or bool(found))
        thread.join()
        if deaths < 3:
            assert found == [expected]
        else:
            assert isinstance(found[0], Unavailable)
            assert found[0].code == "model_host_failed"
            assert found[0].params["attempts"] == 3
        assert odds(own_host, reranker, [1, 2, 3]) == expected, "the next call works"
    assert own_host.stats().restarts == 6


@pytest.mark.fault
def test_a_death_between_calls_is_not_noticed_by_the_next(own_host, reranker):
    expected = odds(own_host, reranker, [4, 5])
    os.kill(own_host.pid, signal.SIGKILL)
    until(lambda: own_host.pid is None)
    assert odds(own_host, reranker, [4, 5]) == expected
    stats = own_host.stats()
    assert stats.restarts == 1
    assert len(stats.loads) == 2, "the model is loaded again"


@pytest.mark.fault
def test_a_hang_ends_at_the_deadline_and_the_next_call_works(own_host, reranker):
    expected = odds(own_host, reranker, [4, 5])
    hanging = own_host.pid
    os.kill(hanging, signal.SIGSTOP)
    with pytest.raises(DeadlineExceeded, match="answer_too_late"):
        odds(own_host, reranker, [4, 5], deadline=time.monotonic() + 0.3)
    until(lambda: not running(hanging))
    assert odds(own_host, reranker, [4, 5]) == expected


@pytest.mark.fault
def test_a_hang_without_a_deadline_ends_at_the_longest_call(reranker):
    host = ModelHost(threads=1, call_seconds=0.5)
    try:
        odds(host, reranker, [4])
        os.kill(host.pid, signal.SIGSTOP)
        with pytest.raises(DeadlineExceeded):
            odds(host, reranker, [4])
    finally:
        host.close()


HANGING = """
import sys, time
from pathlib import Path
from workbench.models.frames import read_frame, write_frame
marks, hangs = Path(sys.argv[1]), int(sys.argv[2])
while True:
    header, payload = read_frame(sys.stdin.buffer)
    if header["op"] == "load":
        answer = {"device": "cpu", "dtype": "float32", "load_seconds": 0.0, "parameters": 1}
        answer = {**answer, "revision": None, "max_positions": 1, "beats": True}
        write_frame(sys.stdout.buffer, answer)
        continue
    write_frame(sys.stdout.buffer, {"beat": 0.001, "rate": 1.0})
    if len(list(marks.iterdir())) < hangs:
        (marks / str(time.time_ns())).touch()
        time.sleep(600)
    write_frame(sys.stdout.buffer, {"said": header["op"]})
"""


@pytest.fixture
def hanging_host(tmp_path, monkeypatch, request):
    """A host whose processes hang as often as is asked, one after the other."""
    command = [sys.executable, "-c", HANGING, str(tmp_path), str(request.param)]
    monkeypatch.setattr(client, "Child", lambda threads, **how: Child(threads, command, **how))
    made = ModelHost(threads=1, stall_seconds=1.0)
    yield made
    made.close()


MODEL = ModelRequest("reranker", "qwen3", Path("x"))


@pytest.mark.fault
@pytest.mark.parametrize("hanging_host", [0, 1, 2], indirect=True)
def test_a_call_that_hangs_is_made_again_on_another_process(hanging_host, request):
    hangs = request.node.callspec.params["hanging_host"]
    assert hanging_host.call("odds", model=MODEL).header == {"said": "odds"}
    stats = hanging_host.stats()
    assert (stats.restarts, stats.stalls, stats.calls) == (hangs, hangs, 1)
    assert hanging_host.call("odds", model=MODEL).header == {"said": "odds"}
    assert hanging_host.stats().restarts == hangs


@pytest.mark.fault
@pytest.mark.parametrize("hanging_host", [9], indirect=True)
def test_a_call_that_hangs_three_times_fails_and_says_so(hanging_host):
    with pytest.raises(Unavailable) as caught:
        hanging_host.call("odds", model=MODEL)
    assert caught.value.code == "model_host_failed"
    assert caught.value.params["attempts"] == 3
    assert caught.value.params["detail"] == "it stopped answering: no sign of life for 1 s"
    stats = hanging_host.stats()
    assert (stats.restarts, stats.stalls) == (2, 3)


@pytest.mark.fault
@pytest.mark.parametrize("hanging_host", [9], indirect=True)
def test_a_deadline_holds_while_hanging_calls_are_made_again(hanging_host):
    with pytest.raises(DeadlineExceeded, match="answer_too_late"):
        hanging_host.call("odds", model=MODEL, deadline=time.monotonic() + 1.5)
    until(lambda: not hanging_host.stats().computing)
    assert hanging_host.stats().stalls <= 1


SLEEPY = """
import sys, time
from workbench.models import host, qwen3
made = qwen3.Qwen3Body.__init__
def sleepy(self, *given, **named):
    made(self, *given, **named)
    for layer in self._body.layers:
        compute = layer.mlp.forward
        def slowly(rows, compute=compute):
            time.sleep(float(sys.argv[1]))
            return compute(rows)
        layer.mlp.forward = slowly
qwen3.Qwen3Body.__init__ = sleepy
host.main(["--threads", "1"])
"""


@pytest.mark.fault
@pytest.mark.parametrize(("seconds", "stalls"), [("0.35", 0), ("600", 3)])
def test_a_model_that_is_slow_is_waited_for_and_one_that_hangs_is_not(
    monkeypatch, reranker, untied_checkpoint, seconds, stalls
):
    command = [sys.executable, "-c", SLEEPY, seconds]
    monkeypatch.setattr(client, "Child", lambda threads, **how: Child(threads, command, **how))
    made = ModelHost(threads=1, stall_seconds=2.0)
    # Four passes of two layers: longer in all than a sign of life may take.
    model = ModelRequest(
        "reranker", "qwen3", untied_checkpoint, "cpu", "float32", yes=17, no=203, budget=1
    )
    try:
        if stalls:
            with pytest.raises(Unavailable, match="stopped answering"):
                odds(made, model, [1], [2], [3], [4])
        else:
            assert len(odds(made, model, [1], [2], [3], [4])) == 4
        stats = made.stats()
        assert (stats.stalls, stats.restarts) == (stalls, max(stalls - 1, 0))
    finally:
        made.close()


@pytest.mark.fault
def test_a_process_that_is_stopped_by_hand_is_replaced(reranker):
    made = ModelHost(threads=1, stall_seconds=2.0)
    try:
        expected = odds(made, reranker, [4, 5])
        os.kill(made.pid, signal.SIGSTOP)
        assert odds(made, reranker, [4, 5]) == expected
        assert (made.stats().restarts, made.stats().stalls) == (1, 1)
    finally:
        made.close()


@pytest.mark.fault
def test_a_full_queue_is_busy_and_closing_fails_who_waits(reranker):
    host = ModelHost(threads=1, queue_limit=2)
    host.call("ping")
    os.kill(host.pid, signal.SIGSTOP)
    work = [in_background(lambda: host.call("ping"))]
    until(lambda: host.stats().computing and host.stats().waiting == 0)
    work += [in_background(lambda: host.call("ping")) for _ in range(2)]
    until(lambda: host.stats().waiting == 2)
    with pytest.raises(Busy) as caught:
        host.call("ping")
    assert caught.value.params == {"waiting": 2}
    host.close()
    for thread, found in work:
        thread.join()
        assert isinstance(found[0], Unavailable), found


@pytest.mark.fault
def test_a_host_that_cannot_start_says_why(monkeypatch, own_host):
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "tests" / "models" / "broken_torch"))
    with pytest.raises(Unavailable) as caught:
        own_host.call("ping")
    assert caught.value.code == "model_host_failed"
    assert caught.value.params["attempts"] == 3
    assert caught.value.params["detail"] == "ImportError: no torch on this machine"


LEAVER = """
import os, sys
from workbench.models import client
from workbench.models.child import Child
from workbench.models.client import ModelHost
host = ModelHost(threads=1)
host.call("ping")
print(host.pid, flush=True)
if sys.argv[1] == "abruptly":
    os._exit(3)
if sys.argv[1] == "killed":
    os.kill(os.getpid(), 9)
if sys.argv[1] == "computing":
    import threading, time
    slow = {"lengths": [500] * 400}
    from workbench.models.requests import ModelRequest
    from pathlib import Path
    model = ModelRequest("reranker", "qwen3", Path(sys.argv[2]), "cpu", "float32")
    call = lambda: host.call("odds", slow, bytes(4 * 500 * 400), model=model)
    threading.Thread(target=call, daemon=True).start()
    while not host.stats().loads: time.sleep(0.01)
    time.sleep(0.2)
    os.kill(os.getpid(), 9)
"""


@pytest.mark.fault
@pytest.mark.parametrize("how", ["normally", "abruptly", "killed", "computing"])
def test_no_orphan_is_left(how, tmp_path, checkpoint):
    parent = subprocess.run(
        [sys.executable, "-c", LEAVER, how, str(checkpoint)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert parent.stdout.strip().isdecimal(), parent.stderr
    until(lambda: not running(int(parent.stdout)))
