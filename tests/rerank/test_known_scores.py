"""A prompt that was answered is not answered again, and what is kept is what was computed."""

import math
import threading
from collections.abc import Mapping, Sequence

import pytest

from tests.doubles import CountingReranker
from workbench.domain.documents import Notice
from workbench.domain.errors import Unavailable, WorkbenchError
from workbench.domain.pairs import Prompt
from workbench.domain.ports import Reranker
from workbench.rerank import known_scores as room
from workbench.rerank.known_scores import KnownScores, uncached

A, B, C = (1, 2, 3), (1, 2), (3,)


class Shelf:
    """A store in memory that can be told to fail."""

    def __init__(self) -> None:
        self.rows: dict[bytes, float] = {}
        self.asked: list[int] = []
        self.notices: tuple[Notice, ...] = ()
        self.failure: WorkbenchError | None = None

    def size_bytes(self) -> int:
        return 0

    def get(self, keys: Sequence[bytes]) -> dict[bytes, float]:
        self.asked.append(len(keys))
        self._fail()
        return {key: self.rows[key] for key in keys if key in self.rows}

    def put(self, rows: Mapping[bytes, float]) -> None:
        self._fail()
        self.rows.update(rows)

    def _fail(self) -> None:
        if self.failure:
            raise self.failure


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def known(shelf: Shelf, identity: str | None = "model", **given: int) -> KnownScores:
    def tell(error: WorkbenchError) -> None:
        raise AssertionError(error)

    return KnownScores(shelf, lambda: identity, tell, **given)


def test_what_was_put_comes_back_also_from_another_process(shelf: Shelf) -> None:
    scores = known(shelf)
    assert scores.get([A, B]) == {}
    scores.put({A: -0.25, B: 17.5})
    assert scores.get([B, C, A, B]) == {B: 17.5, A: -0.25}
    assert known(shelf).get([B, C, A]) == {B: 17.5, A: -0.25}
    assert all(len(key) == 32 for key in shelf.rows)


def test_nothing_asked_and_nothing_kept(shelf: Shelf) -> None:
    scores = known(shelf)
    assert scores.get([]) == {}
    scores.put({})
    assert (shelf.rows, shelf.asked) == ({}, [])


def test_the_empty_prompt_has_a_key_too(shelf: Shelf) -> None:
    known(shelf).put({(): 1.0})
    assert known(shelf).get([(), (0,)]) == {(): 1.0}


@pytest.mark.parametrize("other", [(1, 2), (1, 2, 3, 0), (2, 1, 3), (1, 2, 259), (1, 515)])
def test_other_ids_are_another_prompt(shelf: Shelf, other: Prompt) -> None:
    known(shelf).put({A: 1.0})
    assert known(shelf).get([other]) == {}


def test_another_model_or_formula_is_another_number(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(shelf, "a").put({A: 1.0})
    assert known(shelf, "b").get([A]) == {}
    assert known(shelf, "").get([A]) == {}
    known(shelf, "b").put({A: 2.0})
    assert known(shelf, "a").get([A]) == {A: 1.0}
    monkeypatch.setattr(room, "FORMULA", room.FORMULA + 1)
    assert known(shelf, "a").get([A]) == {}


def test_an_identity_that_changes_meanwhile_is_seen_at_once(shelf: Shelf) -> None:
    now: list[str | None] = ["a"]
    scores = KnownScores(shelf, lambda: now[0], lambda error: None)
    scores.put({A: 1.0})
    now[0] = None
    assert scores.get([A]) == {}, "not even from memory"
    scores.put({B: 2.0})
    now[0] = "a"
    assert scores.get([A, B]) == {A: 1.0}
    assert len(shelf.rows) == 1


def test_nothing_is_looked_up_where_the_identity_is_unknown(shelf: Shelf) -> None:
    scores = known(shelf, None)
    scores.put({A: 1.0})
    assert scores.get([A]) == {}
    assert (shelf.rows, shelf.asked) == ({}, [])


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_never_comes_in(shelf: Shelf, bad: float) -> None:
    scores = known(shelf)
    scores.put({A: bad, B: 1.0})
    assert scores.get([A, B]) == {B: 1.0}
    assert list(shelf.rows.values()) == [1.0]
    key = next(iter(shelf.rows))
    shelf.rows[key] = bad
    assert known(shelf).get([B]) == {}, "nor out of a store that holds it"


def test_memory_holds_the_latest_and_the_store_the_rest(shelf: Shelf) -> None:
    scores = known(shelf, recent=2)
    scores.put({A: 1.0, B: 2.0})
    assert scores.get([A]) == {A: 1.0}
    scores.put({C: 3.0})  # B was used longest ago
    assert shelf.asked == []
    assert scores.get([A, C]) == {A: 1.0, C: 3.0}
    assert shelf.asked == []
    assert scores.get([A, B, C]) == {A: 1.0, B: 2.0, C: 3.0}
    assert shelf.asked == [1]


def test_a_store_that_fails_is_told_once_a_kind_and_stops_nothing(shelf: Shelf) -> None:
    told: list[WorkbenchError] = []
    scores = KnownScores(shelf, lambda: "model", told.append)
    shelf.failure = Unavailable("disk_full", path="x")
    scores.put({A: 1.0})
    assert scores.get([A, B]) == {A: 1.0}, "memory still has it"
    scores.put({B: 2.0})
    assert [error.code for error in told] == ["disk_full"]
    shelf.failure = Unavailable("home_not_writable", path="x", reason="y")
    assert scores.get([C]) == {}
    assert [error.code for error in told] == ["disk_full", "home_not_writable"]
    shelf.failure = None
    scores.put({C: 3.0})
    assert known(shelf).get([C]) == {C: 3.0}


def test_an_identity_that_fails_is_told_once_and_keeps_nothing(shelf: Shelf) -> None:
    told: list[WorkbenchError] = []

    def identity() -> str | None:
        raise Unavailable("model_host_failed", attempts=3)

    scores = KnownScores(shelf, identity, told.append)
    scores.put({A: 1.0})
    assert scores.get([A]) == {}
    assert [error.code for error in told] == ["model_host_failed"]
    assert shelf.rows == {}


def test_each_new_beginning_of_the_store_is_noted_once(shelf: Shelf) -> None:
    noted: list[Notice] = []
    old, new = (Notice("scores_recreated", {"reason": r}) for r in ("version", "damaged"))
    shelf.notices = (old,)
    scores = KnownScores(shelf, lambda: "model", lambda error: None, note=noted.append)
    scores.get([A])
    assert noted == []
    shelf.notices = (old, new)
    scores.get([A])
    scores.put({A: 1.0})
    assert noted == [new]


def test_many_threads_may_call(shelf: Shelf) -> None:
    scores = known(shelf, recent=5)
    wrong: list[object] = []

    def work(number: int) -> None:
        for at in range(200):
            prompt = (number, at)
            scores.put({prompt: float(at)})
            found = scores.get([prompt, (number, at - 1), (99, at)])
            if found != {p: float(p[1]) for p in [prompt, (number, at - 1)] if p[1] >= 0}:
                wrong.append((prompt, found))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(shelf.rows) == 800


def test_without_cache_is_asked_of_those_that_have_one() -> None:
    class Remembering(CountingReranker):
        def without_cache(self) -> Reranker:
            return plain

    plain = CountingReranker()
    assert uncached(plain) is plain
    assert uncached(Remembering()) is plain
