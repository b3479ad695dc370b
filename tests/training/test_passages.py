"""Tests of training.passages."""

import pytest

from training.learn import development
from training.passages import DATA, LONGEST, SPLITS, manual, parts, size, statutes


def test_parts_hold_every_line_once_and_in_order():
    lines = ["x" * 200] * 7 + ["中" * 400] + ["y" * 10]
    found = list(parts(lines))
    assert [at for start, end in found for at in range(start, end)] == list(range(len(lines)))
    assert all(
        end - start == 1 or size("".join(lines[start:end])) <= LONGEST for start, end in found
    )


def test_nothing_is_both_learned_from_and_tested_on():
    libraries = SPLITS["libraries"]
    assert not set(libraries["training"]) & set(libraries["test"])
    assert {"contracts", "developer", "support", "machine", "returns"} == {
        *libraries["training"],
        *libraries["test"],
    }


@pytest.mark.skipif(not (DATA / "help-zh-en").is_dir(), reason="no shared data here")
def test_the_manual_comes_in_parts_that_are_translations():
    found = {one.key: one for one in manual()}
    twins = [one for one in found.values() if one.twin]
    assert len(twins) > 6000
    for one in twins:
        other = found[one.twin]
        assert (other.twin, len(other.lines)) == (one.key, len(one.lines))
        assert other.language != one.language


@pytest.mark.skipif(not (DATA / "stard-even").is_dir(), reason="no shared data here")
def test_of_the_statutes_only_the_articles_are_read():
    found = list(statutes())
    assert len(found) == 1445
    assert all(one.heading and one.text for one in found)


@pytest.mark.skipif(not (DATA / "help-zh-en").is_dir(), reason="no shared data here")
def test_a_page_and_its_translation_stay_on_one_side():
    passages = list(manual())
    learn, choose = development(passages, 0.08)
    pages = [{passages[at].page.split("/", 1)[1] for at in side} for side in (learn, choose)]
    assert not pages[0] & pages[1]
    assert 0.04 < len(pages[1]) / (len(pages[0]) + len(pages[1])) < 0.12
