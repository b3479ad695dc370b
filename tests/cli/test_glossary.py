"""glossary on the command line, and what a search says of it."""

import json
from pathlib import Path

import pytest

from tests.cli.test_library import library, run  # noqa: F401 - a fixture
from workbench.__main__ import main

FILE = "zh,en,note\n退货运费,return postage,\n退款,refund,money back\n"


@pytest.fixture
def file(tmp_path: Path, library: Path) -> Path:  # noqa: F811
    path = tmp_path / "terms.csv"
    path.write_text(FILE, encoding="utf-8-sig")
    assert main(["ingest", str(library / "documents"), "--corpus", "mine", "--no-vectors"]) == 0
    return path


def entry(zh: str, en: str, note: str = "") -> dict[str, str]:
    return {"zh": zh, "en": en, "note": note}


def test_a_file_is_tried_taken_in_listed_and_written(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    both = [entry("退货运费", "return postage"), entry("退款", "refund", "money back")]
    taking = ("glossary", "import", str(file), "--corpus", "mine")
    expected = {
        "corpus": "mine",
        "dry_run": True,
        "added": both,
        "changed": [],
        "removed": [],
        "entries": 2,
        "left_out": [],
        "repeated": [],
    }
    assert run(capsys, *taking, "--dry-run") == (0, expected, "")
    assert run(capsys, "glossary", "list", "--corpus", "mine")[1]["entries"] == []
    assert run(capsys, *taking) == (0, {**expected, "dry_run": False}, "")
    told = run(capsys, "glossary", "list", "--corpus", "mine")
    assert told == (0, {"corpus": "mine", "entries": both}, "")
    target = file.with_name("out.csv")
    status, told_of, _ = run(capsys, "glossary", "export", str(target), "--corpus", "mine")
    assert (status, told_of["entries"]) == (0, 2)
    assert target.read_text(encoding="utf-8-sig").splitlines() == FILE.splitlines()


def test_rows_that_are_left_out_are_named_and_the_status_says_so(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text("中文;英文\n定金;\n抵押;mortgage\n抵押;Mortgage\n", encoding="gb18030")
    capsys.readouterr()
    status, told, err = run(
        capsys, "glossary", "import", str(file), "--corpus", "mine", "--lang", "en"
    )
    assert (status, told["entries"]) == (1, 1)
    assert told["left_out"] == [{"code": "glossary_en_empty", "row": 2}]
    assert told["repeated"] == [{"code": "glossary_repeated", "row": 4, "first": 3}]
    assert "Row 2 has no English term" in err and "Row 4 repeats row 3" in err


def test_what_the_file_does_not_have_may_stay(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["glossary", "import", str(file), "--corpus", "mine"])
    file.write_text("zh,en\n抵押,mortgage\n", encoding="utf-8")
    capsys.readouterr()
    taking = ("glossary", "import", str(file), "--corpus", "mine")
    assert len(run(capsys, *taking, "--dry-run")[1]["removed"]) == 2  # type: ignore[arg-type]
    _, told, _ = run(capsys, *taking, "--keep")
    assert (told["removed"], told["entries"]) == ([], 3)


def test_a_file_that_is_no_glossary_is_one_clear_line(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    capsys.readouterr()
    taking = ("glossary", "import", str(file), "--corpus", "mine", "--lang", "en")
    status, told, err = run(capsys, *taking)
    assert (status, told, err.count("\n")) == (1, {}, 1)
    assert "a, b" in err
    missing = ("glossary", "import", str(file) + ".none", "--corpus", "mine")
    assert run(capsys, *missing)[0] == 1
    assert run(capsys, "glossary", "list", "--corpus", "nowhere")[0] == 1


def test_people_get_lines(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["glossary", "list", "--corpus", "mine", "--lang", "en"]) == 0
    assert "no glossary yet" in capsys.readouterr().err
    assert main(["glossary", "import", str(file), "--corpus", "mine", "--lang", "en"]) == 0
    assert "2 added, 0 changed, 0 removed" in capsys.readouterr().out
    assert main(["glossary", "list", "--corpus", "mine"]) == 0
    assert "return postage" in capsys.readouterr().out
    assert main(["glossary", "export", "--corpus", "mine"]) == 0
    assert capsys.readouterr().out.startswith("zh,en,note")


def test_a_search_carries_what_it_used_and_can_do_without(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["glossary", "import", str(file), "--corpus", "mine"])
    capsys.readouterr()
    asking = ("search", "退款要多久", "--corpus", "mine", "--recall", "bm25", "--reranker", "none")
    _, told, err = run(capsys, *asking, "--lang", "en")
    assert told["glossary"] == [{"zh": "退款", "en": "refund", "found": "zh"}]
    assert "refund (退款)" in err
    names = [one["document"] for one in told["results"]]  # type: ignore[attr-defined]
    assert "notes.md" in names
    _, without, err = run(capsys, *asking, "--no-glossary", "--lang", "en")
    assert (without["glossary"], err) == ([], "")
    assert "notes.md" not in json.dumps(without["results"])


def test_an_act_is_needed(file: Path) -> None:
    for argv in (["glossary"], ["glossary", "list"]):
        with pytest.raises(SystemExit) as caught:
            main(argv)
        assert caught.value.code == 2
