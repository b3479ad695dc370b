"""Tests of benchmarks.slicing_bench: rows by hand, and ours without the peer."""

import sys

import pytest

from benchmarks import slicing_bench
from benchmarks.report import Report
from benchmarks.slicing_bench import (
    OURS,
    PEER,
    Done,
    beside_peer,
    ours,
    peer,
    readable,
    row,
    samples,
)


def test_a_row_adds_up_its_files():
    found = row("p", OURS, [Done(3, 10, 1.0), Done(0, 2, 0.5)])
    assert found == {
        "part": "p",
        "way": OURS,
        "documents": 2,
        "pages": 3,
        "chunks": 12,
        "s": 1.5,
        "documents/s": 1.33,
        "pages/s": 2.0,
    }


def test_the_sample_libraries_can_all_be_read():
    files = samples()
    assert len(files) >= 20
    one = next(file for file in files if file.suffix == ".pdf")
    pages, chunks = ours(one.read_bytes(), one.name)
    assert pages > 1 and chunks > pages


def test_what_cannot_be_read_is_told_with_its_reason(tmp_path):
    empty, good = tmp_path / "leer.txt", tmp_path / "gut.txt"
    empty.write_bytes(b"")
    good.write_text("第一条 本协议适用于采购。", encoding="utf-8")
    assert dict(readable([empty, good])) == {empty: "empty_file", good: ""}


def test_without_the_peer_ours_is_still_measured(monkeypatch):
    monkeypatch.setitem(sys.modules, "langchain_text_splitters", None)
    assert peer() is None
    report = Report("slicing")
    file = min((f for f in samples() if f.suffix == ".pdf"), key=lambda f: f.stat().st_size)
    assert beside_peer(report, "p", [file], 1) == []
    assert [found["way"] for found in report.rows] == [OURS]


def test_the_ratio_is_the_peers_seconds_over_ours(monkeypatch, tmp_path):
    file = tmp_path / "a.pdf"
    file.write_bytes(b"x")
    seconds = {"ours": 2.0, "theirs": 3.0}

    def timed(way, file, repeats):
        return Done(1, 1, seconds[way])

    monkeypatch.setattr(slicing_bench, "timed", timed)
    monkeypatch.setattr(slicing_bench, "ours", "ours")
    monkeypatch.setattr(slicing_bench, "peer", lambda: "theirs")
    report = Report("slicing")
    assert beside_peer(report, "p", [file, file], 1) == pytest.approx([1.5, 1.5])
    assert [found["way"] for found in report.rows] == [OURS, PEER]
