from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.doubles import CountingReranker
from tests.services import test_labelled_sets as sets
from workbench.domain.actors import OWNER
from workbench.domain.errors import InvalidInput
from workbench.domain.jobs import Job
from workbench.domain.judgements import NO_ANSWER
from workbench.services.measurements import ArmPlan
from workbench.services.question_files import NewQuestion
from workbench.services.search import Search
from workbench.services.workbench import Workbench

loaded = sets.loaded
library = sets.library
bench = sets.bench


def test_controls_are_no_rivals_and_a_repetition_is_computed_again(
    loaded: Workbench,
    library: Path,
    wait_for: Callable[[str], Job],
    reranker: CountingReranker,
) -> None:
    first, second, *_ = sets._arms(loaded)
    controls = (
        ArmPlan("repeated", first.text, first.criterion_id, "again"),
        ArmPlan("placebo", "请认真阅读。", first.criterion_id, "placebo"),
    )
    found = sets._measured(loaded, wait_for, first, second, *controls, methods=("hybrid",))
    _, base, rival, again, placebo = found.rows
    assert [row.noise is not None for row in found.rows] == [False, False, False, True, True]
    assert [row.versus is not None for row in found.rows] == [False, False, True, False, False]
    assert rival.versus is not None and rival.versus.comparison.p_others == ()
    assert again.noise is not None and placebo.noise is not None
    assert (again.noise.delta, again.noise.changed_first) == (0.0, 0)
    assert again.per_query == base.per_query
    told = [instruction for _, _, instruction in reranker.asked]
    assert told.count(first.text) == 2 * told.count(second.text)
    assert base.pass_mark is not None and base.bounds is not None
    assert base.bounds.low <= base.means["nDCG@10"] <= base.bounds.high


def test_only_the_repetition_passes_over_scores_from_earlier(
    loaded: Workbench,
    library: Path,
    wait_for: Callable[[str], Job],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[tuple[int, object]] = []
    real = Search.score_texts

    def watched(self: Search, *given: Any, **named: Any) -> Any:
        seen.append((len(given[3]), named.get("anew")))
        return real(self, *given, **named)

    monkeypatch.setattr(Search, "score_texts", watched)
    first, second, *_ = sets._arms(loaded)
    again = ArmPlan("repeated", first.text, first.criterion_id, "again")
    sets._measured(loaded, wait_for, first, again, second, methods=("hybrid",))
    # Four questions: the two instructions together, then the first one anew.
    assert seen == [(2, False), (1, True)] * 4


def test_a_question_without_an_answer_is_asked_even_without_a_label(
    loaded: Workbench, library: Path, wait_for: Callable[[str], Job]
) -> None:
    arms = sets._arms(loaded)[:2]
    before = sets._measured(loaded, wait_for, *arms)
    query_set = loaded.question_sets.all(OWNER)[0]
    fresh = NewQuestion(line=1, text="月球上可以退货吗?", tags=(NO_ANSWER,))
    added = loaded.question_sets.add(OWNER, query_set, [fresh]).query_set
    asked = added.queries[-1].query_id
    after = sets._measured(loaded, wait_for, *arms)
    assert asked in after.questions and asked not in before.questions
    assert [row.means for row in after.rows] == [row.means for row in before.rows]
    assert [row.bounds for row in after.rows] == [row.bounds for row in before.rows]
    for row in after.rows:
        if row.pass_mark is not None:
            assert row.passages is not None and asked in row.passages.no_answer
    # Words, meaning and both are asked nothing that no label can answer.
    recalled = sets._measured(loaded, wait_for)
    assert asked not in recalled.questions


def test_an_unknown_control_is_refused(loaded: Workbench, wait_for: Callable[[str], Job]) -> None:
    (first, *_) = sets._arms(loaded)
    odd = ArmPlan("odd", "x", first.criterion_id, "sugar")
    with pytest.raises(InvalidInput, match="control_unknown"):
        sets._measured(loaded, wait_for, first, odd)
