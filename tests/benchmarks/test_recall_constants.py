"""Tests of benchmarks.recall_constants: what the constants of recall were chosen on."""

import json

import pytest

from benchmarks import recall_constants
from benchmarks.recall_bench import Bench, Collection, KeptEmbedder, Question
from benchmarks.recall_constants import CHANGES, changed, constants, lay, sentences
from tests.doubles import HashEmbedder
from workbench.recall import dense, fusion

TAKEN = "出租人应当按照约定将租赁物交付承租人并在租赁期间保持其用途"
LONG = (
    f"{TAKEN}。当事人对支付租金的期限没有约定的，应当在租赁期限届满时支付。"
    + "另有约定的除外。" * 8
)


@pytest.fixture
def data(tmp_path, monkeypatch):
    (tmp_path / "stard-even").mkdir()
    rows = [
        {"_id": "1", "title": "法一", "text": LONG},
        {"_id": "2", "title": "法二", "text": "短。"},
        {"_id": "3", "title": "法二", "text": "短。"},
    ]
    text = "\n".join(json.dumps(row) for row in rows)
    (tmp_path / "stard-even" / "corpus.jsonl").write_text(text, encoding="utf-8")
    asked = tmp_path / "lay.tsv"
    asked.write_text("2\t多短？\n1\t房东什么时候交房？\n", encoding="utf-8")
    monkeypatch.setattr(recall_constants, "LAY", asked)
    return tmp_path


def test_a_sentence_is_taken_out_of_a_long_article_and_becomes_the_question(data):
    made = sentences(data)
    (question,) = made.questions
    assert question.own == frozenset({"1"})
    assert question.text in LONG
    assert question.text not in made.texts["1"]
    assert made.texts["2"] == "法二\n短。"
    assert made == sentences(data)


def test_lay_questions_accept_every_equal_article(data):
    made = lay(data)
    assert [q.own for q in made.questions] == [frozenset("23"), frozenset("1")]


def test_the_questions_of_the_repository_name_articles_and_are_questions():
    lines = (recall_constants.LAY).read_text(encoding="utf-8").splitlines()
    assert len(lines) == 63
    keys, texts = zip(*(line.split("\t") for line in lines), strict=True)
    assert all(key.isdigit() for key in keys)
    assert len(set(texts)) == 63
    assert all(text.endswith("？") for text in texts)


def test_constants_are_changed_within_and_as_before_after():
    before = dense.WITHIN, dense.PULL, fusion.WORDS
    with pytest.raises(RuntimeError), changed({"WITHIN": 1.0, "WORDS": 0.9, "PULL": 0.0}):
        assert (dense.WITHIN, dense.PULL, fusion.WORDS) == (1.0, 0.0, 0.9)
        raise RuntimeError
    assert before == (dense.WITHIN, dense.PULL, fusion.WORDS)


def test_every_change_is_measured_on_every_collection(data, tmp_path, monkeypatch):
    texts = {"zh:1": "合同的违约金", "zh:2": "服务器", "en:1": "penalty", "en:2": "server"}
    asked = [
        Question("违约金", "zh", frozenset({"zh:1"}), frozenset({"en:1"})),
        Question("server", "en", frozenset({"en:2"}), frozenset({"zh:2"})),
    ]
    monkeypatch.setattr(recall_constants, "FEW", 0)
    embedder = KeptEmbedder(HashEmbedder(), tmp_path / "kept")
    found = dict(constants(Bench(Collection(texts, asked), embedder), data, embedder))
    assert list(found) == [name for name, _ in CHANGES]
    assert len({tuple(named) for named in found.values()}) == 1
    assert all(0 <= value <= 1 for named in found.values() for value in named.values())
