"""Tests of workbench.rerank.mini."""

import math

import pytest

from workbench.domain.errors import DeadlineExceeded, Unavailable
from workbench.domain.rankings import RerankerInfo
from workbench.rerank.mini import LOWEST, MiniReranker, Signs, log_met

INFO = RerankerInfo(
    name="mini", model="mini+e5", score_kind="similarity", supports_instruction=False
)
WEIGHTS = {"likeness": 40.0, "relevance": 1.0, "criterion": 3.0, "floor": 0.0}


class Found:
    """Keeps what was asked; the criterion's logit is the length of the document less three."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, list[str]]] = []

    def __call__(self, query, instruction, documents, *, priority, deadline):
        self.asked.append((query, instruction, list(documents)))
        return [Signs(0.5, 2.0, len(document) - 3.0) for document in documents]


def reranker(found, **changes):
    return MiniReranker(found, WEIGHTS, lambda: INFO, len, **changes)


def margins(found, documents, instruction=""):
    return [pair.margin for pair in reranker(found).score("q", documents, instruction).pairs]


def test_it_says_that_it_follows_instructions_and_gives_no_probability():
    made = reranker(Found())
    assert (made.info.score_kind, made.info.supports_instruction) == ("logit", True)
    assert made.info.template == "mini/v1"
    pair = made.score("q", ["abc"], "only letters").pairs[0]
    assert (pair.score, pair.log_odds) == (None, None)


def test_without_an_instruction_the_criterion_has_no_say():
    assert margins(Found(), ["a", "abcdef"]) == [22.0, 22.0]
    assert margins(Found(), ["a", "abcdef"], " \n") == [22.0, 22.0]


def test_with_an_instruction_what_does_not_meet_it_falls():
    low, high = margins(Found(), ["a", "abcdef"], "long ones")
    assert low == pytest.approx(22 + 3 * math.log(1 / (1 + math.exp(2))))
    assert high == pytest.approx(22 + 3 * math.log(1 / (1 + math.exp(-3))))
    assert low < high < 22


def test_what_surely_does_not_meet_the_instruction_falls_alike():
    floored = MiniReranker(Found(), WEIGHTS | {"floor": 0.01}, lambda: INFO, len)
    found = floored.score("q", ["a" * 60, "a"], "short").pairs
    assert found[0].margin == pytest.approx(22)
    assert found[1].margin == pytest.approx(22 + 3 * math.log(0.01 + 0.99 / (1 + math.exp(2))))


def test_log_met_lies_between_the_floor_and_nothing():
    assert log_met(-800.0, 0.01) == pytest.approx(math.log(0.01))
    assert log_met(-800.0, 0.0) == -800.0
    assert log_met(800.0, 0.0) == 0.0
    assert log_met(800.0, 0.01) == pytest.approx(0.0)
    assert log_met(0.0, 0.0) == pytest.approx(math.log(0.5))


def test_question_and_instruction_are_asked_apart():
    found = Found()
    margins(found, ["ab"], " find it ")
    assert found.asked == [("q", "find it", ["ab"])]


def test_a_document_without_text_stands_lowest_and_is_not_read():
    found = Found()
    assert margins(found, ["", "ab", "\t"]) == [LOWEST, 22.0, LOWEST]
    assert found.asked == [("q", "", ["ab"])]


def test_equal_documents_are_read_once_and_batches_are_told():
    found, told = Found(), []
    made = reranker(found, batch_size=2)
    made.score("q", ["a", "b", "a", "c"], "", progress=lambda done, of: told.append((done, of)))
    assert [batch for _, _, batch in found.asked] == [["a", "b"], ["c"]]
    assert told == [(3, 4), (4, 4)]


def test_a_number_that_is_none_is_an_error():
    with pytest.raises(Unavailable) as raised:
        reranker(lambda *_, **__: [Signs(math.nan, 0.0, 0.0)]).score("q", ["a"], "")
    assert raised.value.code == "score_not_finite"


def test_the_deadline_is_kept_between_batches():
    clock = iter(range(100))
    made = reranker(Found(), batch_size=1, clock=lambda: float(next(clock)))
    with pytest.raises(DeadlineExceeded) as raised:
        made.score("q", ["a", "b", "c"], "", deadline=2.5)
    assert raised.value.params["total"] == 3
