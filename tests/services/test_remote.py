"""The remote reranker as one of the others: chosen, logged, tested by the doctor, never warmed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rerank.remote_server import Served, ignoring, serving
from workbench.__main__ import main
from workbench.assembly import build
from workbench.domain.actors import OWNER
from workbench.domain.errors import InvalidInput, Unavailable
from workbench.rerank.known_answers import KNOWN_ANSWERS
from workbench.services.workbench import Workbench
from workbench.settings import Settings

KEY = "sk-canary-7391"
RIGHT = {one.documents[one.right] for one in KNOWN_ANSWERS}


@pytest.fixture
def served() -> Iterator[Served]:
    with serving("jina") as made:
        yield made


def opened(home: Path, url: str, **given: str) -> Workbench:
    settings = Settings(
        home=home, remote_url=url, remote_key=KEY, model_path=str(home / "none"), **given
    )
    assert KEY not in repr(settings)
    return build(settings)


def test_it_is_no_default_and_can_be_selected(tmp_path: Path, served: Served) -> None:
    bench = opened(tmp_path, served.url)
    assert bench.models.choose()[0] != "remote"
    bench.models.select(OWNER, "remote")
    answer = bench.rerank.rank(OWNER, "red green", ["blue", "red green"])
    state = bench.models.state(OWNER)
    bench.close()
    assert [row.index for row in answer.rows] == [1, 0]
    assert answer.reranker.host == state.info.host == served.url.removeprefix("http://")
    assert served.asked[0][1]["Authorization"] == f"Bearer {KEY}"


def test_where_texts_go_is_logged_once_and_the_key_never(tmp_path: Path, served: Served) -> None:
    bench = opened(tmp_path, served.url, reranker="remote")
    for _ in range(2):
        bench.rerank.rank(OWNER, "red", ["canary-text"])
    served.status = 401
    with pytest.raises(Unavailable):
        bench.rerank.rank(OWNER, "red", ["canary-text"])
    bench.close()
    log = (tmp_path / "log.jsonl").read_text(encoding="utf-8")
    events = [json.loads(line)["event"] for line in log.splitlines()]
    assert events.count("texts_are_sent") == 1
    assert KEY not in log and "canary-text" not in log


def test_warming_contacts_nobody(tmp_path: Path, served: Served) -> None:
    bench = opened(tmp_path, served.url, reranker="remote")
    bench.models.warm()
    bench.models.state(OWNER)
    bench.close()
    assert not served.asked


def test_without_an_address_it_cannot_be_used(tmp_path: Path) -> None:
    bench = opened(tmp_path, "", reranker="remote")
    name, why = bench.models.choose()
    with pytest.raises(Unavailable) as caught:
        bench.models.reranker("remote")
    bench.close()
    assert (why.code, why.params["wanted"]) == ("chosen_instead", "remote")
    assert name != "remote" and caught.value.code == "remote_missing"


@pytest.mark.parametrize(
    ("url", "dialect", "code"),
    [
        ("ftp://host", "jina", "remote_url_unsuitable"),
        ("http://host", "klingon", "remote_dialect_unknown"),
    ],
)
def test_a_wrong_setting_is_told_at_the_start(
    tmp_path: Path, url: str, dialect: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        opened(tmp_path, url, remote_dialect=dialect)
    assert caught.value.code == code


def environment(monkeypatch: pytest.MonkeyPatch, home: Path, url: str) -> None:
    for name, value in (("HOME", str(home)), ("REMOTE_URL", url), ("REMOTE_KEY", KEY)):
        monkeypatch.setenv(f"WORKBENCH_{name}", value)


def test_the_command_line_says_once_where_texts_go(
    tmp_path: Path,
    served: Served,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    environment(monkeypatch, tmp_path, served.url)
    documents = tmp_path / "documents.txt"
    documents.write_text("blue\nred green\n", encoding="utf-8")
    asked = ["--query", "red green", "--documents", str(documents), "--reranker", "remote"]
    assert main(["rerank", *asked, "--json", "--lang", "en"]) == 0
    out, err = capsys.readouterr()
    host = served.url.removeprefix("http://")
    assert err.count(host) == 1
    assert json.loads(out)["reranker"]["host"] == host


@pytest.mark.parametrize("follows", [True, False])
def test_the_doctor_tells_what_the_server_showed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    follows: bool,
) -> None:
    def known(query: str, document: str, instruction: str) -> float:
        score = 4.0 if document in RIGHT else -4.0
        return -score if follows and "nothing to do" in instruction else score

    with serving("jina", known) as served:
        environment(monkeypatch, tmp_path, served.url)
        assert main(["doctor", "--reranker", "remote", "--json"]) == 0
    out, _ = capsys.readouterr()
    told = json.loads(out)
    assert (told["probe"]["ranks"], told["probe"]["follows"]) == (True, follows)
    assert told["reranker"]["supports_instruction"] is follows
    assert told["probe"]["at"].endswith("Z") and KEY not in out


def test_a_server_that_ignores_instructions_is_flagged_at_the_answer(tmp_path: Path) -> None:
    with serving("jina", ignoring) as served:
        bench = opened(tmp_path, served.url, reranker="remote")
        answer = bench.rerank.rank(OWNER, "red", ["red", "blue"], "be strict")
        bench.close()
    assert not answer.reranker.supports_instruction
