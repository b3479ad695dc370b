"""Real documents for tests, and how well found headings match a file's own bookmarks."""

import difflib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from workbench.domain.documents import Reading, SlicePolicy
from workbench.ingest.contents import compact
from workbench.ingest.limits import Limits
from workbench.ingest.pdf import read_pdf
from workbench.ingest.reading import read_bytes

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "pdf"


def real_path(name: str) -> Path:
    path = FOLDER / f"{name}.pdf"
    if not path.exists():
        pytest.skip(f"{path} is absent: the real documents are not part of the repository")
    return path


@cache
def real_reading(name: str, *, ignore_bookmarks: bool = False) -> Reading:
    policy = SlicePolicy(ignore_bookmarks=ignore_bookmarks)
    return read_bytes(real_path(name).read_bytes(), f"{name}.pdf", "DOCUMENT", policy)


@dataclass(frozen=True)
class Agreement:
    """How many bookmarks were found, of how many, among how many predictions."""

    found: int
    bookmarks: int
    predictions: int

    @property
    def recall(self) -> float:
        return self.found / self.bookmarks

    @property
    def precision(self) -> float:
        return self.found / self.predictions


def agreement(name: str) -> Agreement:
    """Compare the headings found without bookmarks with the bookmarks that were hidden.

    A bookmark is found by an unused heading on its page or next to it whose title is equal, equal
    without its number, or more than .85 similar. 目录 and Contents count on neither side, because
    a table of contents is removed on purpose.
    """
    marks = read_pdf(real_path(name).read_bytes(), Limits()).marks
    wanted = [(m.page or 0, compact(m.title)) for m in marks if compact(m.title) not in _CONTENTS]
    sections = real_reading(name, ignore_bookmarks=True).sections[1:]
    predicted = [(s.page or 0, compact(s.title)) for s in sections]
    numbers = [compact(s.number or "") for s in sections]
    free = list(range(len(predicted)))
    found = 0
    for page, title in wanted:
        hit = next((i for i in free if _same(predicted[i], numbers[i], page, title)), None)
        if hit is not None:
            free.remove(hit)
            found += 1
    return Agreement(found, len(wanted), len(predicted))


_CONTENTS = {"目录", "contents", "插图目录", "表格目录"}


def _same(prediction: tuple[int, str], number: str, page: int, title: str) -> bool:
    at, found = prediction
    if abs(at - page) > 1:
        return False
    bare = found.removeprefix(number)
    return (
        title in (found, bare)
        or (bool(bare) and title.removeprefix(number) == bare)
        or difflib.SequenceMatcher(None, found, title).ratio() > 0.85
    )
