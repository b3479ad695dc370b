"""Grades by keyboard in a browser: how long until the next passage is shown, and what is kept."""

import argparse
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.report import Goal, Report, Row, add_options, progress
from workbench.words.say import say

ROOT = Path(__file__).resolve().parents[1]
LIBRARY, KEYS, ROUNDS = "returns", "01230123", 3
GAPS = (600, 300, 150, 50)
"""Milliseconds between two keys: a reader's, a quick one's, a careless one's, a held key's."""
CARD_MS = 100
START_SECONDS = 90.0
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"
ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")
PACKAGES = ("streamlit", "playwright")
WATCH = """() => {
  window.shown = []; window.at = 0;
  const text = () => document.querySelector('.st-key-label-card')?.innerText;
  let last = text();
  document.addEventListener('keydown', () => { window.at = performance.now(); }, true);
  new MutationObserver(() => {
    const now = text();
    if (now !== undefined && now !== last) {
      last = now;
      window.shown.push(performance.now() - window.at);
    }
  }).observe(document.querySelector('[data-testid=stMain]'),
             {subtree: true, childList: true, characterData: true});
}"""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Give the address of a server whose home holds a sample library with its questions."""
    home = folder / "home"
    own = ["--home", str(home)]
    workbench = [sys.executable, "-m", "workbench"]
    with (folder / "told.txt").open("wb") as told:
        said = {"cwd": ROOT, "stdout": told, "stderr": told}
        subprocess.run([*workbench, "samples", "load", LIBRARY, *own], check=True, **said)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        process = subprocess.Popen([*workbench, "serve", "--port", str(port), *own], **said)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address)
            yield address
        finally:
            process.terminate()
            process.wait(30)


def _wait(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"{address}/health", timeout=5).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def measure(page: Any, report: Report) -> None:
    """Press keys at every pace, and put down what the page did."""
    for gap in GAPS:
        progress(f"{gap} ms between keys")
        waits: list[float] = []
        pressed, lost = 0, _lost(page)
        for _ in range(ROUNDS):
            page.evaluate("window.shown.length = 0")
            for key in KEYS:
                page.keyboard.press(key)
                page.wait_for_timeout(gap)
            page.wait_for_timeout(1_500)
            page.wait_for_selector(SETTLED)
            waits += page.evaluate("window.shown")
            pressed += len(KEYS)
        row: Row = {
            "ms between keys": gap,
            "presses": pressed,
            "kept": pressed - (_lost(page) - lost),
            "lost, and shown as lost": _lost(page) - lost,
            "ms to the next passage, median": round(statistics.median(waits), 1),
            "largest": round(max(waits), 1),
        }
        report.rows.append(row)
        if gap == GAPS[0]:
            median = row["ms to the next passage, median"]
            report.goals.append(Goal.at_most("ms a card, median at 600 ms", CARD_MS, median))


def _lost(page: Any) -> int:
    told = page.get_by_test_id("stAlert").filter(has_text="按键太快")
    text = told.inner_text() if told.count() else ""
    return int("".join(filter(str.isdigit, text)) or 0)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    parser = add_options(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    args = parser.parse_args(argv)
    report = Report("label", PACKAGES)
    chromium = shutil.which("chromium")
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="zh-CN")
        page.goto(f"{address}/label?lang=zh")
        page.locator(".st-key-label-start button").click(timeout=60_000)
        page.wait_for_selector(".st-key-label-card", timeout=60_000)
        page.wait_for_selector(SETTLED)
        page.wait_for_timeout(1_500)
        page.evaluate(WATCH)
        measure(page, report)
        browser.close()
    report.notes.append(f"Sample library {LIBRARY!r}; {say('ui.label.mode_unlabelled', 'en')}.")
    report.print(as_json=args.json)


if __name__ == "__main__":
    main()
