"""The command line is a contract: verbs, exit codes, and one JSON value on standard output."""

import io
import json
import sys
from pathlib import Path

import pytest

from tests.conftest import CONTRACT, MANUAL
from workbench.__main__ import main

HAS_NO_MODEL = ("--reranker", "lexical")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("WORKBENCH_RERANKER", "WORKBENCH_MODEL", "HF_HOME", "HF_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    return tmp_path


@pytest.fixture
def files(home: Path) -> Path:
    folder = home / "文件"
    folder.mkdir()
    (folder / "采购协议.md").write_text(CONTRACT, encoding="utf-8")
    (folder / "manual.txt").write_text(MANUAL.replace("#", ""), encoding="utf-8")
    (folder / "leer.txt").write_bytes(b"")
    return folder


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, object, str]:
    status = main([*argv, "--json"])
    out, err = capsys.readouterr()
    return status, json.loads(out) if out else None, err


def test_outline_and_slice(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, tree, _ = run(capsys, "outline", str(files / "采购协议.md"))
    assert status == 0
    assert isinstance(tree, list)
    assert all({"title", "number", "level", "page", "source"} <= set(row) for row in tree)
    assert any("违约责任" in row["title"] for row in tree)
    status, chunks, _ = run(capsys, "slice", str(files / "采购协议.md"))
    assert status == 0
    assert isinstance(chunks, list)
    keys = {"id", "path", "text", "prefix", "page_start", "page_end", "char_start", "char_end"}
    assert all(keys | {"tokens"} <= set(row) for row in chunks)
    again = run(capsys, "slice", str(files / "采购协议.md"))[1]
    assert again == chunks


def test_ingest_then_search(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ingest = ("ingest", str(files), "--corpus", "合同", "--no-vectors", "--lang", "zh")
    status, told, err = run(capsys, *ingest)
    assert status == 0
    assert isinstance(told, dict)
    assert told["corpus"] == "合同"
    assert sorted(row["file"] for row in told["added"]) == ["manual.txt", "采购协议.md"]
    assert [(row["file"], row["code"]) for row in told["failed"]] == [("leer.txt", "empty_file")]
    assert "leer.txt" in err and "Traceback" not in err
    status, told, _ = run(capsys, *ingest)
    assert (status, len(told["skipped"]), told["added"]) == (0, 2, [])  # type: ignore[index]
    search = ("search", "迟延交付的违约金 password", "--corpus", "合同", *HAS_NO_MODEL)
    status, answer, _ = run(capsys, *search, "--recall", "bm25", "--top-k", "2")
    assert status == 0
    assert isinstance(answer, dict)
    assert len(answer["results"]) == 2
    first = answer["results"][0]
    assert "万分之八" in first["text"]
    keys = {"chunk_id", "document", "path", "page", "printed_page", "text", "recall_rank"}
    assert keys | {"margin", "score", "log_odds", "rank"} <= set(first)
    assert {"cost", "reranker", "hints"} <= set(answer)


def test_two_files_of_one_name_are_not_taken_for_editions(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "sub").mkdir()
    (files / "sub" / "manual.txt").write_text("another manual", encoding="utf-8")
    _, told, err = run(capsys, "ingest", str(files), "--corpus", "c", "--no-vectors")
    assert isinstance(told, dict)
    assert ("manual.txt", "name_twice") in [(row["file"], row["code"]) for row in told["failed"]]
    assert len(told["added"]) == 2


def test_columns_are_named_for_tables_alone(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "faq.csv").write_text("题,解,类\n甲？,乙。,丙\n", encoding="utf-8")
    columns = ("--question", "题", "--text", "解", "--context", "类")
    _, chunks, _ = run(capsys, "slice", str(files / "faq.csv"), *columns)
    assert [(c["prefix"], c["text"]) for c in chunks] == [("faq\n类：丙", "题：甲？\n解：乙。")]  # type: ignore[union-attr]
    status, told, _ = run(capsys, "ingest", str(files), "--corpus", "c", "--no-vectors", *columns)
    assert isinstance(told, dict)
    assert (status, len(told["added"])) == (0, 3)
    status, _, err = run(capsys, "slice", str(files / "faq.csv"), "--text", "无", "--lang", "en")
    assert status == 1 and "have these columns: 无. It has: 题, 解, 类." in err
    assert run(capsys, "slice", str(files / "faq.csv"), "--context", "类")[0] == 1
    assert run(capsys, "slice", str(files / "采购协议.md"), "--text", "a")[0] == 1


def test_files_that_systems_leave_in_folders_are_passed_over(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("~$采购协议.md", ".hidden.txt"):
        (files / name).write_text("x", encoding="utf-8")
    (files / "__MACOSX").mkdir()
    (files / "__MACOSX" / "manual.txt").write_text("x", encoding="utf-8")
    _, told, _ = run(capsys, "ingest", str(files), "--corpus", "c", "--no-vectors")
    assert isinstance(told, dict)
    assert [len(told[key]) for key in ("added", "skipped", "failed")] == [2, 0, 1]


def test_outline_of_a_folder_says_so(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "outline", str(files), "--lang", "en")
    assert status == 1 and "is a folder" in err


def test_sync_takes_out_what_is_gone(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ingest = ("ingest", str(files), "--corpus", "c", "--no-vectors")
    run(capsys, *ingest)
    (files / "manual.txt").unlink()
    _, told, _ = run(capsys, *ingest, "--sync")
    assert told["removed"] == ["manual.txt"]  # type: ignore[index]


def test_rerank_reads_lines_and_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = home / "d.txt"
    lines.write_text("运费\n违约金万分之五\n\n附件\n", encoding="utf-8")
    as_json = home / "d.json"
    as_json.write_text('["运费", "违约金万分之五", "附件"]', encoding="utf-8")
    told = []
    for path in (lines, as_json):
        status, answer, _ = run(
            capsys, "rerank", "--query", "违约金", "--documents", str(path), *HAS_NO_MODEL
        )
        assert status == 0
        told.append(answer["results"])  # type: ignore[index]
    assert told[0] == told[1]
    first = told[0][0]
    assert (first["index"], first["document"], first["truncated"]) == (1, "违约金万分之五", False)
    assert {"margin", "score", "log_odds", "tokens"} <= set(first)


@pytest.mark.parametrize(
    ("argv", "needle"),
    [
        (("search", "q", "--corpus", "没有"), "没有"),
        (("outline", "missing.pdf"), "missing.pdf"),
        (("search", "q", "--corpus", "我的文件", "--reranker", "magic"), "magic"),
        (("rerank", "--query", "q", "--documents", "missing.txt"), "missing.txt"),
        (("ingest", "missing-folder", "--corpus", "c"), "missing-folder"),
        (("stop",), "home"),
        (("outline", "长" * 300 + ".pdf"), ""),
    ],
)
def test_a_failure_is_one_line_and_exit_1(
    home: Path, capsys: pytest.CaptureFixture[str], argv: tuple[str, ...], needle: str
) -> None:
    for language in ("zh", "en"):
        assert main([*argv, "--lang", language]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert len(err.strip().splitlines()) == 1
        assert needle in err


def test_candidates_that_cannot_be_read_are_told_with_the_place(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = home.parent / "broken.json"
    broken.write_text('[{"text": "a"},\n', encoding="utf-8")
    for given, needle in ((broken, "line 2, column 1"), (home.parent, "is a folder")):
        asked = ("rerank", "--query", "q", "--documents", str(given), "--lang", "en")
        assert main(asked) == 1
        out, err = capsys.readouterr()
        assert out == "" and needle in err and str(given) in err


def test_a_file_without_chapters_says_so(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = home.parent / "plain.txt"
    plain.write_text("just text\n", encoding="utf-8")
    assert main(["outline", str(plain), "--lang", "en"]) == 0
    out, err = capsys.readouterr()
    assert out == "" and "No chapter headings" in err
    assert run(capsys, "outline", str(plain))[:2] == (0, [])


@pytest.mark.parametrize("argv", [("fly",), ("search", "q"), ("slice", "f", "--mode", "x")])
def test_a_usage_error_is_exit_2(
    home: Path, capsys: pytest.CaptureFixture[str], argv: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(list(argv))
    assert caught.value.code == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_every_verb_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    operate = ["serve", "status", "stop", "logs"]
    verbs = [
        *operate,
        "doctor",
        "outline",
        "slice",
        "ingest",
        "search",
        "rerank",
        "evaluate",
        "compare",
        "sensitivity",
    ]
    for verb in [[v] for v in verbs] + [["model", "fetch"], ["labels", "export"]]:
        with pytest.raises(SystemExit) as caught:
            main([*verb, "--help"])
        assert caught.value.code == 0
        assert "usage" in capsys.readouterr().out


def test_status_of_a_home_without_server(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, told, _ = run(capsys, "status")
    assert (status, told) == (1, {"running": False, "healthy": False})


def test_logs_of_a_fresh_home(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, told, _ = run(capsys, "logs")
    assert (status, told) == (0, [])


def test_evaluate_prints_the_keys_of_the_contract(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = home / "labelled"
    folder.mkdir()
    (folder / "corpus.jsonl").write_text(
        '{"_id": "1", "title": "第一条", "text": "违约金为每日万分之八。"}\n'
        '{"_id": "2", "text": "Press the reset button."}\n',
        encoding="utf-8",
    )
    (folder / "queries.jsonl").write_text('{"_id": "q", "text": "违约金"}\n', encoding="utf-8")
    qrels = folder / "qrels.tsv"
    qrels.write_text("query-id\tcorpus-id\tscore\nq\t1\t1\n", encoding="utf-8")
    argv = ("evaluate", str(folder), "--recall", "bm25", *HAS_NO_MODEL, "--by", "language-pair")
    status, told, _ = run(capsys, *argv, "--measures", "nDCG@10 RR@10 R@100")
    assert status == 0
    assert isinstance(told, dict)
    keys = {"n_queries", "measures", "by", "judged", "recall_ceiling", "binary_level", "seconds"}
    assert keys | {"reranker"} <= set(told)
    assert told["measures"] == {"nDCG@10": 1.0, "RR@10": 1.0, "R@100": 1.0}
    assert set(told["by"]) == {"zh->zh"}
    assert (told["n_queries"], told["binary_level"], told["reranker"]["name"]) == (1, 1, "lexical")
    assert main([*argv, "--lang", "zh"]) == 0
    assert "zh->zh" in capsys.readouterr().out
    qrels.write_text("query-id\tcorpus-id\tscore\nq\t1\t1.5\n", encoding="utf-8")
    for language in ("zh", "en"):
        assert main([*argv, "--lang", language]) == 1
        out, err = capsys.readouterr()
        assert (out, len(err.strip().splitlines())) == ("", 1)
        assert "qrels.tsv" in err and "1.5" in err


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http"])
def test_a_port_that_is_none_is_a_usage_error(
    home: Path, capsys: pytest.CaptureFixture[str], port: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["serve", f"--port={port}"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_candidates_come_through_a_pipe(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    piped = io.TextIOWrapper(io.BytesIO("违约金\n\nfreight\n".encode()))
    monkeypatch.setattr(sys, "stdin", piped)
    status, told, _ = run(
        capsys, "rerank", "--query", "违约金", "--documents", "-", "--reranker", "lexical"
    )
    assert status == 0 and isinstance(told, dict)
    assert [row["document"] for row in told["results"]] == ["违约金", "freight"]


def test_a_file_without_candidates_is_told_beside_an_empty_answer(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "empty.txt").write_bytes(b"")
    asked = ("rerank", "--query", "q", "--documents", str(home / "empty.txt"))
    status, told, err = run(capsys, *asked, *HAS_NO_MODEL, "--lang", "en")
    assert status == 0 and isinstance(told, dict) and told["results"] == []
    assert "no candidates" in err


def test_compare_tells_differences_and_fails_where_an_arm_is_worse(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = home / "labelled"
    folder.mkdir()
    rows, queries, labels = [], [], ["query-id\tcorpus-id\tscore"]
    for at in range(8):
        topic = "xyz"[at % 3] * (at + 2)
        for name, more in (("a", "alpha"), ("b", "beta"), ("c", "gamma"), ("d", "delta")):
            rows.append({"_id": f"{name}{at}", "text": f"{topic} {more}"})
        queries.append({"_id": f"q{at}", "text": topic})
        labels.append(f"q{at}\ta{at}\t1")
    for name, lines in (("corpus", rows), ("queries", queries)):
        text = "\n".join(json.dumps(line) for line in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (folder / "qrels.tsv").write_text("\n".join(labels), encoding="utf-8")
    arms = home / "arms.json"
    arms.write_text(
        '[{"name": "right", "text": "alpha"}, {"name": "wrong", "text": "beta"}]', encoding="utf-8"
    )
    argv = ("compare", str(folder), "--instructions", str(arms), "--recall", "bm25", *HAS_NO_MODEL)
    status, told, _ = run(capsys, *argv, "--fail-if-worse", "RR@10:0.02", "--complete")
    assert isinstance(told, dict)
    right, wrong = told["arms"]
    assert (told["baseline"], right["verdict"], right["differences"]) == ("right", None, {})
    keys = {"difference", "interval", "p", "p_holm", "wins", "ties", "losses", "detectable"}
    assert keys <= set(wrong["differences"]["nDCG@10"])
    assert right["measures"]["RR@10"] > wrong["measures"]["RR@10"]
    assert (status, told["worse"]) == (1, ["wrong"])
    assert wrong["differences"]["RR@10"]["interval"][1] < -0.02
    assert main([*argv, "--fail-if-worse", "RR@10:0.9", "--lang", "zh"]) == 0
    out, err = capsys.readouterr()
    assert "wrong" in out and "nDCG@10" in out
    assert "误判率" in out and "一律同答" in out
    assert main([*argv, "--controls", "empty, again", "--lang", "en"]) == 0
    out, _ = capsys.readouterr()
    assert "control:empty: nDCG@10 differs by" in out
    assert "control:again: nDCG@10 differs by 0.0000" in out
    assert "The largest mean difference here is" in out
    assert main([*argv, "--controls", "sugar"]) == 1
    assert "sugar" in capsys.readouterr().err
    assert main([*argv, "--fail-if-worse", "RR@10"]) == 1
    assert "--fail-if-worse" in capsys.readouterr().err
    assert main([*argv, "--fail-if-worse", "RR@10:0.1", "--baseline", "wrong"]) == 0


def test_sensitivity_prints_the_keys_of_the_contract(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = home / "rows"
    folder.mkdir()
    (folder / "corpus.jsonl").write_text(
        '{"_id": "a", "text": "topic alpha"}\n{"_id": "b", "text": "topic beta"}\n',
        encoding="utf-8",
    )
    pair = {
        "pair_id": "p",
        "query": "topic",
        "instruction_og": "alpha",
        "instruction_changed": "beta",
        "changed_docs": ["a"],
        "gained_docs": ["b"],
        "candidates": ["a", "b"],
    }
    pairs = home / "pairs.jsonl"
    pairs.write_text(json.dumps(pair), encoding="utf-8")
    argv = ("sensitivity", str(pairs), "--corpus", str(folder), *HAS_NO_MODEL)
    status, told, _ = run(capsys, *argv)
    assert status == 0
    assert isinstance(told, dict)
    assert {"p_mrr", "oracle", "ideal", "percent_of_ideal", "gained", "n"} <= set(told)
    assert (told["oracle"], told["ideal"], told["n"]) == (50.0, 50.0, 1)
    assert main([*argv, "--lang", "zh"]) == 0
    assert "p-MRR" in capsys.readouterr().out
    pairs.write_text("{}", encoding="utf-8")
    assert main(argv) == 1
    assert "pairs.jsonl" in capsys.readouterr().err
