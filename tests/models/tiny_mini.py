"""A small embedded reranker with weights drawn at random, for the small e5."""

from pathlib import Path

import torch

from tests.models import tiny_e5
from workbench.models.e5_file import E5File
from workbench.models.mini_file import save_readers
from workbench.models.mini_head import ReaderShape
from workbench.models.reader import Reader

SHAPE = ReaderShape(width=16, heads=2, depth=1, inner=32, states=tiny_e5.HIDDEN, layers=2)
LAYERS = (1, 2)
WEIGHTS = {"likeness": 4.0, "relevance": 1.0, "criterion": 3.0, "floor": 0.01}


def readers(seed: int = 5) -> dict[str, Reader]:
    """Return two readers."""
    torch.manual_seed(seed)
    return {"relevance": Reader(SHAPE).eval(), "criterion": Reader(SHAPE).eval()}


def save(folder: Path, body: Path) -> Path:
    """Write the readers for the e5 file ``body`` and return the folder."""
    save_readers(folder, readers(), WEIGHTS, E5File(body).revision(), LAYERS)
    return folder
