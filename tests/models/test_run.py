"""Tests of workbench.models.run: a model in whose place only memory is counted."""

import numpy as np
import pytest
import torch

from workbench.models.passes import groups_of
from workbench.models.prefixes import KeptPrefixes, Prefix
from workbench.models.run import Budget, Run, Scored

OUT = torch.OutOfMemoryError("CUDA out of memory.")


class Counted:
    """A model that answers the sum of a prompt's ids, where its tokens find room."""

    def __init__(self, room: int = 10**9, prefix_room: int = 10**9, *, packed: bool = True) -> None:
        self.room, self.prefix_room, self.packed = room, prefix_room, packed
        self.passes: list[list[int]] = []
        self.made: list[list[int]] = []
        self.released = 0

    def prefixes(self, ids, after) -> list[Prefix]:
        self.made.append([len(each) - len(known) for each, known in zip(ids, after, strict=True)])
        if sum(self.made[-1]) > self.prefix_room:
            raise OUT
        keys = [torch.from_numpy(each)[None, None, :, None] for each in ids]
        return [Prefix(each, [(part, part)]) for each, part in zip(ids, keys, strict=True)]

    def odds(self, own, after) -> np.ndarray:
        sizes = [len(ids) for ids in own]
        self.passes.append(sizes)
        cost = sum(sizes) if self.packed else len(sizes) * max(sizes)
        if cost > self.room:
            raise OUT
        both = zip(own, after, strict=True)
        return np.array([float(ids.sum() + known.ids.sum()) for ids, known in both])

    def release(self) -> None:
        self.released += 1


def prompts(*lengths: int, shared: int = 0, start: int = 0) -> list[np.ndarray]:
    first = np.arange(start, start + shared)
    own = [np.concatenate([[1000 + start + at], np.ones(n - 1)]) for at, n in enumerate(lengths)]
    return [np.concatenate([first, each]).astype(np.int32) for each in own]


def read(model, asked, sizes=(), budget=100, kept=None) -> tuple[Scored, Budget]:
    left = Budget(budget)
    run = Run(model, asked, left, kept or KeptPrefixes())
    run.read(groups_of(asked, sizes))
    return run.scored, left


def assert_right(scored: Scored, asked, *failed: int) -> None:
    for at, ids in enumerate(asked):
        if at in failed:
            assert np.isnan(scored.log_odds[at])
        else:
            assert scored.log_odds[at] == ids.sum()
    assert {at: error.code for at, error in scored.failed.items()} == dict.fromkeys(
        failed, "out_of_memory"
    )


def test_prefixes_come_first_and_then_all_that_is_left():
    model = Counted()
    asked = [*prompts(3, 4, shared=20), *prompts(5, shared=9), *prompts(1, 2, shared=30, start=500)]
    scored, left = read(model, asked, [2, 1, 2])
    assert_right(scored, asked)
    assert model.made == [[30, 20]]
    assert model.passes == [[4, 3, 14, 2, 1]]
    assert (left.tokens, model.released) == (100, 0)


def test_nothing_asked_is_nothing_read():
    model = Counted()
    assert read(model, [])[0].log_odds.shape == (0,)
    assert model.passes == model.made == []


def test_what_is_learned_of_memory_stays_and_what_waits_is_planned_anew():
    model = Counted(room=35)
    asked = prompts(*[20] * 8)
    scored, left = read(model, asked)
    assert_right(scored, asked)
    # 5 × 20 do not fit, then 2 × 20 do not; after that no pass is tried that could not fit.
    assert model.passes == [[20] * 5, [20] * 2, *[[20]] * 8]
    assert left.tokens == 20
    assert model.released == 2


def test_who_does_not_fit_alone_fails_alone_with_its_tokens():
    model = Counted(room=35)
    asked = prompts(20, 40, 10, 36, 35)
    scored, _ = read(model, asked)
    assert_right(scored, asked, 1, 3)
    assert [scored.failed[at].params for at in (1, 3)] == [{"tokens": 40}, {"tokens": 36}]


def test_padding_counts_where_there_is_any():
    model = Counted(room=60, packed=False)
    asked = prompts(30, 5, 5, 5, 31)
    scored, left = read(model, asked, [2, 3])
    assert_right(scored, asked)
    # 31 and 30 padded are 62; each alone fits, and so do the others.
    assert model.passes == [[31, 30, 5], [31], [30], [5, 5, 5]]
    assert model.made == []
    assert left.tokens == 46


def test_prefixes_that_do_not_fit_together_are_made_by_halves():
    model = Counted(prefix_room=50)
    asked = [p for n in range(3) for p in prompts(2, 3, shared=40, start=2000 * n)]
    scored, _ = read(model, asked, [2, 2, 2], budget=1000)
    assert_right(scored, asked)
    assert model.made == [[40, 40, 40], [40], [40, 40], [40], [40]]
    assert model.passes == [[3, 2]] * 3


def test_where_one_prefix_does_not_fit_its_prompts_are_read_whole():
    model = Counted(prefix_room=30)
    asked = prompts(2, 3, shared=40)
    scored, _ = read(model, asked)
    assert_right(scored, asked)
    assert model.passes == [[43, 42]]


def test_who_is_set_aside_is_tried_once_more_when_no_prefix_is_in_memory():
    class BesideNothing(Counted):
        def odds(self, own, after):
            found = super().odds(own, after)
            if any(len(known) for known in after) and max(map(len, own)) > 10:
                raise OUT
            return found

    model = BesideNothing()
    asked = prompts(2, 30, 3, shared=40)
    kept = KeptPrefixes()
    scored, _ = read(model, asked, kept=kept)
    assert_right(scored, asked)
    assert model.passes[-1] == [70]
    assert kept.tokens == 0


def test_errors_that_are_no_lack_of_memory_are_raised():
    class Broken(Counted):
        def odds(self, own, after):
            raise RuntimeError("shapes do not match")

    with pytest.raises(RuntimeError, match="shapes"):
        read(Broken(), prompts(3))


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("DefaultCPUAllocator: no memory")])
def test_the_machines_own_memory_may_be_short_too(error):
    class Short(Counted):
        def odds(self, own, after):
            if len(own) > 1:
                raise error
            return super().odds(own, after)

    asked = prompts(3, 4, 5)
    assert_right(read(Short(), asked)[0], asked)


def test_what_another_reading_found_takes_its_place():
    scored = Scored(np.array([1.0, np.nan, np.inf]))
    assert scored.unanswered() == [1, 2]
    other, _ = read(Counted(room=5), prompts(3, 9))
    scored.take([1, 2], other)
    assert scored.log_odds[1] == 1002
    assert scored.unanswered() == [2]
    assert scored.failed[2].params == {"tokens": 9}
