"""Where the command line writes: answers to standard output, all else to standard error."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.documents import Notice
from workbench.domain.errors import Param, WorkbenchError
from workbench.domain.rankings import RerankerInfo
from workbench.words.model_words import model_caution
from workbench.words.say import Tongue, say, say_error


@dataclass(frozen=True, slots=True)
class Console:
    """One command's output; with ``as_json`` standard output carries one JSON value and no more."""

    language: Tongue
    as_json: bool

    def value(self, value: Any) -> None:
        """Print the command's JSON value."""
        sys.stdout.write(json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n")

    def line(self, text: str = "") -> None:
        """Print a line of the answer for people."""
        sys.stdout.write(text + "\n")

    def say(self, code: str, **params: Param) -> str:
        """Return a sentence in the user's language."""
        return say(code, self.language, **params)

    def note(self, notice: Notice) -> None:
        """Print a notice to standard error."""
        self.hint(self.say(f"notice.{notice.code}", **notice.params))

    def hint(self, text: str) -> None:
        """Print a line beside the answer, to standard error."""
        sys.stderr.write(text + "\n")

    def sending(self, host: str | None) -> None:
        """Say where the texts of this command are sent, where they are sent anywhere."""
        if host:
            self.hint(self.say("cli.sending", host=host))

    def caution(self, info: RerankerInfo) -> None:
        """Say what has to be read beside the numbers of a reranker that follows instructions."""
        if info.supports_instruction and (text := model_caution(info, self.language)):
            self.hint(text)

    def error(self, error: WorkbenchError) -> None:
        """Print one clear line to standard error."""
        self.hint(say_error(error, self.language))

    def progress(self, label: str) -> "Progress":
        """Return a progress line on standard error; silent where nobody watches."""
        return Progress(label, sys.stderr.isatty())

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Print columns of plain text."""
        widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (c + " " * (w - _width(c)) for c, w in zip(row, widths, strict=True))
            self.line("  ".join(cells).rstrip())


def _width(text: str) -> int:
    """Return the columns that a terminal gives ``text``; Han characters take two."""
    return sum(2 if "\u2e80" <= c <= "\uffef" else 1 for c in text)


class Progress:
    """Rewrites one line as work goes on."""

    def __init__(self, label: str, shown: bool) -> None:
        self._label = label
        self._shown = shown

    def __call__(self, done: int, total: int) -> None:
        """Show how far it is."""
        if self._shown:
            end = "\n" if total and done >= total else ""
            sys.stderr.write(f"\r{self._label} {done}/{total or '?'}   {end}")
            sys.stderr.flush()
