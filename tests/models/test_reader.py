"""Tests of workbench.models.reader."""

import pytest
import torch

from workbench.models.mini_head import ReaderShape
from workbench.models.reader import Reader

SHAPE = ReaderShape(width=16, heads=2, depth=2, inner=32, states=8, layers=2)


@pytest.fixture(scope="module")
def reader():
    torch.manual_seed(3)
    return Reader(SHAPE).eval()


def texts(*lengths: int, seed: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    """Return random states of texts of these lengths, padded with what must not be read."""
    torch.manual_seed(seed)
    rows = torch.randn(len(lengths), max(lengths), 16)
    real = torch.arange(max(lengths))[None] < torch.tensor(lengths)[:, None]
    return rows, real


@torch.inference_mode()
def test_every_text_asked_has_a_logit_against_every_passage(reader):
    assert reader(*texts(3, 5), *texts(4, 7, 2)).shape == (3, 2)


@torch.inference_mode()
def test_neither_padding_nor_company_changes_a_logit(reader):
    asked, passages = texts(3, 5), texts(4, 7, 2, seed=2)
    together = reader(*asked, *passages)
    for passage, length in enumerate((4, 7, 2)):
        for text, places in enumerate((3, 5)):
            alone = reader(
                asked[0][text : text + 1, :places],
                asked[1][text : text + 1, :places],
                passages[0][passage : passage + 1, :length],
                passages[1][passage : passage + 1, :length],
            )
            assert float(alone) == pytest.approx(float(together[passage, text]), abs=1e-5)


@torch.inference_mode()
def test_the_order_of_what_is_asked_and_of_the_passage_is_read_from_the_states_alone(reader):
    # The body's states already hold positions, so the reader itself adds none.
    asked, passage = texts(4), texts(6, seed=2)
    turned = reader(asked[0].flip(1), asked[1], passage[0].flip(1), passage[1])
    assert torch.allclose(turned, reader(*asked, *passage), atol=1e-5)


@torch.inference_mode()
def test_what_stands_in_the_passage_is_seen_as_alike(reader):
    asked, passage = texts(2), texts(6, seed=2)
    passage[0][0, 3] = asked[0][0, 1]
    even = reader._even(asked[0]), reader._even(passage[0])
    alike = reader._alike(even[0], torch.nn.functional.normalize(even[1], dim=-1), passage[1])
    assert alike.shape == (1, 1, 2, 2)
    assert alike[0, 0, 1].tolist() == pytest.approx([1.0, 1.0], abs=1e-5)
    assert float(alike[0, 0, 0].max()) < 0.99
