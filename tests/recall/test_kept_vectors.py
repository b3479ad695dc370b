"""Vectors taken over from the snapshot before give what a fresh build gives, to the bit."""

from random import Random

import numpy as np
import pytest

from tests.doubles import DIM, HashEmbedder
from workbench.domain.ports import EmbedderInfo
from workbench.recall import dense
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.building import index_of
from workbench.recall.entries import Entry
from workbench.recall.holdings import Held, Holdings
from workbench.recall.index import CorpusIndex, Engines
from workbench.recall.kept_vectors import KeptVectors, kept_vectors
from workbench.recall.segment import Listed, Segment, SegmentBuilder, merged

ENGINES = Engines(embedder=HashEmbedder())


def segment(number: int, sizes: list[int], random: Random) -> Segment:
    """Documents of so many chunks; a few texts occur in several of them."""
    builder = SegmentBuilder()
    for at, size in enumerate(sizes):
        key = f"d{number}.{at}"
        builder.begin(Listed(key, key, "1", f"{random.random():.3f}"))
        for place in range(size):
            text = f"t{random.randrange(40)}"
            language = random.choice(("zh", "en"))
            builder.add(Entry(f"{key}.{place}", key, key, language, "text", text, text), [text])
    return builder.finish()


def vectors_of(hashes: list[str], absent: int) -> dict[str, bytes]:
    """A vector by the text's number; those under ``absent`` have none yet, t39 an unusable one."""
    found = {}
    for one in hashes:
        number = int(one[1:])
        row = np.random.default_rng(number).standard_normal(DIM).astype("<f4")
        if number >= absent:
            found[one] = (row * (0 if number == 39 else 1)).tobytes()
    return found


def built(holdings: Holdings, absent: int, before: CorpusIndex | None) -> CorpusIndex:
    info = HashEmbedder().info
    kept = kept_vectors(holdings, info, before)
    vectors = vectors_of(kept.hashes, absent)
    return index_of(holdings, vectors, MixedAnalyzer(), generation=1, engines=ENGINES, kept=kept)


def same(one: CorpusIndex, other: CorpusIndex) -> None:
    ours, fresh = one.dense, other.dense
    assert np.array_equal(ours.chunks, fresh.chunks)
    for language in ("zh", "en"):
        query = np.random.default_rng(7).standard_normal(DIM).astype(np.float32)
        assert np.array_equal(ours.scores(query, language), fresh.scores(query, language))
    assert np.array_equal(ours.present, fresh.present)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("in_file", [False, True])
def test_any_row_of_changes_ends_in_what_a_fresh_build_gives(
    seed: int, in_file: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if in_file:
        monkeypatch.setattr(dense, "BRUTE_FORCE", 10)
        monkeypatch.setattr(dense, "find_spec", lambda name: None)
    random = Random(seed)
    holdings, shown = Holdings(), None
    for step in range(15):
        documents = list(holdings.documents)
        wanted = [key for key in documents if random.random() < 0.8]
        new = None
        if random.random() < 0.7 or not documents:
            sizes = [random.randrange(5) for _ in range(random.randrange(1, 4))]
            new = Held.of(segment(step, sizes, random), name=f"seg-{step}")
            wanted += [each.key for each in new.segment.documents]
        holdings = holdings.showing(wanted, new)
        if random.random() < 0.3 and len(holdings.parts) > 1:
            old = holdings.parts[:2]
            one = merged([(held.segment, held.gone) for held in old])
            holdings = holdings.replaced(old, Held.of(one, name=f"m-{step}")) or holdings
        absent = 30 - 2 * step  # more and more vectors are there
        shown = built(holdings, absent, shown)
        same(shown, built(holdings, absent, None))


def test_only_what_is_new_is_fetched() -> None:
    random = Random(0)
    first = Held.of(segment(0, [3, 2], random), name="a")
    before = built(Holdings([first]), 0, None)
    second = Held.of(segment(1, [2], random), name="b")
    kept = kept_vectors(Holdings([first, second]), HashEmbedder().info, before)
    assert set(kept.hashes) - {"t39"} <= set(second.segment.hashes)
    assert kept_vectors(Holdings([first]), HashEmbedder().info, before).wanted == {}
    # What is gone is neither kept nor wanted.
    gone = first.with_gone(np.array([True, False]))
    less = kept_vectors(Holdings([gone]), HashEmbedder().info, before)
    assert less.wanted == {} and less.taken is not None
    assert less.taken.rows.tolist()[:3] == [-1, -1, -1]


def test_nothing_is_taken_from_vectors_of_another_embedder() -> None:
    holdings = Holdings([Held.of(segment(0, [3, 2], Random(0)), name="a")])
    before = built(holdings, 0, None)
    other = EmbedderInfo(HashEmbedder().info.name, "another", DIM)
    kept = kept_vectors(holdings, other, before)
    assert kept.taken is None and len(kept.wanted) == 5


@pytest.mark.parametrize("before", [None, Holdings()], ids=["none", "empty"])
def test_an_empty_corpus_wants_nothing(before: Holdings | None) -> None:
    kept: KeptVectors = kept_vectors(Holdings(), HashEmbedder().info, None)
    assert kept.hashes == []
    assert (
        len(built(Holdings(), 0, built(before, 0, None) if before is not None else None).dense) == 0
    )
