from collections.abc import Callable

import pytest

from workbench.domain.languages import Language
from workbench.domain.rankings import Hit
from workbench.recall.fusion import AlternatingFusion, ReciprocalRankFusion

LANGUAGE: dict[str, Language] = {"z": "zh", "e": "en", "m": "mixed", "o": "other"}


def language(chunk_id: str) -> Language:
    return LANGUAGE[chunk_id[0]]


def hits(retriever: str, **scores: float) -> list[Hit]:
    ordered = sorted(scores, key=lambda chunk_id: -scores[chunk_id])
    return [Hit(each, retriever, rank, scores[each]) for rank, each in enumerate(ordered, start=1)]


def dense(*chunk_ids: str) -> list[Hit]:
    return hits("dense", **{each: 1 - at / 10 for at, each in enumerate(chunk_ids)})


@pytest.mark.parametrize("fusion", [AlternatingFusion(), ReciprocalRankFusion()])
@pytest.mark.parametrize("lists", [[], [[]], [[], []]])
def test_nothing_found_nothing_fused(fusion: AlternatingFusion, lists: list[list[Hit]]) -> None:
    assert fusion.fuse(lists, language, "zh", 10) == []


@pytest.mark.parametrize("fusion", [AlternatingFusion(), ReciprocalRankFusion()])
@pytest.mark.parametrize("limit", [0, -1, 1, 2])
def test_the_limit_is_kept(fusion: AlternatingFusion, limit: int) -> None:
    lists = [dense("z1", "z2", "z3")]
    assert fusion.fuse(lists, language, "zh", limit) == ["z1", "z2", "z3"][: max(limit, 0)]


def test_own_side_first_then_in_turn_and_the_rest_when_one_ends() -> None:
    lists = [dense("z1", "z2", "z3", "z4"), dense("e1", "e2")]
    fused = AlternatingFusion().fuse(lists, language, "zh", 10)
    assert fused == ["z1", "e1", "z2", "e2", "z3", "z4"]
    fused = AlternatingFusion().fuse(lists, language, "en", 10)
    assert fused == ["e1", "z1", "e2", "z2", "z3", "z4"]


def test_a_question_whose_own_side_is_empty_is_answered_by_the_others() -> None:
    assert AlternatingFusion().fuse([dense("z1", "z2")], language, "en", 5) == ["z1", "z2"]


def test_mixed_text_stands_on_the_chinese_side() -> None:
    lists = [dense("m1", "z1"), dense("e1")]
    assert AlternatingFusion().fuse(lists, language, "zh", 5) == ["m1", "e1", "z1"]
    assert AlternatingFusion().fuse(lists, language, "mixed", 5) == ["m1", "e1", "z1"]


def test_a_small_side_has_places_by_the_root_of_its_size() -> None:
    # Roots 9 and 1: a tenth of the places. After n places the own side is behind by 0.9 n - taken.
    lists = [dense(*(f"z{i}" for i in range(20))), dense("e0", "e1", "e2")]
    fused = AlternatingFusion({"zh": 81, "en": 1, "other": 0}).fuse(lists, language, "zh", 20)
    assert [at for at, each in enumerate(fused, start=1) if each[0] == "e"] == [6, 16]
    assert fused[0] == "z0"


def test_a_large_other_side_takes_no_more_than_every_second_place() -> None:
    lists = [dense("z1", "z2", "z3"), dense(*(f"e{i}" for i in range(9)))]
    sizes = {"zh": 3, "en": 5000, "other": 10}
    fused = AlternatingFusion(sizes).fuse(lists, language, "zh", 6)
    assert fused[0] == "z1"
    assert [each for each in fused if each[0] == "z"] == ["z1", "z2", "z3"]


@pytest.mark.parametrize("sizes", [None, {"zh": 400, "en": 25, "other": 3}])
def test_a_short_list_begins_the_long_one(sizes: dict[str, int] | None) -> None:
    fusion = AlternatingFusion(sizes)  # type: ignore[arg-type]
    lists = [dense("z1", "z2", "z3", "z4"), dense("e1", "e2", "e3"), dense("o1")]
    long = fusion.fuse(lists, language, "en", 20)
    assert len(long) == 8
    assert [fusion.fuse(lists, language, "en", n) for n in range(9)] == [long[:n] for n in range(9)]


def test_scaled_scores_are_added_inside_a_side() -> None:
    # BM25: z1 1, z2 0.5, z3 0. Dense: z2 1, z3 0.75, z1 0. With 0.3 and 0.7 of them: z2 0.85,
    # z3 0.525, z1 0.3.
    lists = [
        hits("bm25", z1=9.0, z2=5.0, z3=1.0),
        hits("dense", z1=0.80, z2=0.88, z3=0.86),
    ]
    assert AlternatingFusion().fuse(lists, language, "zh", 5) == ["z2", "z3", "z1"]


def test_words_weigh_three_tenths() -> None:
    # Dense: z1 1, z2 0.5, z3 0. A best word score lifts z3 to 0.3, and not above z2's 0.35.
    lists = [hits("bm25", z3=4.0, z4=0.0), hits("dense", z1=0.9, z2=0.8, z3=0.7)]
    assert AlternatingFusion().fuse(lists, language, "zh", 5) == ["z1", "z2", "z3", "z4"]


def test_a_stray_word_in_the_other_language_stays_small() -> None:
    # Scaled within its side alone, e2's single BM25 hit would be worth 1 and win over e1.
    lists = [
        hits("bm25", z1=20.0, z2=0.0),
        hits("bm25", e2=2.0),
        hits("dense", e1=0.9, e2=0.5, e3=0.4),
    ]
    fused = AlternatingFusion().fuse(lists, language, "zh", 9)
    assert [each for each in fused if each[0] == "e"] == ["e1", "e2", "e3"]


def test_negative_and_equal_scores_are_scaled_too() -> None:
    assert AlternatingFusion().fuse([hits("bm25", z1=-3.0, z2=-1.0)], language, "zh", 5) == [
        "z2",
        "z1",
    ]
    equal = [Hit("z2", "bm25", 1, 0.0), Hit("z1", "bm25", 2, 0.0)]
    assert AlternatingFusion().fuse([equal], language, "zh", 5) == ["z2", "z1"]


def test_reciprocal_ranks_by_hand() -> None:
    # z1: 1/61 + 1/63 = .03227; z2: 1/62 + 1/61 = .03252; z3: 1/62 alone = .01613.
    lists = [dense("z1", "z2"), hits("bm25", z2=3.0, z3=2.0, z1=1.0)]
    assert ReciprocalRankFusion().fuse(lists, language, "zh", 5) == ["z2", "z1", "z3"]


def test_reciprocal_ranks_leave_ties_as_they_were_found() -> None:
    order: Callable[..., list[str]] = ReciprocalRankFusion(k=1).fuse
    assert order([dense("z2"), dense("z1")], language, "zh", 5) == ["z2", "z1"]
