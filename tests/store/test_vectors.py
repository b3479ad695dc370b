import os
import sqlite3
import stat
import struct
import threading
from contextlib import closing
from pathlib import Path

import pytest

from workbench.domain.errors import InvalidInput
from workbench.domain.identity import text_hash
from workbench.store.vectors import VERSION, VectorStore


@pytest.fixture
def vectors(home: Path) -> VectorStore:
    return VectorStore(home)


def _row(*numbers: float) -> bytes:
    return struct.pack(f"<{len(numbers)}f", *numbers)


A, B, C = text_hash("甲"), text_hash("乙"), text_hash("丙")


def test_vectors_come_back_by_hash(vectors: VectorStore) -> None:
    rows = {A: _row(1.0, -0.5), B: _row(0.1, 3e38)}
    vectors.put("e5@1", 2, rows)
    assert vectors.get("e5@1", [B, C, A, A]) == rows
    assert vectors.get("e5@2", [A]) == {}
    assert vectors.get("e5@1", []) == {}
    assert vectors.notices == ()


def test_missing_hashes_come_once_in_the_order_asked(vectors: VectorStore) -> None:
    assert vectors.missing("e5@1", [B, A, B]) == [B, A]
    vectors.put("e5@1", 1, {A: _row(1.0)})
    assert vectors.missing("e5@1", [B, A, C, B]) == [B, C]
    assert vectors.missing("e5@2", [A]) == [A]
    assert vectors.missing("e5@1", []) == []


def test_embedders_keep_their_own_vectors(vectors: VectorStore) -> None:
    vectors.put("e5@1", 1, {A: _row(1.0)})
    vectors.put("e5@2", 2, {A: _row(2.0, 3.0)})
    assert vectors.get("e5@1", [A]) == {A: _row(1.0)}
    assert vectors.get("e5@2", [A]) == {A: _row(2.0, 3.0)}


def test_putting_again_replaces(vectors: VectorStore) -> None:
    vectors.put("e5@1", 1, {})
    vectors.put("e5@1", 1, {A: _row(1.0)})
    vectors.put("e5@1", 1, {A: _row(2.0)})
    assert vectors.get("e5@1", [A]) == {A: _row(2.0)}


def test_vectors_outlive_the_store(vectors: VectorStore, home: Path) -> None:
    vectors.put("e5@1", 1, {A: _row(1.0)})
    assert VectorStore(home).get("e5@1", [A]) == {A: _row(1.0)}
    if os.name != "nt":
        assert stat.S_IMODE((home / "vectors.db").stat().st_mode) == 0o600


@pytest.mark.parametrize(("dim", "row"), [(2, _row(1.0)), (1, b"abc"), (0, b""), (1, b"")])
def test_a_row_of_another_size_is_refused_with_all_others(
    vectors: VectorStore, dim: int, row: bytes
) -> None:
    with pytest.raises(InvalidInput) as caught:
        vectors.put("e5@1", dim, {A: _row(*[1.0] * dim), B: row})
    assert caught.value.code == "vector_wrong_size"
    assert vectors.missing("e5@1", [A, B]) == [A, B]


def test_an_embedder_cannot_change_its_size(vectors: VectorStore) -> None:
    vectors.put("e5@1", 1, {A: _row(1.0)})
    with pytest.raises(InvalidInput) as caught:
        vectors.put("e5@1", 2, {B: _row(1.0, 2.0)})
    assert caught.value.params == {"size": 8, "expected": 4}
    assert vectors.missing("e5@1", [A, B]) == [B]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_none_is_refused(vectors: VectorStore, number: float) -> None:
    with pytest.raises(InvalidInput) as caught:
        vectors.put("e5@1", 3, {A: _row(1.0, 2.0, 3.0), B: _row(1.0, number, 1.0)})
    assert caught.value.code == "not_finite"
    assert vectors.missing("e5@1", [A, B]) == [A, B]


def test_a_hundred_thousand_hashes_take_one_statement(
    vectors: VectorStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = [text_hash(str(number)) for number in range(100_000)]
    vectors.put("e5@1", 1, {one: _row(1.0) for one in hashes[::2]})
    statements: list[str] = []
    plain = sqlite3.connect

    def traced(*args: object, **more: object) -> sqlite3.Connection:
        connection = plain(*args, **more)
        connection.set_trace_callback(statements.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", traced)
    assert len(vectors.get("e5@1", hashes)) == 50_000
    assert vectors.missing("e5@1", hashes) == hashes[1::2]
    assert len([one for one in statements if one.startswith("SELECT")]) == 2


def test_many_threads_may_call(vectors: VectorStore) -> None:
    def work(number: int) -> None:
        for at in range(10):
            one = text_hash(f"{number} {at}")
            vectors.put("e5@1", 1, {one: _row(float(number))})
            assert vectors.get("e5@1", [one]) == {one: _row(float(number))}

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = [text_hash(f"{number} {at}") for number in range(6) for at in range(10)]
    assert vectors.missing("e5@1", every) == []


def test_a_file_that_is_no_database_gives_way_and_that_is_told(
    vectors: VectorStore, home: Path
) -> None:
    home.mkdir()
    (home / "vectors.db").write_bytes(b"no database" * 1000)
    assert vectors.missing("e5@1", [A]) == [A]
    (notice,) = vectors.notices
    assert (notice.code, notice.params["reason"]) == ("vectors_recreated", "damaged")
    vectors.put("e5@1", 1, {A: _row(1.0)})
    assert vectors.get("e5@1", [A]) == {A: _row(1.0)}
    assert len(vectors.notices) == 1


def test_a_page_that_was_overwritten_gives_way_when_it_is_met(
    vectors: VectorStore, home: Path
) -> None:
    hashes = [text_hash(str(number)) for number in range(2_000)]
    vectors.put("e5@1", 64, {one: _row(*[1.0] * 64) for one in hashes})
    path = home / "vectors.db"
    data = bytearray(path.read_bytes())
    data[4096 * 3 :] = b"\xff" * (len(data) - 4096 * 3)
    path.write_bytes(data)
    assert vectors.get("e5@1", hashes) == {}
    assert [notice.params["reason"] for notice in vectors.notices] == ["damaged"]
    assert vectors.missing("e5@1", hashes) == hashes


@pytest.mark.parametrize("version", [0, VERSION + 1])
def test_a_file_of_another_version_gives_way_and_that_is_told(
    vectors: VectorStore, home: Path, version: int
) -> None:
    vectors.put("e5@1", 1, {A: _row(1.0)})
    with closing(sqlite3.connect(home / "vectors.db")) as connection:
        connection.execute("CREATE TABLE other (x)")
        connection.execute(f"PRAGMA user_version = {version}")
        connection.commit()
    again = VectorStore(home)
    assert again.missing("e5@1", [A]) == [A]
    (notice,) = again.notices
    assert notice.params == {"path": str(home / "vectors.db"), "reason": "version"}
    with closing(sqlite3.connect(home / "vectors.db")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_an_empty_file_is_no_damage(vectors: VectorStore, home: Path) -> None:
    home.mkdir()
    (home / "vectors.db").touch()
    assert vectors.missing("e5@1", [A]) == [A]
    assert vectors.notices == ()
