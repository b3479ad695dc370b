"""Tests of workbench.rerank.engine."""

import math
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from workbench.domain.errors import Busy, DeadlineExceeded, Unavailable, WorkbenchError
from workbench.domain.pairs import PairOdds
from workbench.domain.ports import API, BATCH, INTERACTIVE
from workbench.rerank.batches import BatchLimits
from workbench.rerank.engine import Engine
from workbench.rerank.tickets import Ticket

PATIENCE = 30.0


def odds_of(prompt) -> float:
    """Answer with the sum of the ids, so that a mixed-up answer would be seen."""
    return float(sum(prompt))


class Model:
    """Answers once the gate is open, and remembers what it was asked in which call."""

    def __init__(self, *, opened: bool = True) -> None:
        self.calls: list[list[tuple[int, ...]]] = []
        self.groups: list[tuple[int, ...]] = []
        self.asked: list[dict[str, object]] = []
        self.begun = threading.Semaphore(0)
        self.gate = threading.Semaphore(10_000 if opened else 0)

    def log_odds(self, prompts, *, groups=(), priority=INTERACTIVE, deadline=None) -> PairOdds:
        self.calls.append(list(prompts))
        self.groups.append(tuple(groups))
        self.asked.append({"priority": priority, "deadline": deadline})
        self.begun.release()
        assert self.gate.acquire(timeout=PATIENCE)
        return self.answer(prompts)

    def answer(self, prompts) -> PairOdds:
        return PairOdds(tuple(map(odds_of, prompts)), 0.0, 0.001 * sum(map(len, prompts)))


@pytest.fixture
def engines() -> Iterator[list[Engine]]:
    made: list[Engine] = []
    yield made
    for engine in made:
        engine.close()


def busy(engines: list[Engine], model: Model | None = None, **limits) -> tuple[Engine, Model]:
    """Return an engine whose model is in the middle of a call, so that what follows waits."""
    model = model or Model(opened=False)
    engine = Engine(model, limits=BatchLimits(**limits))
    engines.append(engine)
    ask(engine, (1,))
    assert model.begun.acquire(timeout=PATIENCE)
    return engine, model


def ask(engine: Engine, *prompts: tuple[int, ...], **how) -> Ticket:
    (ticket,) = engine.submit([list(prompts)], **how)
    return ticket


def go_on(model: Model) -> None:
    model.gate.release(10_000)


def test_answers_stand_in_the_order_of_the_prompts_and_are_charged(engines):
    engine = Engine(Model())
    engines.append(engine)
    answered = ask(engine, (5, 1), (5, 2, 9), (5, 1)).outcome()
    assert answered.log_odds == (6.0, 16.0, 6.0)
    assert (answered.pairs, answered.tokens, answered.cached) == (2, 5, 0)
    # a shared first id is read once: 1 + 1 + 2 tokens, but the model told its own seconds
    assert answered.compute_seconds == pytest.approx(0.005)
    assert engine.stats().calls == 1


def test_nothing_runs_for_no_prompts(engines):
    model = Model()
    engine = Engine(model)
    engines.append(engine)
    assert ask(engine).outcome().log_odds == ()
    assert (model.calls, engine.stats().tokens_per_second) == ([], None)


def test_calls_of_several_users_go_to_the_model_together_group_by_group(engines):
    engine, model = busy(engines)
    tickets = [ask(engine, (at, 1), (at, 2), user=f"u{at}") for at in (7, 8, 9)]
    go_on(model)
    assert [one.outcome().log_odds for one in tickets] == [(8.0, 9.0), (9.0, 10.0), (10.0, 11.0)]
    assert model.groups == [(1,), (2, 2, 2)]
    assert engine.stats().merged == 1


def test_small_priorities_go_first_and_are_never_held_up_by_others(engines):
    engine, model = busy(engines)
    late = [ask(engine, (at,), priority=priority) for at, priority in ((2, BATCH), (3, API))]
    first = ask(engine, (4,), priority=INTERACTIVE)
    go_on(model)
    for ticket in (*late, first):
        ticket.outcome()
    assert model.calls[1:] == [[(4,)], [(3,)], [(2,)]]
    assert [one["priority"] for one in model.asked[1:]] == [INTERACTIVE, API, BATCH]


def test_users_take_turns_whatever_one_of_them_asks(engines):
    engine, model = busy(engines, pairs=2)
    large = ask(engine, *((10, at) for at in range(6)), user="a")
    small = ask(engine, (20, 1), user="b")
    go_on(model)
    large.outcome()
    small.outcome()
    served = [call[0][0] for call in model.calls[1:]]
    assert served[:2] == [10, 20]


def test_calls_of_one_user_take_turns_too(engines):
    engine, model = busy(engines, pairs=2)
    large = ask(engine, *((10, at) for at in range(6)))
    small = ask(engine, (20, 1))
    go_on(model)
    large.outcome()
    small.outcome()
    assert [call[0][0] for call in model.calls[1:3]] == [10, 20]


def test_a_prompt_that_waits_is_not_computed_twice(engines):
    engine, model = busy(engines)
    one, other = ask(engine, (5,), (6,), user="a"), ask(engine, (6,), (7,), user="b")
    go_on(model)
    answers = one.outcome(), other.outcome()
    assert [answer.log_odds for answer in answers] == [(5.0, 6.0), (6.0, 7.0)]
    assert sorted(p for call in model.calls for p in call) == [(1,), (5,), (6,), (7,)]
    assert sum(answer.cached for answer in answers) == 1
    assert engine.stats().shared == 1


def test_a_prompt_that_is_being_computed_is_not_computed_twice(engines):
    engine, model = busy(engines)
    again = ask(engine, (1,))
    go_on(model)
    answered = again.outcome()
    assert (answered.log_odds, answered.pairs, answered.cached) == ((1.0,), 0, 1)
    assert model.calls == [[(1,)]]


def test_what_several_wait_for_is_served_with_the_first_of_them(engines):
    engine, model = busy(engines)
    ask(engine, (5,), (8,), priority=BATCH)
    ask(engine, (9,), priority=API)
    urgent = ask(engine, (5,), priority=INTERACTIVE)
    go_on(model)
    assert urgent.outcome().log_odds == (5.0,)
    assert model.calls[1] == [(5,)]


def test_what_nobody_waits_for_any_more_is_not_computed(engines):
    engine, model = busy(engines)
    ask(engine, (5,)).abandon()
    kept = ask(engine, (6,))
    go_on(model)
    kept.outcome()
    assert model.calls == [[(1,)], [(6,)]]
    assert engine.stats().waiting == 0


def test_what_one_gives_up_another_still_gets(engines):
    engine, model = busy(engines)
    ask(engine, (5,)).abandon()
    assert engine.stats().waiting == 0
    kept = ask(engine, (5,))
    go_on(model)
    assert kept.outcome().log_odds == (5.0,)


def test_progress_may_end_the_call_while_it_waits(engines):
    engine, model = busy(engines)
    ticket = ask(engine, (5,))

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt(done, total)

    with pytest.raises(KeyboardInterrupt):
        ticket.outcome(stop)
    go_on(model)
    ask(engine, (6,)).outcome()
    assert [(5,)] not in model.calls


def test_the_deadline_ends_the_wait_and_says_how_far_it_came(engines):
    engine, model = busy(engines)
    with pytest.raises(DeadlineExceeded) as caught:
        ask(engine, (5,), (6,), deadline=time.monotonic() + 0.05).outcome()
    assert (caught.value.code, caught.value.params) == (
        "deadline_exceeded",
        {"done": 0, "total": 2},
    )
    go_on(model)
    ask(engine, (7,)).outcome()
    assert [(5,)] not in model.calls


@pytest.mark.parametrize(("second", "expected"), [(200.0, 200.0), (None, None)])
def test_a_call_may_last_until_the_last_of_those_who_wait(engines, second, expected):
    engine, model = busy(engines)
    now = time.monotonic()
    one = ask(engine, (5,), deadline=now + 100)
    other = ask(engine, (6,), deadline=None if second is None else now + second)
    go_on(model)
    one.outcome()
    other.outcome()
    found = model.asked[1]["deadline"]
    assert found == (None if expected is None else pytest.approx(now + expected))


def test_a_full_queue_refuses_and_says_when_to_come_back(engines):
    engine, model = busy(engines, waiting_tokens=5)
    held = ask(engine, (1, 2, 3))
    with pytest.raises(Busy) as caught:
        ask(engine, (4, 5, 6))
    assert (caught.value.code, caught.value.params) == ("engine_busy", {"waiting": 1, "seconds": 1})
    go_on(model)
    held.outcome()
    assert ask(engine, tuple(range(50))).outcome().pairs == 1  # alone it may be of any length


def test_who_would_be_too_late_is_told_at_once(engines):
    model = Model()
    engine = Engine(model)
    engines.append(engine)
    ask(engine, (1,) * 10).outcome()  # a thousand tokens a second
    assert engine.stats().tokens_per_second == pytest.approx(1_000)
    model.gate = threading.Semaphore(0)
    while model.begun.acquire(blocking=False):
        pass
    ask(engine, (2,))
    assert model.begun.acquire(timeout=PATIENCE)
    ask(engine, tuple(range(20_000)), priority=API)
    with pytest.raises(Busy) as caught:
        ask(engine, (3,), priority=API, deadline=time.monotonic() + 10)
    assert caught.value.params["seconds"] == 20
    before = ask(engine, (4,), priority=INTERACTIVE, deadline=time.monotonic() + 10)
    go_on(model)
    assert before.outcome().log_odds == (4.0,)


def test_one_prompt_that_fails_fails_its_own_caller_alone(engines):
    class Small(Model):
        def answer(self, prompts) -> PairOdds:
            failed = {
                at: Unavailable("out_of_memory", tokens=len(p))
                for at, p in enumerate(prompts)
                if len(p) > 3
            }
            numbers = [math.nan if at in failed else odds_of(p) for at, p in enumerate(prompts)]
            return PairOdds(tuple(numbers), 0.0, 0.1, failed)

    engine, model = busy(engines, Small(opened=False))
    fits, large = ask(engine, (5,), user="a"), ask(engine, (6,), (1, 2, 3, 4), user="b")
    go_on(model)
    assert fits.outcome().log_odds == (5.0,)
    with pytest.raises(Unavailable) as caught:
        large.outcome()
    assert (caught.value.code, caught.value.params) == ("out_of_memory", {"tokens": 4})


def test_what_ends_the_models_process_fails_alone(engines):
    class Mortal(Model):
        def answer(self, prompts) -> PairOdds:
            if (66,) in prompts:
                raise Unavailable("model_host_failed", attempts=3)
            return super().answer(prompts)

    engine, model = busy(engines, Mortal(opened=False))
    good = [ask(engine, (at,), user=str(at)) for at in range(5, 10)]
    bad = ask(engine, (66,), user="bad")
    go_on(model)
    assert [one.outcome().log_odds for one in good] == [(float(at),) for at in range(5, 10)]
    with pytest.raises(Unavailable, match="model_host_failed"):
        bad.outcome()
    assert len(model.calls) <= 1 + 1 + 2 * 3  # the batch, then two halves three times


def test_a_process_that_never_starts_is_not_tried_for_every_prompt(engines):
    class Gone(Model):
        def answer(self, prompts) -> PairOdds:
            raise Unavailable("model_host_failed", attempts=3)

    engine, model = busy(engines, Gone(opened=False))
    tickets = [ask(engine, (at,)) for at in range(5, 13)]
    go_on(model)
    for ticket in tickets:
        with pytest.raises(Unavailable):
            ticket.outcome()
    assert len(model.calls) == 1 + 3


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (PairOdds((), 0.0, 0.0), "scores_missing"),
        (PairOdds((math.nan,), 0.0, 0.0), "score_not_finite"),
        (ZeroDivisionError("no"), "model_error"),
    ],
)
def test_what_is_wrong_with_an_answer_reaches_its_callers_and_nobody_after(engines, answer, code):
    class Wrong(Model):
        def answer(self, prompts) -> PairOdds:
            if prompts != [(5,)]:
                return super().answer(prompts)
            if isinstance(answer, Exception):
                raise answer
            return answer

    engine = Engine(Wrong())
    engines.append(engine)
    with pytest.raises(WorkbenchError, match=code):
        ask(engine, (5,)).outcome()
    assert ask(engine, (6,)).outcome().log_odds == (6.0,)


class Notes:
    """Numbers from earlier, in a dictionary."""

    def __init__(self, **_) -> None:
        self.kept: dict[tuple[int, ...], float] = {}

    def get(self, prompts):
        return {prompt: self.kept[prompt] for prompt in prompts if prompt in self.kept}

    def put(self, rows) -> None:
        self.kept.update(rows)


def test_what_was_computed_is_kept_and_not_computed_again(engines):
    model, notes = Model(), Notes()
    engine = Engine(model, known=notes)
    engines.append(engine)
    ask(engine, (1,), (2,)).outcome()
    assert notes.kept == {(1,): 1.0, (2,): 2.0}
    answered = ask(engine, (2,), (3,)).outcome()
    assert (answered.log_odds, answered.pairs, answered.cached) == ((2.0, 3.0), 1, 1)
    assert [p for call in model.calls for p in call] == [(1,), (2,), (3,)]
    assert engine.stats().cached == 1


def test_who_gives_up_leaves_what_was_computed_for_others(engines):
    notes, model = Notes(), Model(opened=False)
    engine = Engine(model, known=notes, limits=BatchLimits(pairs=1))
    engines.append(engine)
    ticket = ask(engine, (1, 1), (2,))

    def stop(done: int, total: int) -> None:
        model.gate.release(1)
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ticket.outcome(stop)
    assert notes.kept.get((1, 1)) == 2.0
    go_on(model)


def test_closing_fails_what_waits_and_refuses_what_comes(engines):
    engine, model = busy(engines)
    ticket = ask(engine, (5,))
    engine.close()
    with pytest.raises(Unavailable, match="model_host_closed"):
        ticket.outcome()
    with pytest.raises(Unavailable, match="model_host_closed"):
        ask(engine, (6,))
    go_on(model)


def test_many_threads_get_their_own_answers(engines):
    model = Model()
    engine = Engine(model, limits=BatchLimits(pairs=7))
    engines.append(engine)
    wrong: list[object] = []

    def work(at: int) -> None:
        for turn in range(20):
            prompts = [(at, turn, n) for n in range(5)]
            found = ask(engine, *prompts, user=str(at % 4)).outcome().log_odds
            if found != tuple(map(odds_of, prompts)):
                wrong.append((at, turn, found))

    threads = [threading.Thread(target=work, args=(at,)) for at in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert sum(map(len, model.calls)) == 16 * 20 * 5


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads give way to each other all the time, so that rare orders of events occur."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty_threads")
def test_who_asks_the_same_at_any_moment_gets_an_answer(engines):
    engine = Engine(Model(), limits=BatchLimits(gather_seconds=0.0))
    engines.append(engine)
    wrong: list[object] = []

    def work() -> None:
        for turn in range(400):
            deadline = time.monotonic() + PATIENCE
            try:
                found = ask(engine, (turn % 3,), deadline=deadline).outcome().log_odds
            except DeadlineExceeded as error:
                wrong.append(error)
                return
            if found != (float(turn % 3),):
                wrong.append((turn, found))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
