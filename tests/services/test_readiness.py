"""Tests of workbench.services.readiness."""

from typing import Any

import pytest

from workbench.domain.errors import Conflict, Unavailable
from workbench.services import readiness
from workbench.services.readiness import Readiness


class Making:
    """Indexes and jobs at once: what is made is there from the ``ends``-th look at it on."""

    cancelled_ = False

    def __init__(self, ends: int) -> None:
        self.looks, self.ends, self.told = 0, ends, []

    def _look(self) -> bool:
        """Tell whether it is still being made, and perhaps end just after."""
        self.looks += 1
        return self.looks <= self.ends

    def active(self, kind: str, key: str) -> bool:
        return self.looks < self.ends

    def missing(self, corpus_id: str) -> tuple[int, int]:
        return (4 if self._look() else 0), 4

    def renewing(self, corpus_id: str) -> bool:
        return self._look()

    def get(self, corpus_id: str, *, fresh: bool = False) -> None:
        return None

    def cancelled(self) -> bool:
        return self.cancelled_

    def progress(self, *told: Any) -> None:
        self.told.append(told)


def waiting(made: Making, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "POLL_SECONDS", 0)
    getattr(Readiness(made, made), what)(made, "c")  # type: ignore[arg-type]


@pytest.mark.parametrize("what", ["vectors", "index"])
def test_a_job_that_ends_between_two_looks_was_waited_for(what, monkeypatch):
    made = Making(ends=2)
    waiting(made, what, monkeypatch)
    assert made.looks == 3
    assert len(made.told) == 2


@pytest.mark.parametrize(("what", "code"), [("vectors", "vectors_missing"), ("index", "index_inc")])
def test_what_nobody_makes_is_told(what, code, monkeypatch):
    made = Making(ends=10)
    monkeypatch.setattr(made, "active", lambda *_: False)
    with pytest.raises(Unavailable, match=code):
        waiting(made, what, monkeypatch)


@pytest.mark.parametrize("what", ["vectors", "index"])
def test_waiting_ends_when_it_is_cancelled(what, monkeypatch):
    made = Making(ends=10)
    made.cancelled_ = True
    with pytest.raises(Conflict, match="cancelled"):
        waiting(made, what, monkeypatch)
