import pytest

from workbench.recall import strings
from workbench.recall.strings import Names, Strings

TEXTS = ["第584条", "", "a", "\U0001f600", "\udc80", "a b"]


def test_texts_come_back_by_number_and_in_order() -> None:
    made = Strings.from_arrays("x", Strings.of(TEXTS).arrays("x"))
    assert list(made) == TEXTS == [made[at] for at in range(len(made))]


def test_a_name_is_found_by_its_text() -> None:
    made = Names.from_arrays("x", Names.of(TEXTS).arrays("x"))
    assert [made.find(text) for text in TEXTS] == list(range(len(TEXTS)))
    assert made.find("b") is None
    assert Names.of([]).find("a") is None


def test_texts_of_one_digest_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strings, "_digest", lambda text: bytes(8))
    made = Names.of(["a", "b", "c"])
    assert [made.find(text) for text in "abcd"] == [0, 1, 2, None]
