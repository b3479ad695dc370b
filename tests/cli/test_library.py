"""samples and questions on the command line: contract of keys and exit statuses."""

import csv
import json
import time
import zipfile
from pathlib import Path

import pytest

from tests.doubles import CountingReranker, HashEmbedder
from tests.sample_library import rows, write_library
from workbench.__main__ import main
from workbench.assembly import build
from workbench.domain.actors import OWNER
from workbench.evaluation.formats.trec import read_qrels
from workbench.services.measurements import ArmPlan, MeasurePlan
from workbench.settings import Settings


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("WORKBENCH_RERANKER", "WORKBENCH_MODEL", "HF_HOME", "HF_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    folder = write_library(tmp_path / "samples" / "returns")
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WORKBENCH_SAMPLES", str(folder.parent))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    # Vectors are another test's affair; without them everything goes by words.
    monkeypatch.setattr("workbench.wiring.parts.Wiring.embedder", lambda self: None)
    return folder


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, dict[str, object], str]:
    status = main([*argv, "--json"])
    out, err = capsys.readouterr()
    return status, json.loads(out) if out else {}, err


def test_samples_are_listed_loaded_and_removed(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told, _ = run(capsys, "samples", "list")
    expected = {
        "id": "returns",
        "name": {"zh": "退货(示例)", "en": "Returns (sample)"},
        "documents": ["notes.md", "规则.md"],
        "corpus": None,
    }
    assert (status, told) == (0, {"samples": [expected]})
    status, told, err = run(capsys, "samples", "load", "--lang", "en")
    assert (status, told["samples"]) == (0, [{**expected, "corpus": "Returns (sample)"}])
    assert "Returns (sample)" in err
    status, told, _ = run(capsys, "questions", "list")
    (one,) = told["sets"]  # type: ignore[misc]
    assert {key: one[key] for key in ("name", "version", "corpus", "queries", "labels")} == {
        "name": "Returns (sample)",
        "version": 1,
        "corpus": "Returns (sample)",
        "queries": 4,
        "labels": 7,
    }
    status, told, _ = run(capsys, "samples", "remove", "returns")
    assert (status, told["samples"]) == (0, [expected])
    assert run(capsys, "questions", "list")[1] == {"sets": []}


def test_an_unknown_sample_is_one_clear_line(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, told, err = run(capsys, "samples", "load", "nowhere", "--lang", "en")
    assert (status, told) == (1, {})
    assert err.count("\n") == 1 and "nowhere" in err and "returns" in err


def test_a_folder_of_labels_is_taken_in(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    documents = str(library / "documents")
    assert run(capsys, "ingest", documents, "--corpus", "mine", "--no-vectors")[0] == 0
    taking = ("questions", "import", str(library), "--corpus", "mine", "--name", "set")
    status, told, _ = run(capsys, *taking)
    assert status == 0
    counts = ("name", "version", "queries", "instructions", "labels_added", "labels_known", "lost")
    assert {key: told[key] for key in counts} == {
        "name": "set",
        "version": 1,
        "queries": 4,
        "instructions": 3,
        "labels_added": 7,
        "labels_known": 0,
        "lost": [],
    }
    status, told, _ = run(capsys, *taking)
    assert (status, told["labels_added"], told["labels_known"]) == (0, 0, 7)


def test_lost_labels_are_named_and_the_others_kept(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = [dict(row) for row in rows()["judgements.jsonl"]]
    changed[3]["document"] = "somewhere else.pdf"
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in changed)
    (library / "judgements.jsonl").write_text(text, encoding="utf-8")
    run(capsys, "ingest", str(library / "documents"), "--corpus", "mine", "--no-vectors")
    status, told, err = run(
        capsys, "questions", "import", str(library), "--corpus", "mine", "--lang", "en"
    )
    assert (status, told["labels_added"]) == (1, 6)
    assert "line 4" in err and "somewhere else.pdf" in err
    (lost,) = told["lost"]  # type: ignore[misc]
    assert lost["line"] == 4


def test_a_folder_or_a_corpus_of_nowhere_is_told(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = str(tmp_path / "nowhere")
    assert run(capsys, "questions", "import", str(library), "--corpus", "none")[0] == 1
    run(capsys, "ingest", str(library / "documents"), "--corpus", "mine", "--no-vectors")
    status, _, err = run(capsys, "questions", "import", nowhere, "--corpus", "mine")
    assert status == 1 and "nowhere" in err


def test_people_get_lines(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["samples", "list", "--lang", "en"]) == 0
    assert "Returns (sample)" in capsys.readouterr().out
    assert main(["samples", "load", "--lang", "en"]) == 0
    assert main(["questions", "list", "--lang", "en"]) == 0
    assert "Returns (sample)" in capsys.readouterr().out


def test_a_verb_without_an_act_is_a_usage_error(library: Path) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["samples"])
    assert caught.value.code == 2


def test_labels_are_written_as_a_table_and_for_trec(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["samples", "load", "returns"]) == 0
    capsys.readouterr()
    _, told, _ = run(capsys, "questions", "list")
    (one,) = told["sets"]  # type: ignore[misc, attr-defined]
    table = library / "labels.csv"
    status, told, _ = run(capsys, "labels", "export", str(one["name"]), str(table))
    assert status == 0
    assert told["labels"] == one["labels"] > 0
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(table.read_text("utf-8-sig").splitlines()))
    assert len(rows) == one["labels"]
    assert {row["way"] for row in rows} == {"imported"}
    assert {row["grade"] for row in rows} <= {"0", "1", "2", "3", "?"}
    assert all(row["question"] and row["document"] and row["passage"] for row in rows)
    qrels = library / "qrels.txt"
    argv = ["labels", "export", str(one["query_set"]), str(qrels), "--format", "trec"]
    status, told, _ = run(capsys, *argv)
    found = read_qrels(qrels)
    assert (status, told["labels"]) == (0, sum(map(len, found.values())))
    asked = {row["query_id"]: row for row in rows}
    assert set(found) <= set(asked)
    for wrong in (["labels", "export", "nowhere", str(table)], [*argv, "--criterion", "x"]):
        assert main(wrong) == 1
        assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_labels_go_out_and_come_in_again(
    library: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(capsys, "samples", "load", "--lang", "en")
    for form in ("quepid", "beir"):
        target = tmp_path / f"labels-{form}.csv"
        status, told, _ = run(
            capsys, "labels", "export", "Returns (sample)", str(target), "--format", form
        )
        assert status == 0 and target.exists() and told["labels"]
        back = ("labels", "import", "Returns (sample)", str(target), "--judge", form)
        status, dry, _ = run(capsys, *back, "--dry-run")
        assert (status, dry["dry_run"], dry["format"], dry["refused"]) == (0, True, form, [])
        assert dry["fresh"]
        assert run(capsys, *back)[1]["fresh"] == dry["fresh"]
        status, again, _ = run(capsys, *back)
        assert (again["fresh"], again["known"]) == (0, dry["fresh"])


def test_bad_labels_are_refused_line_by_line(
    library: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(capsys, "samples", "load", "--lang", "en")
    bad = tmp_path / "bad.csv"
    bad.write_text("question,document,passage,grade\nWho?,notes.md,x,9\n", encoding="utf-8")
    status, told, _ = run(capsys, "labels", "import", "Returns (sample)", str(bad))
    (refused,) = told["refused"]  # type: ignore[misc]
    assert (status, refused["line"], refused["code"]) == (1, 2, "label_question_unknown")
    assert main(["labels", "import", "Returns (sample)", str(bad), "--lang", "zh"]) == 1
    assert "第 2 行" in capsys.readouterr().err


def test_questions_of_a_file_make_a_set_and_the_gaps_go_out(
    library: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(capsys, "samples", "load", "--lang", "en")
    path = tmp_path / "客服.csv"
    path.write_text("问题,标签,状态\n怎么退?,退货,\n能寄到火星吗?,,没有\n", encoding="utf-8")
    taking = ("questions", "import", str(path), "--corpus", "Returns (sample)")
    status, told, _ = run(capsys, *taking)
    assert (status, told["fresh"], told["known"], told["version"]) == (0, 2, 0, 2)
    assert run(capsys, *taking)[1]["known"] == 2
    out = tmp_path / "gaps.csv"
    status, told, _ = run(capsys, "questions", "export", "客服", str(out), "--gaps")
    assert (status, told["queries"]) == (0, 1)
    assert "能寄到火星吗?" in out.read_text(encoding="utf-8-sig")


def test_experiments_are_none_at_first_and_a_broken_file_is_told(
    library: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(capsys, "experiment", "list")[:2] == (0, {"experiments": []})
    assert main(["experiment", "export", "x", str(tmp_path / "e.json"), "--lang", "en"]) == 1
    assert "was not found" in capsys.readouterr().err
    (tmp_path / "e.json").write_text('{"format": "other", "version": 1}')
    assert main(["experiment", "reproduce", str(tmp_path / "e.json"), "--lang", "en"]) == 1
    assert "not a whole experiment file" in capsys.readouterr().err


def test_runs_of_an_experiment_go_out_as_a_folder_or_an_archive(
    library: Path,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    embedder = HashEmbedder()
    monkeypatch.setattr("workbench.wiring.parts.Wiring.embedder", lambda self: embedder)
    run(capsys, "samples", "load", "--lang", "en")
    home = Settings(home=tmp_path / "home")
    bench = build(home, reranker=CountingReranker(), embedder=embedder)
    query_set = bench.question_sets.all(OWNER)[0].query_set_id
    criterion = bench.questions.labelled(OWNER, query_set).criteria[0].criterion_id
    plan = MeasurePlan(query_set, (ArmPlan("A", "", criterion),), ("bm25",), 4, reranker="scripted")
    job = bench.measure.submit(OWNER, plan).job_id
    while bench.jobs.get(OWNER, job).active:
        time.sleep(0.02)
    made = bench.measure.experiment(OWNER, job)
    bench.close()
    assert made is not None
    for name in ("runs", "runs.zip"):
        target = tmp_path / name
        status, told, _ = run(capsys, "experiment", "export", made, str(target), "--format", "run")
        assert (status, told["id"], told["file"]) == (0, made, str(target))
    names = {one.name for one in (tmp_path / "runs").iterdir()}
    assert {"run-1.txt", "qrels-1.txt", "queries.tsv", "runs.json"} <= names
    with zipfile.ZipFile(tmp_path / "runs.zip") as archive:
        assert set(archive.namelist()) == names


def test_a_yes_or_no_file_is_told_and_can_be_taken_as_threes(
    library: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(capsys, "samples", "load", "--lang", "en")
    target = tmp_path / "labels.csv"
    run(capsys, "labels", "export", "Returns (sample)", str(target), "--format", "quepid")
    head, *rows = target.read_text(encoding="utf-8-sig").splitlines()
    ones = [f"{row.rsplit(',', 1)[0]},1" for row in rows if row.rsplit(",", 1)[1]]
    target.write_text("\n".join([head, *ones]), encoding="utf-8")
    taking = ["labels", "import", "Returns (sample)", str(target), "--dry-run", "--lang", "en"]
    assert main(taking) == 0
    assert "0 and 1" in capsys.readouterr().err
    assert main([*taking, "--one-is-right"]) == 0
    assert "0 and 1" not in capsys.readouterr().err
