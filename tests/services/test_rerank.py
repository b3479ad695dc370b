"""Documents that the caller brings: order, ties, limits."""

import pytest

from tests.doubles import CountingReranker
from workbench.domain.actors import OWNER
from workbench.domain.errors import InvalidInput, Unavailable
from workbench.services.rerank import DOCUMENT_COUNT_LIMIT, DOCUMENT_LENGTH_LIMIT
from workbench.services.workbench import Workbench


def test_best_first_and_ties_in_the_order_given(bench: Workbench) -> None:
    answer = bench.rerank.rank(OWNER, "ab", ["x", "a", "ab", "b"])
    assert [(row.document, row.index) for row in answer.rows] == [
        ("ab", 2),
        ("a", 1),
        ("b", 3),
        ("x", 0),
    ]
    assert [row.tied for row in answer.rows] == [False, True, True, False]


def test_no_documents_give_no_rows(bench: Workbench) -> None:
    assert bench.rerank.rank(OWNER, "q", []).rows == ()


def test_a_pasted_prefix_never_reaches_the_model(
    bench: Workbench, reranker: CountingReranker
) -> None:
    answer = bench.rerank.rank(OWNER, "q", ["d"], "<Instruct>: 找")
    assert reranker.asked[-1][2] == "找"
    assert "prefix_stripped" in {n.code for n in answer.notices}


def test_limits_are_told_with_their_numbers(bench: Workbench) -> None:
    with pytest.raises(InvalidInput) as caught:
        bench.rerank.rank(OWNER, "q", ["d"] * (DOCUMENT_COUNT_LIMIT + 1))
    assert caught.value.params == {"count": 1001, "limit": 1000}
    with pytest.raises(InvalidInput) as caught:
        bench.rerank.rank(OWNER, "q", ["ok", "x" * (DOCUMENT_LENGTH_LIMIT + 1)])
    assert caught.value.params["position"] == 2


def test_lexical_works_with_nothing_installed(bench: Workbench) -> None:
    answer = bench.rerank.rank(
        OWNER, "违约金", ["运费由买家承担", "违约金万分之五", "见附件"], reranker="lexical"
    )
    assert answer.rows[0].document == "违约金万分之五"
    assert answer.reranker.supports_instruction is False


def test_unknown_and_absent_rerankers_say_which_and_where(bench: Workbench) -> None:
    with pytest.raises(InvalidInput) as caught:
        bench.rerank.rank(OWNER, "q", ["d"], reranker="magic")
    assert caught.value.code == "reranker_unknown"
    with pytest.raises(Unavailable) as missing:
        bench.rerank.rank(OWNER, "q", ["d"], reranker="qwen3")
    assert missing.value.code == "weights_missing"
    assert "models" in str(missing.value.params["places"])
