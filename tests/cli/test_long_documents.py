"""rerank --long and --extract: parts, wholes and extracts on the command line."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.test_verbs import run
from tests.models.conftest import save_qwen3
from tests.qwen3_tokenizer import qwen3_tokenizer_file
from workbench.__main__ import main

pytestmark = pytest.mark.slow  # every call loads a model
LONG = "违约金按日计算。The fee is due. " * 120
FILLER = "天气晴朗，万里无云。\n\n" * 1_000


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = save_qwen3(tmp_path_factory.mktemp("qwen3"))
    shutil.copy(qwen3_tokenizer_file(), folder / "tokenizer.json")
    return folder


@pytest.fixture
def documents(tmp_path: Path, weights: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("WORKBENCH_RERANKER", "WORKBENCH_DOCUMENT_TOKENS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (("HOME", tmp_path / "home"), ("MODEL", weights), ("MAX_LENGTH", 256)):
        monkeypatch.setenv(f"WORKBENCH_{name}", str(value))
    file = tmp_path / "d.json"
    file.write_text(json.dumps(["短", LONG]), encoding="utf-8")
    return file


def ask(file: Path, *more: str) -> tuple[str, ...]:
    return ("rerank", "--query", "q", "--documents", str(file), "--reranker", "qwen3", *more)


def test_each_way_tells_what_was_read(documents: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = {}
    for way in ("cut", "windows"):
        status, answer, err = run(capsys, *ask(documents, "--long", way))
        assert status == 0, err
        rows[way] = {row["index"]: row for row in answer["results"]}  # type: ignore[index]
    assert rows["cut"] == {r["index"]: r for r in run(capsys, *ask(documents))[1]["results"]}  # type: ignore[index]
    cut, parts = rows["cut"][1], rows["windows"][1]
    assert (cut["truncated"], cut["window"], cut["tokens_read"]) == (True, None, 256)
    assert (parts["truncated"], parts["tokens_read"]) == (False, parts["tokens"])
    assert set(parts["window"]) == {"number", "count", "start", "end"}
    assert 0 <= parts["window"]["start"] < parts["window"]["end"] <= len(LONG)
    assert rows["windows"][0]["window"] is None
    status, answer, err = run(capsys, *ask(documents, "--long", "whole", "--lang", "en"))
    assert (status, answer) == (1, None)
    assert "at most 512" in err and len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("language", "cut", "part"),
    [("zh", "读了 256 / ", "部分，字符 "), ("en", "(read 256 of ", "(part ")],
)
def test_people_are_told_as_well(
    documents: Path, capsys: pytest.CaptureFixture[str], language: str, cut: str, part: str
) -> None:
    assert main([*ask(documents), "--lang", language]) == 0
    assert cut in capsys.readouterr().out
    assert main([*ask(documents, "--long", "windows"), "--lang", language]) == 0
    assert part in capsys.readouterr().out


def test_an_extract_is_told(tmp_path: Path, documents: Path, capsys) -> None:
    file = tmp_path / "long.json"
    file.write_text(json.dumps([FILLER + "违约责任见附件。", "x"]), encoding="utf-8")
    status, answer, err = run(capsys, *ask(file, "--extract", "--lang", "en"))
    assert status == 0
    rows = {row["index"]: row for row in answer["results"]}  # type: ignore[index]
    assert rows[0]["extract"]["text"] == "[…]\n\n违约责任见附件。"
    assert rows[1]["extract"] is None
    assert "only an extract was read: 8 of 10,008 characters (1 of 1,001 paragraphs)" in err


def test_the_limit_of_a_deployment(
    documents: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_DOCUMENT_TOKENS", "300")
    for language in ("zh", "en"):
        assert main([*ask(documents, "--long", "windows"), "--lang", language]) == 1
        err = capsys.readouterr().err
        assert "300" in err and "WORKBENCH_DOCUMENT_TOKENS" in err
    with pytest.raises(SystemExit) as caught:
        main([*ask(documents), "--long", "half"])
    assert caught.value.code == 2
