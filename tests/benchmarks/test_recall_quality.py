"""Tests of benchmarks.recall_quality: measures by hand, data by a tiny collection."""

import json
import math
import re

import pytest

from benchmarks.recall_bench import Collection, Question
from benchmarks.recall_quality import (
    BOTH_WAYS,
    STATUTES,
    add_row,
    against_parts,
    interval,
    main,
    measured,
    ndcg,
    recall_at,
    reciprocal_rank,
    stard,
    xquad,
)
from benchmarks.report import Report

ORDER = ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("depth", "wanted", "expected"),
    [
        (1, "a", 1.0),
        (1, "b", 0.0),
        (2, "ad", 0.5),
        (4, "ad", 1.0),
        (50, "z", 0.0),
        (3, "abz", 2 / 3),
    ],
)
def test_recall_is_the_share_of_what_is_wanted(depth, wanted, expected):
    assert recall_at(depth, ORDER, frozenset(wanted)) == pytest.approx(expected)


def test_reciprocal_rank_ends_at_its_depth():
    assert reciprocal_rank(ORDER, frozenset("cd")) == pytest.approx(1 / 3)
    assert reciprocal_rank(ORDER, frozenset("d"), depth=3) == 0.0
    assert reciprocal_rank([], frozenset("d")) == 0.0


def test_ndcg_is_what_the_definition_gives_by_hand():
    # Gains by place: 1, 1 / log2 3, 1 / log2 4 = 0.5, 1 / log2 5.
    assert ndcg(ORDER, frozenset("a")) == 1.0
    assert ndcg(ORDER, frozenset("c")) == pytest.approx(0.5)
    assert ndcg(ORDER, frozenset("ac")) == pytest.approx(1.5 / (1 + 1 / math.log2(3)))
    assert ndcg(ORDER, frozenset("d"), depth=3) == 0.0
    assert ndcg([], frozenset("a")) == 0.0
    # More is wanted than fits: the best list is full, not as long as what is wanted.
    assert ndcg(["a", "b"], frozenset("abc"), depth=2) == pytest.approx(1.0)


def test_a_column_counts_the_questions_of_its_language_alone():
    questions = [
        Question("问", "zh", frozenset("c"), frozenset("b")),
        Question("ask", "en", frozenset("b"), frozenset("d")),
    ]
    values = measured(BOTH_WAYS, questions, [ORDER, ORDER])
    assert values == pytest.approx([1.0, 1.0, 1 / 3, 1 / 2, 1.0, 1.0, 1 / 2, 1 / 2])
    assert measured(STATUTES, questions, [ORDER, ORDER]) == [0.5, 1.0, 1.0, 1.0]


def test_an_interval_is_that_of_the_mean_of_differences():
    assert interval([0.25]) == (0.25, 0.25)
    assert interval([0.5] * 40) == (0.5, 0.5)
    # 400 differences of 0 or 1: 0.5 and 1.96 times sqrt(0.25 / 400) = 0.025 to either side.
    low, high = interval([0.0, 1.0] * 200)
    assert (low, high) == pytest.approx((0.5 - 0.049, 0.5 + 0.049), abs=0.005)
    assert interval([0.0, 1.0] * 200) == (low, high)


def test_the_hybrid_is_compared_with_each_of_its_parts_question_by_question():
    class Asked:
        questions = (Question("问", "zh", frozenset("a")), Question("问二", "zh", frozenset("b")))

    report = Report("recall")
    same = [["a"], ["b"]]
    found = {"hybrid (default)": same, "bm25": [["a"], ["c"]], "dense": same}
    against_parts(report, "t", Asked(), STATUTES[:1], found)
    assert report.rows == [
        {
            "part": "t, hybrid less a part of it",
            "less": "bm25",
            "nDCG@10": "+0.500 [+0.000, +1.000]",
        },
        {
            "part": "t, hybrid less a part of it",
            "less": "dense",
            "nDCG@10": "+0.000 [+0.000, +0.000]",
        },
    ]


@pytest.fixture
def data(tmp_path):
    def write(folder, passages, questions, labels):
        (tmp_path / folder).mkdir()
        for name, rows in (("corpus", passages), ("queries", questions)):
            text = "\n".join(json.dumps(row) for row in rows)
            (tmp_path / folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
        lines = ["query-id\tcorpus-id\tscore", *("\t".join(label) for label in labels)]
        (tmp_path / folder / "qrels.tsv").write_text("\n".join(lines), encoding="utf-8")

    write(
        "xquad-zh-en",
        [{"_id": f"{side}-0", "title": "t", "text": side} for side in ("zh", "en")],
        [
            {"_id": f"{side}-{n}", "text": f"{side} {n}", "metadata": {"lang": side}}
            for n in range(3)
            for side in ("zh", "en")
        ],
        [(f"{s}-{n}", f"{d}-0", "1") for n in range(3) for s in ("zh", "en") for d in ("zh", "en")],
    )
    write(
        "stard-even",
        [{"_id": "1", "title": "T", "text": "x"}, {"_id": "2", "title": "U", "text": "y"}],
        [{"_id": "8", "text": "q"}, {"_id": "9", "text": "without a label"}],
        [("8", "2", "1"), ("8", "1", "0")],
    )
    return tmp_path


def test_xquad_has_one_passage_in_each_language_for_a_question(data):
    every = xquad(data, 0)
    assert every.texts == {"zh-0": "t\nzh", "en-0": "t\nen"}
    assert [q.text for q in every.questions] == ["zh 0", "zh 1", "zh 2", "en 0", "en 1", "en 2"]
    assert {(q.language, *q.own, *q.other) for q in every.questions} == {
        ("zh", "zh-0", "en-0"),
        ("en", "en-0", "zh-0"),
    }


def test_a_sample_is_the_same_every_time(data):
    few = xquad(data, 2).questions
    assert [q.language for q in few] == ["zh", "zh", "en", "en"]
    assert len({q.text for q in few}) == 4
    assert few == xquad(data, 2).questions
    assert len(xquad(data, 300).questions) == 6


def test_stard_reads_titles_and_leaves_out_what_has_no_label(data):
    expected = Question("q", "zh", frozenset({"2"}))
    assert stard(data) == Collection({"1": "T\nx", "2": "U\ny"}, [expected])


def test_a_row_has_three_places():
    report = Report("recall")
    add_row(report, "p", "bm25", ("one", "two"), [0.5, 2 / 3])
    assert report.rows == [{"part": "p", "way": "bm25", "one": 0.5, "two": 0.667}]


def test_without_its_collections_it_says_where_they_were_looked_for(tmp_path):
    with pytest.raises(SystemExit, match=re.escape(str(tmp_path))):
        main(["--data", str(tmp_path)])
