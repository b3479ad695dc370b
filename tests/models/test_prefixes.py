"""Tests of workbench.models.prefixes: what is kept between calls, counted in tokens."""

import numpy as np
import pytest
import torch

from tests.models.test_attention import ANSWERS, CPU, assert_exact, beside
from workbench.models.attention import tokens_of
from workbench.models.prefixes import KEPT, NONE, KeptPrefixes, Prefix, common_start
from workbench.models.qwen3 import Answers, Qwen3Body


def made(*ids: int) -> Prefix:
    """A prefix whose keys are its ids, so that one sees whose they are."""
    keys = torch.tensor(ids, dtype=torch.float32)[None, None, :, None]
    return Prefix(np.array(ids, np.int32), [(keys, keys + 0.5)])


def run(first: int, tokens: int) -> Prefix:
    return made(*range(first, first + tokens))


def test_two_begin_alike_as_far_as_they_do():
    assert common_start(np.array([1, 2, 3]), np.array([1, 2, 4, 5])) == 2
    assert common_start(np.array([1, 2]), np.array([1, 2, 4])) == 2
    assert common_start(np.array([3]), np.array([1])) == 0
    assert common_start(np.array([]), np.array([1])) == 0


def test_the_start_of_a_prefix_has_its_first_keys():
    whole = run(5, 4)
    assert whole.start(4) is whole
    assert whole.start(0) is NONE
    start = whole.start(2)
    assert (start.ids.tolist(), len(start), tokens_of(start.layers)) == ([5, 6], 2, 2)
    assert start.layers[0][0].flatten().tolist() == [5, 6]
    assert start.layers[0][1].flatten().tolist() == [5.5, 6.5]
    assert (len(NONE), tokens_of(NONE.layers)) == (0, 0)


def test_a_prefix_grows_by_a_part_of_a_row_and_has_memory_of_its_own():
    row = torch.arange(10, 16, dtype=torch.float32)[None, None, :, None]
    kept = [(row, row + 0.5)]
    longer = run(5, 2).extended(np.array([5, 6, 11, 12], np.int32), kept, (1, 3))
    assert longer.layers[0][0].flatten().tolist() == [5, 6, 11, 12]
    assert longer.layers[0][1].flatten().tolist() == [5.5, 6.5, 11.5, 12.5]
    alone = NONE.extended(np.array([10, 11], np.int32), kept, (0, 2))
    assert alone.layers[0][0].flatten().tolist() == [10, 11]
    for prefix in (longer, alone):
        assert prefix.layers[0][0].untyped_storage().nbytes() == 4 * len(prefix)


def test_the_best_is_what_has_most_in_common():
    kept = KeptPrefixes()
    assert kept.best(np.arange(40)) is NONE
    kept.keep([run(0, 20), made(*range(30), 99)])
    assert kept.best(np.arange(40)).ids.tolist() == list(range(30))
    assert kept.best(np.arange(25)).ids.tolist() == list(range(25))
    # A few tokens are not worth it, unless there are no more.
    assert kept.best(np.array([*range(10), *range(50, 90)])) is NONE
    assert len(kept.best(np.arange(3))) == 3
    assert kept.best(np.array([], np.int32)) is NONE
    kept.forget()
    assert (kept.tokens, kept.best(np.arange(40))) == (0, NONE)


def test_only_so_many_tokens_stay_and_the_last_used_ones():
    kept = KeptPrefixes(50)
    first, second, third = run(100, 20), run(200, 20), run(300, 20)
    kept.keep([first, second])
    kept.keep([first.start(18)])
    kept.keep([third])
    assert kept.tokens == 40
    assert len(kept.best(np.arange(100, 140))) == 20, "it was used after the second"
    assert kept.best(np.arange(200, 240)) is NONE
    kept.keep([run(400, 51)])
    assert kept.best(np.arange(400, 500)) is NONE
    assert kept.tokens == 40


def test_one_that_begins_as_another_stands_for_it():
    kept = KeptPrefixes(50)
    kept.keep([run(0, 20), run(0, 30)])
    assert kept.tokens == 30
    kept.keep([run(0, 20)])
    assert kept.tokens == 30
    assert KEPT == 1024


@pytest.fixture
def body(untied_checkpoint):
    return Qwen3Body(untied_checkpoint, CPU, Answers(**ANSWERS))


def computed(body, *asked) -> tuple[int, np.ndarray]:
    before = body.computed
    found = body.log_odds(*asked)
    return body.computed - before, found


def test_small_calls_of_one_request_compute_their_prefix_once(body):
    prompts = beside(60, 9, 8, 7, 6, 5)
    assert computed(body, prompts[:2])[0] == 60 + 17
    tokens, second = computed(body, prompts[2:4])
    assert tokens == 13
    # One prompt alone begins with it as well.
    tokens, third = computed(body, prompts[4:])
    assert tokens == 5
    body.forget()
    tokens, whole = computed(body, prompts)
    assert tokens == 60 + 35
    assert_exact([*second, *third], whole[2:])


def test_another_question_goes_on_where_it_differs(body):
    draw = np.random.default_rng(3)
    system, own = draw.integers(0, 300, 40), draw.integers(0, 300, 200)
    first, second = (np.concatenate([system, own[n : n + 30]]) for n in (0, 50))

    def asked(start):
        return [np.array([*start, at, at], np.int32) for at in range(3)]

    assert computed(body, asked(first))[0] == 70 + 6
    tokens, found = computed(body, asked(second))
    assert tokens == 30 + 6
    body.forget()
    assert_exact(found, body.log_odds(asked(second)))
    assert computed(body, asked(first))[0] == 30 + 6, "both begin with the system's words"


def test_what_two_happen_to_have_in_common_beyond_the_rest_does_no_harm(body):
    prompts = beside(60, 9, 8, 7, 6)
    prompts[1][60:63] = prompts[0][60:63]
    assert computed(body, prompts[:2])[0] == 63 + 6 + 5
    tokens, found = computed(body, prompts[2:])
    assert tokens == 7 + 6, "the beginning of what is kept is enough"
    body.forget()
    assert_exact(found, body.log_odds(prompts[2:]))


def test_a_lack_of_memory_drops_what_is_kept(body, monkeypatch):
    prompts = beside(60, 9, 8, 7, 6)
    body.log_odds(prompts[:2])
    assert body._kept.tokens == 60
    compute, attempts = body.odds, []

    def lacking_once(own, after):
        attempts.append(len(own))
        if len(attempts) == 1:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return compute(own, after)

    monkeypatch.setattr(body, "odds", lacking_once)
    body.log_odds(prompts[2:])
    assert body._kept.tokens == 0
    assert attempts == [2, 1, 1]


def test_half_precision_keeps_what_is_said_with_a_prefix_that_is_known(untied_checkpoint):
    from workbench.models.device import Placement

    body = Qwen3Body(untied_checkpoint, Placement("cpu", "bfloat16"), Answers(**ANSWERS))
    prompts = beside(60, 9, 8, 7)
    first = body.log_odds(prompts)
    assert computed(body, prompts)[0] == 24
    assert body.log_odds(prompts).tolist() == first.tolist()
