"""Tests of training.states."""

import torch

from training.states import keep, padded


class Body:
    """Gives a text one row a letter, and keeps what was asked."""

    def __init__(self) -> None:
        self.asked = []

    def states(self, texts, longest=300):
        self.asked += texts
        return [torch.full((len(text), 2), float(len(text))) for text in texts]


def test_states_are_computed_once_and_found_again_by_position(tmp_path):
    body = Body()
    for _ in range(2):
        kept = keep(["ab", "c", "def"], tmp_path / "kept", body)
        assert len(kept) == 3
        assert kept.of(0).tolist() == [[2, 2], [2, 2]]
        assert kept.of(1).tolist() == [[1, 1]]
        assert kept.of(2).shape == (3, 2)
    assert body.asked == ["ab", "c", "def"]


def test_shorter_texts_are_filled_up_and_told_apart():
    rows, real = padded([torch.ones(2, 3), torch.ones(1, 3)])
    assert rows.shape == (2, 2, 3)
    assert real.tolist() == [[True, True], [True, False]]
    assert rows[1, 1].tolist() == [0, 0, 0]
