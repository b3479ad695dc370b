"""Tests of workbench.models.mini."""

import numpy as np
import pytest
import torch

from tests.models import tiny_mini
from workbench.domain.errors import InvalidInput, Unavailable
from workbench.models.device import Placement
from workbench.models.e5 import E5Body
from workbench.models.mini import Held, KeptPassages, MiniBody
from workbench.models.mini_file import save_readers

CPU = Placement("cpu", "float32")


def ids(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int32)


QUESTION, TOLD = ids(5, 6, 7), ids(11, 4)
PASSAGES = (ids(4, 5), ids(7, 8, 9, 10, 11), ids(*[4 + i % 8 for i in range(20)]))


@pytest.fixture(scope="module")
def body(e5_path):
    return E5Body(e5_path, CPU)


@pytest.fixture(scope="module")
def mini(tmp_path_factory, e5_path, body):
    return MiniBody(tiny_mini.save(tmp_path_factory.mktemp("mini"), e5_path), body)


def test_a_row_is_two_logits_and_the_vector_that_embedding_gives(mini, body):
    rows = mini.read(QUESTION, TOLD, PASSAGES)
    assert rows.shape == (4, 2 + body.dim)
    assert rows[:, 2:] == pytest.approx(body.embed([QUESTION, *PASSAGES]), abs=1e-5)
    assert rows[0, :2].tolist() == [0.0, 0.0]
    assert (rows[1:, :2] != 0).all()


def test_a_pair_keeps_its_numbers_in_any_company(mini):
    together = mini.read(QUESTION, TOLD, PASSAGES)
    for at, passage in enumerate(PASSAGES, start=1):
        alone = mini.read(QUESTION, TOLD, [passage])[1]
        assert alone == pytest.approx(together[at], abs=1e-5)


def test_the_instruction_changes_the_second_logit_alone(mini):
    told, other = (mini.read(QUESTION, one, PASSAGES) for one in (TOLD, ids(6, 6, 6)))
    assert told[:, 0] == pytest.approx(other[:, 0], abs=1e-6)
    assert (np.abs(told[1:, 1] - other[1:, 1]) > 1e-6).all()


def test_without_an_instruction_the_second_logit_is_zero(mini):
    assert mini.read(QUESTION, None, PASSAGES)[:, 1].tolist() == [0.0] * 4


def test_passages_are_read_once_for_several_instructions(mini, e5_path, tmp_path, body):
    fresh = MiniBody(tiny_mini.save(tmp_path, e5_path), body)
    fresh.read(QUESTION, TOLD, PASSAGES)
    assert fresh.computed == 27
    fresh.read(QUESTION, ids(8), PASSAGES)
    assert fresh.computed == 27
    fresh.read(QUESTION, TOLD, [ids(9, 9)])
    assert fresh.computed == 29


def test_no_passages_give_the_question_alone(mini):
    assert mini.read(QUESTION, TOLD, []).shape[0] == 1


def test_what_cannot_be_read_is_refused(mini):
    with pytest.raises(InvalidInput) as raised:
        mini.read(QUESTION, TOLD, [ids()])
    assert raised.value.code == "text_empty"


def test_readers_taught_with_another_body_are_refused(tmp_path, body):
    save_readers(tmp_path, tiny_mini.readers(), tiny_mini.WEIGHTS, "other", tiny_mini.LAYERS)
    with pytest.raises(Unavailable) as raised:
        MiniBody(tmp_path, body)
    assert raised.value.code == "mini_other_body"
    assert raised.value.params == {"wanted": "other", "found": body.revision}


def test_passages_that_were_used_longest_ago_go_first():
    small, large = (
        Held(np.zeros(1, np.float32), (torch.zeros(n, dtype=torch.float16),)) for n in (10, 30)
    )
    kept = KeptPassages(limit=40)
    kept.put(b"a", small)
    kept.put(b"b", small)
    assert kept.get(b"a") is small
    kept.put(b"c", small)
    assert kept.get(b"b") is None
    assert kept.get(b"a") is small
    kept.put(b"d", large)
    assert kept.get(b"d") is None
