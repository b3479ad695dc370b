"""Instructions on frozen candidates: same passages, numbers against the baseline, one identity."""

import pytest

from tests.doubles import CountingReranker
from workbench.domain.actors import OWNER
from workbench.domain.errors import InvalidInput
from workbench.services.answers import Request
from workbench.services.workbench import Workbench

ARMS = [("A", ""), ("B", "暂停发货"), ("C", "MAC")]


def corpus_of(bench: Workbench) -> str:
    return bench.corpora.list(OWNER)[0].corpus_id


def test_every_arm_scores_the_same_candidates(
    filled: Workbench, reranker: CountingReranker
) -> None:
    comparison = filled.compare.run(OWNER, [corpus_of(filled)], "违约金 address", ARMS)
    assert [asked[2] for asked in reranker.asked] == ["", "暂停发货", "MAC"]
    assert len({asked[1] for asked in reranker.asked}) == 1
    sets = [{r.candidate.chunk_id for r in arm.ranking.rows} for arm in comparison.arms]
    assert sets[0] == sets[1] == sets[2]
    assert (
        "GetMacAddr"
        in comparison.pool.views[comparison.arms[2].ranking.rows[0].candidate.chunk_id].chunk.text
    )


def test_the_baseline_differs_from_itself_by_nothing(filled: Workbench) -> None:
    comparison = filled.compare.run(OWNER, [corpus_of(filled)], "违约金", ARMS[:2])
    first = comparison.arms[0].difference
    assert {move.direction for move in first.moves} == {"same"}
    assert first.rbo == pytest.approx(1.0)
    assert first.shared == first.depth


def test_the_manifest_changes_with_an_instruction_and_with_nothing_else(filled: Workbench) -> None:
    corpus = [corpus_of(filled)]
    one = filled.compare.run(OWNER, corpus, "违约金", ARMS[:2])
    two = filled.compare.run(OWNER, corpus, "违约金", ARMS[:2])
    other = filled.compare.run(OWNER, corpus, "违约金", [ARMS[0], ("B", "别的")])
    assert one.manifest == two.manifest
    assert one.manifest.identity != other.manifest.identity


@pytest.mark.parametrize(
    ("arms", "code"),
    [
        ([("A", "")], "arms_out_of_range"),
        ([(str(i), "") for i in range(7)], "arms_out_of_range"),
        ([("A", ""), ("A", "x")], "arm_name_twice"),
    ],
)
def test_bad_arms(filled: Workbench, arms: list[tuple[str, str]], code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        filled.compare.run(OWNER, [corpus_of(filled)], "违约金", arms)
    assert caught.value.code == code


def test_nothing_to_compare(bench: Workbench, filled: Workbench) -> None:
    with pytest.raises(InvalidInput) as caught:
        filled.compare.run(OWNER, [corpus_of(filled)], "违约金", ARMS, Request(reranker="none"))
    assert caught.value.code == "compare_without_reranker"
    empty = bench.corpora.create(OWNER, "leer").corpus_id
    with pytest.raises(InvalidInput) as caught:
        bench.compare.run(OWNER, [empty], "违约金", ARMS)
    assert caught.value.code == "nothing_recalled"
