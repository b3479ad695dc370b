"""Measures how fast ``/health`` answers at work: ``python -m benchmarks.health``.

Two clients rerank 20 distinct passages of about 300 tokens without pause for 20 seconds, so that
neither a cache nor equal texts help, while a third asks ``/health`` every 50 ms.
"""

import argparse
import json
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Sequence
from typing import Any

from benchmarks.report import Goal, Report, add_options

SECONDS = 20.0
WORDS = (
    "合同",
    "违约金",
    "交付",
    "服务器",
    "主轴",
    "退货",
    "payment",
    "invoice",
    "password",
    "步骤",
)


def main(argv: Sequence[str] | None = None) -> None:
    """Print p50, p95 and the worst answer, with and without load."""
    parser = add_options(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    args = parser.parse_args(argv)
    seconds = SECONDS * (3 if args.full else 1)
    with tempfile.TemporaryDirectory() as home, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        server = subprocess.Popen(
            [sys.executable, "-m", "workbench", "serve", "--home", home, "--port", str(port)],
            stderr=subprocess.DEVNULL,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address)
            _predict(address, random.Random(0))
            idle = _sample(address, 5.0)
            stop, scored = threading.Event(), [0, 0]
            clients = [
                threading.Thread(target=_load, args=(address, seed, stop, scored))
                for seed in range(2)
            ]
            for client in clients:
                client.start()
            busy = _sample(address, seconds)
            stop.set()
            for client in clients:
                client.join()
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)
    report = Report("health", ("streamlit", "torch"))
    for name, times in (("idle", idle), ("scoring", busy)):
        report.rows.append(row(name, times))
    report.notes.append(f"{sum(scored) / seconds:.1f} passages scored a second meanwhile.")
    report.goals.append(
        Goal.at_most("p95 ms while the stand-in scores", 30, row("", busy)["p95 ms"])
    )
    report.print(as_json=args.json)


def row(name: str, times: Sequence[float]) -> dict[str, Any]:
    """Return p50, p95 and the worst of times in milliseconds."""
    p95 = statistics.quantiles(times, n=20)[18]
    return {
        "server": name,
        "requests": len(times),
        "p50 ms": round(statistics.median(times), 1),
        "p95 ms": round(p95, 1),
        "worst ms": round(max(times), 1),
    }


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{address}/health", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("the server did not start within 120 seconds")


def _sample(address: str, seconds: float) -> list[float]:
    times = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        started = time.perf_counter()
        urllib.request.urlopen(f"{address}/health", timeout=30).close()
        times.append((time.perf_counter() - started) * 1000)
        time.sleep(0.05)
    return times


def _load(address: str, seed: int, stop: threading.Event, scored: list[int]) -> None:
    seeded = random.Random(seed)
    while not stop.is_set():
        scored[seed] += _predict(address, seeded)


def _predict(address: str, seeded: random.Random) -> int:
    documents = [" ".join(seeded.choices(WORDS, k=150)) + str(seeded.random()) for _ in range(20)]
    body = json.dumps({"query": "违约金 how much", "documents": documents}).encode()
    request = urllib.request.Request(
        f"{address}/api/predict", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=300) as response:
        return len(json.load(response)["result"])


if __name__ == "__main__":
    main()
