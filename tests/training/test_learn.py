"""Tests of training.learn."""

import pytest
import torch

from tests.models import tiny_mini
from training.learn import WARM, arguments, by_length, load, optimiser, read_all, schedule, teach


def test_the_rate_rises_then_falls():
    adam = optimiser(tiny_mini.readers()["relevance"], 1e-3)
    rates = []
    for step in (0, WARM - 1, 1000, 1999):
        schedule(adam, step, 2000, 1e-3)
        rates.append(adam.param_groups[0]["lr"])
    assert rates[0] < rates[1]
    assert rates[1] > rates[2] > rates[3] > 0


def test_parts_are_of_like_length_and_hold_everything():
    found = list(by_length([5, 1, 9, 2, 8], 2))
    assert sorted(at for part in found for at in part) == [0, 1, 2, 3, 4]
    assert found[0] == [1, 3, 0]


def test_teaching_keeps_and_reports_what_it_ends_with(tmp_path, capsys):
    reader, reports = tiny_mini.readers()["relevance"], []
    args = arguments("x", ["--kept", "k", "--out", str(tmp_path / "r.pt")], steps=3, rate=1e-2)

    def loss(draw):
        return reader.answer.weight.square().sum()

    before = float(loss(None).detach())
    teach(reader, args, loss, lambda: reports.append(reader.training) or "told")
    assert float(loss(None).detach()) < before
    assert reports == [False]
    assert "told" in capsys.readouterr().err
    assert torch.equal(load(tmp_path / "r.pt").answer.weight, reader.answer.weight)


def test_passages_in_parts_are_read_as_each_alone():
    reader = tiny_mini.readers()["relevance"]
    width = reader.shape.layers * reader.shape.states
    torch.manual_seed(3)
    asked = [torch.randn(length, width) for length in (2, 5, 3)]
    held = [torch.randn(length, width) for length in (4, 9, 6, 2)]
    found = read_all(reader, asked, held).detach()
    assert found.shape == (4, 3)
    for row, passage in enumerate(held):
        for column, text in enumerate(asked):
            alone = read_all(reader, [text], [passage]).detach()
            assert float(found[row, column]) == pytest.approx(float(alone), abs=0.05)
