"""Tests of benchmarks.recall_tuning: the rules that the fusion was chosen from."""

from benchmarks.recall_bench import Bench, Collection, KeptEmbedder, Question
from benchmarks.recall_tuning import RanksWithinSides, ScoresWithinSides, one_pool, sizes_of
from tests.doubles import HashEmbedder
from workbench.domain.rankings import Hit
from workbench.recall.fusion import AlternatingFusion

SIZES = {"zh": 2, "en": 2}


def language(key):
    return key[:2]


def hits(retriever, *scores):
    return [Hit(key, retriever, rank, score) for rank, (key, score) in enumerate(scores, 1)]


def test_ranks_within_sides_do_not_look_at_scores():
    words = hits("bm25", ("zh-a", 9.0), ("zh-b", 8.9))
    dense = hits("dense", ("zh-b", 0.9), ("zh-c", 0.8), ("zh-a", 0.1))
    other = hits("dense", ("en-a", 0.2))
    # a: 1/61 + 1/63, b: 1/62 + 1/61, c: 1/62; the one English passage takes the second place.
    fused = RanksWithinSides(SIZES).fuse([words, [], dense, other], language, "zh", 9)
    assert fused == ["zh-b", "en-a", "zh-a", "zh-c"]
    assert RanksWithinSides(SIZES).fuse([[], []], language, "zh", 9) == []


def test_scores_within_sides_lift_a_stray_word_of_the_other_language():
    words = [hits("bm25", ("zh-a", 9.0), ("zh-b", 1.0)), hits("bm25", ("en-a", 2.0), ("en-b", 1.0))]
    dense = [hits("dense", ("en-b", 0.9), ("en-c", 0.5), ("en-a", 0.4))]
    own = AlternatingFusion(SIZES).fuse(words + dense, language, "zh", 9)
    within = ScoresWithinSides(SIZES).fuse(words + dense, language, "zh", 9)
    # The product scales 2.0 by the 9.0 of the Chinese side: 0.3 (2 - 1) / 8 for en-a, 0.7 for en-b
    # and 0.7 / 5 for en-c; by itself 2.0 is the best English score, and en-a has 0.3.
    assert own == ["zh-a", "en-b", "zh-b", "en-c", "en-a"]
    assert [key for key in within if key.startswith("en")] == ["en-b", "en-a", "en-c"]


def test_one_pool_orders_both_languages_in_one_list(tmp_path):
    texts = {"zh:1": "合同的违约金", "zh:2": "服务器", "en:1": "penalty", "en:2": "password"}
    asked = [Question("违约金", "zh", frozenset({"zh:1"}), frozenset({"en:1"}))]
    bench = Bench(Collection(texts, asked), KeptEmbedder(HashEmbedder(), tmp_path))
    assert sizes_of(bench) == {"zh": 2, "en": 2}
    assert sizes_of(bench, ["zh:1", "en:1", "en:2"]) == {"zh": 1, "en": 2}
    (order,) = one_pool(bench)
    assert order[0] == "zh:1"
    assert sorted(order) == sorted(texts)
