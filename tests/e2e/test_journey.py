"""From the printed address to an answer and to two instructions side by side, zh and en."""

import contextlib
import json
import os
import signal
import threading
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CONTRACT, MANUAL
from tests.e2e.conftest import SETTLED, Server, Sink
from workbench.words.say import Tongue, say

pytestmark = pytest.mark.e2e

WAIT = 60_000


def expect(locator: Any) -> Any:
    """Playwright's retrying assertion, imported late so that collecting needs no browser."""
    from playwright.sync_api import expect as assertion

    return assertion(locator)


def upload(page: Any, folder: Path, files: dict[str, str | bytes]) -> None:
    paths = []
    for name, content in files.items():
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        paths.append(str(path))
    page.locator("input[type=file]").first.set_input_files(paths)


def go(page: Any, tongue: Tongue, name: str) -> None:
    heading = page.get_by_role("heading", name=say(f"ui.{name}.title", tongue))
    for _ in range(6):
        # A progress timer that fires just after the click takes it back (see ui/jobs.py).
        page.get_by_role("link", name=say(f"ui.{name}.nav", tongue), exact=True).first.click()
        with contextlib.suppress(AssertionError):
            expect(heading).to_be_visible(timeout=10_000)
            break
    expect(heading).to_be_visible()
    page.wait_for_selector(SETTLED)


def ask(page: Any, tongue: Tongue, question: str) -> None:
    page.get_by_label(say("ui.search.question", tongue), exact=True).fill(question)
    page.get_by_role("button", name=say("ui.search.submit", tongue), exact=True).click()


def no_exception(page: Any) -> None:
    assert page.locator("[data-testid=stException]").count() == 0


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_a_newcomer_reaches_an_answer_and_a_comparison(
    open_page: Callable[[str, str], Any], tmp_path: Path, tongue: Tongue
) -> None:
    page = open_page("", tongue)
    expect(page.get_by_role("heading", name=say("ui.home.title", tongue))).to_be_visible()
    upload(page, tmp_path, {"采购协议.md": CONTRACT, "manual.md": MANUAL})
    expect(page.get_by_text("采购协议.md").first).to_be_visible(timeout=WAIT)
    for name in ("采购协议.md", "manual.md"):
        done = say("notice.document_added", tongue, name=name, chunks=0).split("0")[0].strip()
        expect(page.get_by_text(done).first).to_be_visible(timeout=WAIT)

    go(page, tongue, "search")
    ask(page, tongue, "怎么读取设备的 MAC 地址?" if tongue == "zh" else "迟延交付 penalty per day")
    wanted = "GetMacAddr" if tongue == "zh" else "万分之八"
    expect(page.get_by_text(wanted).first).to_be_visible(timeout=WAIT)
    no_exception(page)

    go(page, tongue, "compare")
    page.get_by_label(say("ui.search.question", tongue), exact=True).fill("违约金")
    page.get_by_label(say("ui.compare.arm", tongue, letter="B"), exact=True).fill(
        "Only clauses about payment"
    )
    page.get_by_role("button", name=say("ui.compare.submit", tongue), exact=True).click()
    summary = say("ui.compare.summary", tongue, arms=2, candidates=0).split("0")[0]
    expect(page.get_by_text(summary.strip()).first).to_be_visible(timeout=WAIT)
    expect(page.get_by_text(say("ui.compare.tab_slopes", tongue)).first).to_be_visible()
    no_exception(page)


def test_bad_files_get_a_sentence_and_the_good_ones_are_in(
    open_page: Callable[[str, str], Any], tmp_path: Path
) -> None:
    page = open_page("", "en")
    upload(
        page,
        tmp_path,
        {"empty.txt": b"", "virus.pdf": b"MZ\x90\x00" + bytes(500), "manual.md": MANUAL},
    )
    expect(page.get_by_text(say("error.empty_file", "en")[:25]).first).to_be_visible(timeout=WAIT)
    unsupported = say("error.unsupported_kind", "en", found="…")
    expect(page.get_by_text(unsupported[:20]).first).to_be_visible(timeout=WAIT)
    go(page, "en", "search")
    ask(page, "en", "reset password")
    expect(page.get_by_text("ten seconds").first).to_be_visible(timeout=WAIT)
    ask(page, "en", "x" * 9_000)
    too_long = say("error.query_too_long", "en", length=9_000, limit=8_000)
    expect(page.get_by_text(too_long[:25]).first).to_be_visible(timeout=WAIT)
    no_exception(page)


def test_nothing_in_a_document_reaches_another_host(
    open_page: Callable[[str, str], Any], tmp_path: Path, sink: Sink
) -> None:
    hostile = (
        f"# ![x]({sink.address}/heading) <img src='{sink.address}/img'>\n\n"
        f"canary word <script>window.__hit = 1</script> ![y]({sink.address}/body)\n\n"
        f"<style>body{{background:url({sink.address}/css)}}</style> $x^2$ :red[loud]\n"
    )
    page = open_page("", "en")
    upload(page, tmp_path, {"hostile.md": hostile})
    expect(page.get_by_text("hostile.md").first).to_be_visible(timeout=WAIT)
    page.wait_for_timeout(4_000)
    go(page, "en", "search")
    ask(page, "en", "canary word")
    expect(page.get_by_text("window.__hit").first).to_be_visible(timeout=WAIT)
    go(page, "en", "corpora")
    page.wait_for_timeout(3_000)
    assert page.evaluate("window.__hit") is None
    assert sink.paths == []
    no_exception(page)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_the_api_answers_after_the_model_host_was_killed(server: Server) -> None:
    def predict() -> list[str]:
        body = json.dumps({"query": "违约金", "documents": ["运费", "违约金万分之五"]}).encode()
        request = urllib.request.Request(
            f"{server.address}/api/predict", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=180) as response:
            return [row["document"] for row in json.load(response)["result"]]

    before = predict()
    lists = list(Path(f"/proc/{server.process.pid}/task").glob("*/children"))
    if not lists:
        pytest.skip("this system does not list children")
    hosts = [
        int(pid)
        for children in lists
        for pid in children.read_text().split()
        if b"workbench.models.host" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
    assert len(hosts) == 1
    os.kill(hosts[0], signal.SIGKILL)
    assert predict() == before


def test_status_and_stop(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    from workbench.__main__ import main

    home = ["--home", str(server.home), "--json"]
    assert main(["status", *home]) == 0
    assert json.loads(capfd.readouterr().out)["address"] == server.address
    # A child that nobody waits for stays a zombie, and a zombie still answers to its number.
    threading.Thread(target=server.process.wait, daemon=True).start()
    assert main(["stop", *home]) == 0
    assert json.loads(capfd.readouterr().out) == {"stopped": server.process.pid}
    server.process.wait(30)
    assert main(["status", *home]) == 1
    assert json.loads(capfd.readouterr().out) == {"running": False, "healthy": False}


def test_another_host_name_is_refused(server: Server) -> None:
    request = urllib.request.Request(f"{server.address}/health", headers={"Host": "evil.test"})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    assert caught.value.code == 400
    caught.value.close()
