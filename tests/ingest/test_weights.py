import pytest

from workbench.ingest.weights import article_weight, title_weight, without_separator, word_weight


@pytest.mark.parametrize(
    ("rest", "weight"),
    [
        ("", 1.0),
        ("【范围】", 1.0),
        (" 为了", 1.0),
        ("：", 0.9),
        ("为了", 0.6),
        (" 规定的", 0.4),
        ("的", 0.0),
    ],
)
def test_what_follows_an_article(rest, weight):
    assert article_weight(rest) == weight


@pytest.mark.parametrize(
    ("rest", "weight"),
    [
        (" 总则", 1.0),
        ("和第四章", 0.0),
        (" 甲。", 0.0),
        (" 是什么？怎么办", 0.5),
        (" " + "甲" * 46, 0.0),
    ],
)
def test_what_follows_a_chapter(rest, weight):
    assert title_weight(rest) == weight


@pytest.mark.parametrize(
    ("label", "rest", "weight"),
    [
        ("Article 1", "", 1.0),
        ("article 1", "", 0.5),
        ("Article 10", ".", 0.7),
        ("Article 1", ", and", 0.0),
        ("Article 1", " of the Act", 0.3),
        ("Article 1", " Scope", 1.0),
    ],
)
def test_what_follows_a_word(label, rest, weight):
    assert word_weight(label, rest, run_in=True) == pytest.approx(weight)


def test_long_text_only_where_it_may_run_in():
    assert word_weight("Article 1", ". " + "A" * 120, run_in=True) > 0
    assert word_weight("Chapter 1", ". " + "A" * 120, run_in=False) == 0


def test_separators():
    assert without_separator(": — Fees ") == "Fees"
    assert without_separator("") == ""
