"""A workbench that is killed while it measures: no half experiment, no lost grade."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.doubles import CountingReranker, HashEmbedder
from tests.sample_library import write_library
from workbench.assembly import build
from workbench.domain.actors import OWNER
from workbench.services.experiment_shapes import questions_of
from workbench.services.workbench import Workbench
from workbench.settings import Settings
from workbench.store.database import open_database
from workbench.store.judgements import JudgementRepository

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL"),
]
MOMENTS = (0.02, 0.11, 0.23, 0.37)
"""Seconds after the process is ready at which it is killed."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    samples = write_library(tmp_path / "samples" / "returns").parent
    return Settings(home=tmp_path / "home", samples=samples)


def _opened(settings: Settings) -> Workbench:
    bench = build(settings, reranker=CountingReranker(), embedder=HashEmbedder())
    _wait(bench)
    return bench


def _wait(bench: Workbench) -> None:
    deadline = time.monotonic() + 120
    while any(job.active or job.state == "interrupted" for job in bench.jobs.list(OWNER, 10_000)):
        assert time.monotonic() < deadline, "a job that was cut off never ended"
        time.sleep(0.2)
        bench.jobs.resume()  # what the server does while it runs


def _killed_after(settings: Settings, seconds: float) -> list[list[str]]:
    """Return what a measuring process said before it was killed."""
    command = [sys.executable, "-m", "tests.measuring_child", str(settings.home)]
    root = Path(__file__).parents[2]
    child = subprocess.Popen(
        [*command, str(settings.samples)], cwd=root, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    lines = [child.stdout.readline().split()]
    assert lines == [["ready"]]
    time.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    rest = child.stdout.read().splitlines()
    child.wait()
    child.stdout.close()
    return [line.split() for line in rest]


def test_what_was_said_is_there_and_what_is_there_is_whole(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.services.jobs.STALE_SECONDS", 8.0)  # more than one heartbeat
    bench = _opened(settings)
    bench.samples.load(OWNER, "returns", "zh")
    _wait(bench)
    bench.close()
    jobs, grades = set[str](), set[str]()
    for moment in MOMENTS:
        for kind, name in _killed_after(settings, moment):
            (jobs if kind == "job" else grades).add(name)
        bench = _opened(settings)
        try:
            _assert_whole(bench, jobs)
        finally:
            bench.close()
    assert jobs and grades
    with_grade = {one.judgement_id for one in JudgementRepository(_database(settings)).history()}
    assert grades <= with_grade


def _database(settings: Settings):  # type: ignore[no-untyped-def]
    return open_database(settings.home)


def _assert_whole(bench: Workbench, jobs: set[str]) -> None:
    """Every job ended in one experiment, which opens and holds every order."""
    kept = {one.job_id: one for one in bench.experiments.all(OWNER)}
    for job_id in jobs:
        assert bench.jobs.get(OWNER, job_id).state == "done"
        assert job_id in kept
    assert len(kept) == len(bench.experiments.all(OWNER))
    for one in kept.values():
        frozen = bench.experiments.frozen(OWNER, one.experiment_id)
        found = bench.experiments.answer(OWNER, one.experiment_id)
        assert {query for _, query in frozen.orders} == questions_of(one).keys()
        assert {number for number, _ in frozen.orders} == {0, 1}
        assert {text for rows in frozen.candidates.values() for _, text in rows} == set(
            frozen.texts
        )
        assert [row.arm.name for row in found.rows if row.arm] == ["A", "B"]
