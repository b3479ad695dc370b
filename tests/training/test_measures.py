"""Tests of training.measures and of how cases are sampled."""

from dataclasses import dataclass, field

import pytest

from training.cases import Case, PairCase, sampled
from training.measures import Bound, followed, found_values, lifted
from workbench.domain.rankings import PairScore, RerankerInfo, Scores
from workbench.evaluation.sensitivity import InstructionPair

INFO = RerankerInfo("told", "told", "logit", supports_instruction=True)


@dataclass(frozen=True)
class Told:
    """Gives a document 1 for each of the instruction's words in it, else of the question's."""

    info: RerankerInfo = INFO
    asked: list[str] = field(default_factory=list)

    def score(self, query, documents, instruction, *, priority=0):
        self.asked.append(instruction)
        words = (instruction or query).split()
        margins = [float(sum(word in text.split() for word in words)) for text in documents]
        return Scores(tuple(PairScore(m, None, None, 1, 1) for m in margins), INFO)


BOUND = Bound("told", Told())
TEXTS = {"a": "red", "b": "blue", "c": "red blue"}


def test_orders_are_the_products_ties_as_the_first_stage_had_them():
    assert BOUND.order("red", "", TEXTS) == ["a", "c", "b"]
    assert BOUND.order("red", "blue", TEXTS) == ["b", "c", "a"]


def test_values_are_reciprocal_ranks_with_and_without_a_reranker():
    case = Case("blue", "zh-en", TEXTS, frozenset("b"))
    assert found_values(None, [case]) == {"zh-en": {"blue": 0.5}}
    assert found_values(BOUND, [case]) == {"zh-en": {"blue": 1.0}}


def test_following_is_measured_on_the_documents_that_became_wrong():
    pair = InstructionPair("p", "q", "red", "blue", ("a",), ("b",), ("a", "b", "c"))
    found = followed(BOUND, [PairCase(pair, TEXTS, "g")])
    assert found.p_mrr == pytest.approx(1 - 1 / 3)  # from rank 1 to rank 3


def test_an_instruction_lifts_what_should_rise_over_what_should_fall():
    case = {"query": "red", "rises": "blue", "falls": "red"}
    assert lifted(BOUND, case, "blue") == 2.0
    assert lifted(BOUND, case, "red") == 0.0


@pytest.mark.parametrize(("limit", "kept"), [(0, 10), (5, 5), (4, 4), (100, 10)])
def test_cases_are_sampled_evenly_within_their_group(limit, kept):
    cases = [Case(str(n), group, {}, frozenset()) for group in "ab" for n in range(10)]
    found = sampled(cases, limit)
    assert [one.group for one in found] == ["a"] * kept + ["b"] * kept
    assert found[0].query == "0"


def test_what_was_asked_once_is_not_asked_again():
    told = Told(asked=[])
    bound = Bound("told", told)
    assert bound.order("red", "blue", TEXTS) == bound.order("red", "blue", TEXTS)
    bound.order("red", "red", TEXTS)
    assert told.asked == ["blue", "red"]
