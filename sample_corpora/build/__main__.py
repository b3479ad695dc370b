"""Command ``python -m sample_corpora.build [ID …]``: builds the documents of the libraries."""

import sys
from pathlib import Path

from sample_corpora.build.blocks import SourceError
from sample_corpora.build.library import build, libraries

_HERE = Path(__file__).resolve().parents[1]


def main(names: list[str]) -> int:
    """Build the named libraries, or all; return 1 where a source was refused, else 0."""
    failed = 0
    for name in names or libraries(_HERE):
        for result in build(_HERE / name):
            failed += isinstance(result, SourceError)
            sys.stdout.write(f"{name}: {result}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
