"""A pasted ``<Instruct>:`` is taken off, and every verb that takes an instruction says so."""

import json
from pathlib import Path

import pytest

from tests.conftest import CONTRACT
from workbench.__main__ import main
from workbench.words.say import TONGUES, Tongue, say

LEXICAL = ("--reranker", "lexical")
PASTED = ["<Instruct>: 只看条款", "< instruct > ：只看条款", "\u3000<INSTRUCT>：\u3000只看条款"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    return tmp_path


def codes(told: str) -> list[str]:
    return [hint["code"] for hint in json.loads(told)["hints"]]


@pytest.mark.parametrize("pasted", PASTED)
def test_rerank(home: Path, capsys: pytest.CaptureFixture[str], pasted: str) -> None:
    documents = home / "documents.txt"
    documents.write_text("违约金万分之八\n运费\n", encoding="utf-8")
    asked = ("rerank", "--query", "违约金", "--documents", str(documents), *LEXICAL, "--json")
    scores = []
    for instruction in (pasted, "只看条款"):
        assert main([*asked, "--instruction", instruction]) == 0
        out = capsys.readouterr().out
        assert ("prefix_stripped" in codes(out)) == (instruction == pasted)
        scores.append([row["margin"] for row in json.loads(out)["results"]])
    assert scores[0] == scores[1]


@pytest.mark.parametrize("language", TONGUES)
def test_search_says_it_in_the_language(
    home: Path, capsys: pytest.CaptureFixture[str], language: Tongue
) -> None:
    folder = home / "files"
    folder.mkdir()
    (folder / "采购协议.md").write_text(CONTRACT, encoding="utf-8")
    assert main(["ingest", str(folder), "--corpus", "合同", "--no-vectors"]) == 0
    capsys.readouterr()
    asked = ["search", "违约金", "--corpus", "合同", "--recall", "bm25", *LEXICAL]
    asked += ["--instruction", PASTED[0]]
    assert main([*asked, "--lang", language]) == 0
    done = capsys.readouterr()
    assert say("notice.prefix_stripped", language) in done.out + done.err
    assert main([*asked, "--json"]) == 0
    assert "prefix_stripped" in codes(capsys.readouterr().out)


def test_evaluate(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = home / "set"
    folder.mkdir()
    lines = {
        "corpus.jsonl": [{"_id": "a", "text": "违约金万分之八"}, {"_id": "b", "text": "运费"}],
        "queries.jsonl": [{"_id": "q", "text": "违约金"}],
    }
    for name, rows in lines.items():
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\ta\t1\n", "utf-8")
    asked = ["evaluate", str(folder), "--recall", "bm25", *LEXICAL, "--json"]
    assert main([*asked, "--instruction", PASTED[1]]) == 0
    assert "prefix_stripped" in codes(capsys.readouterr().out)
    assert main([*asked, "--instruction", "只看条款"]) == 0
    assert "prefix_stripped" not in codes(capsys.readouterr().out)
