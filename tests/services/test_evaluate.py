"""An evaluation walks from a folder to numbers that can be checked by hand."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.doubles import CountingReranker, HashEmbedder
from workbench.assembly import build
from workbench.domain.actors import OWNER, Actor
from workbench.domain.errors import Forbidden, InvalidInput, Unavailable
from workbench.domain.ports import Vectors
from workbench.domain.rankings import PairScore, Scores
from workbench.services.evaluations import Evaluation, Plan
from workbench.services.measured_shapes import evaluation_json
from workbench.services.workbench import Workbench
from workbench.settings import Settings

ROWS = [
    ("d1", "第一条", "迟延交付的违约金为每日万分之八。"),
    ("d2", "第二条", "逾期付款的,可以暂停发货。"),
    ("d3", "", "Press the reset button to clear the password."),
    ("d4", "", "The penalty for late delivery is eight per ten thousand a day."),
]
QUERIES = [
    ("q1", "迟延交付的违约金"),
    ("q2", "reset the password"),
    ("q3", "penalty for late delivery"),
]
LABELS = [("q1", "d1", 1), ("q1", "d4", 1), ("q2", "d3", 1), ("q3", "d4", 1), ("q3", "d3", 0)]
BM25 = Plan(method="bm25", reranker="none", measures="nDCG@2 RR@2 R@2")


def jsonl(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")


def collection(
    folder: Path,
    rows: Sequence[tuple[str, str, str]] = ROWS,
    queries: Sequence[tuple[str, str]] = QUERIES,
    labels: Sequence[tuple[str, str, int]] = LABELS,
) -> Path:
    folder.mkdir(exist_ok=True)
    jsonl(folder / "corpus.jsonl", [{"_id": i, "title": t, "text": x} for i, t, x in rows])
    jsonl(folder / "queries.jsonl", [{"_id": i, "text": x} for i, x in queries])
    lines = ["query-id\tcorpus-id\tscore", *(f"{q}\t{d}\t{s}" for q, d, s in labels)]
    (folder / "qrels.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def pairwise(folder: Path, labels: Sequence[tuple[str, str, int]]) -> Path:
    folder.mkdir()
    jsonl(folder / "corpus.jsonl", [{"_id": i, "title": t, "text": x} for i, t, x in ROWS])
    told = [{"_id": f"i{n}", "instruction": f"{n} delivery"} for n in range(1, 4)]
    jsonl(folder / "instructions.jsonl", told)
    keys = ("instruction_id", "doc_id", "label")
    jsonl(folder / "judgements.jsonl", [dict(zip(keys, one, strict=True)) for one in labels])
    return folder


def numbers(evaluation: Evaluation) -> dict[str, Any]:
    """Everything but the seconds."""
    return {k: v for k, v in evaluation_json(evaluation).items() if k != "seconds"}


def test_words_find_what_shares_words(bench: Workbench, tmp_path: Path) -> None:
    found = bench.evaluate.folder(OWNER, collection(tmp_path / "c"), BM25)
    # q1 finds d1 and cannot find the English d4; q2 and q3 find theirs first.
    assert found.n_queries == 3
    assert found.measures["RR@2"] == 1.0
    assert found.measures["R@2"] == pytest.approx((0.5 + 1 + 1) / 3)
    ideal = 1 + 1 / 1.584962500721156
    assert found.measures["nDCG@2"] == pytest.approx((1 / ideal + 2) / 3)
    assert found.recall_ceiling == pytest.approx((0.5 + 1 + 1) / 3)
    assert (found.binary_level, found.candidates, found.reranker) == (1, 50, None)
    assert found.judged.keys() == {"Judged@2"}


def test_graded_labels_count_from_2_and_the_name_says_so(bench: Workbench, tmp_path: Path) -> None:
    labels = [("q1", "d1", 1), ("q2", "d3", 3)]
    found = bench.evaluate.folder(OWNER, collection(tmp_path / "c", labels=labels), BM25)
    assert found.measures == {"nDCG@2": 1.0, "RR(rel=2)@2": 0.5, "R(rel=2)@2": 0.5}
    assert (found.binary_level, found.n_without_relevant, found.recall_ceiling) == (2, 1, 1.0)


def test_pairs_of_languages(bench: Workbench, tmp_path: Path) -> None:
    plan = Plan(method="bm25", reranker="none", measures="R@2", by_language=True)
    found = bench.evaluate.folder(OWNER, collection(tmp_path / "c"), plan)
    assert {name: (p.n_queries, p.measures["R@2"]) for name, p in found.by.items()} == {
        "zh->zh": (1, 1.0),
        "zh->en": (1, 0.0),
        "en->en": (2, 1.0),
    }


def test_the_reranker_reads_title_and_text_under_the_instruction(
    bench: Workbench, reranker: CountingReranker, tmp_path: Path
) -> None:
    plan = Plan(method="bm25", instruction="<Instruct>：违约金", measures="RR@2")
    found = bench.evaluate.folder(OWNER, collection(tmp_path / "c"), plan)
    by_query = {query: (documents, told) for query, documents, told in reranker.asked}
    documents, told = by_query["迟延交付的违约金"]
    assert "第一条\n迟延交付的违约金为每日万分之八。" in documents
    assert told == "违约金"
    assert found.reranker is not None and found.reranker.name == "scripted"
    assert found.measures["RR@2"] == 1.0
    assert [notice.code for notice in found.notices] == ["prefix_stripped"]


def test_candidates_are_raised_to_the_deepest_cutoff(bench: Workbench, tmp_path: Path) -> None:
    folder = collection(tmp_path / "c")
    plan = Plan(method="bm25", reranker="none", candidates=1, measures="R@1")
    assert bench.evaluate.folder(OWNER, folder, plan).candidates == 1
    plan = Plan(method="bm25", reranker="none", candidates=1, measures="R@100 RR@10")
    assert bench.evaluate.folder(OWNER, folder, plan).candidates == 100


def test_vectors_are_kept_by_text(bench: Workbench, embedder: HashEmbedder, tmp_path: Path) -> None:
    folder, seen = collection(tmp_path / "c"), []
    plan = Plan(method="hybrid", reranker="none", measures="R@4")
    first = bench.evaluate.folder(OWNER, folder, plan, lambda *told: seen.append(told))
    assert sorted(embedder.passages) == sorted(f"{t}\n{x}" if t else x for _, t, x in ROWS)
    assert seen == [("embedding", 4, 4), *(("questions", n, 3) for n in (1, 2, 3))]
    assert numbers(bench.evaluate.folder(OWNER, folder, plan)) == numbers(first)
    assert len(embedder.passages) == 4
    assert first.measures["R@4"] == 1.0


@pytest.mark.parametrize("method", ["bm25", "hybrid"])
def test_permuting_the_files_changes_nothing(bench: Workbench, tmp_path: Path, method: Any) -> None:
    twins = [*ROWS, ("d9", "第一条", ROWS[0][2]), ("d0", "第一条", ROWS[0][2])]
    labels = [*LABELS, ("q1", "d9", 1)]
    plan = Plan(method=method, measures="nDCG@3 RR@3 AP@5", by_language=True)
    one = bench.evaluate.folder(OWNER, collection(tmp_path / "a", twins, labels=labels), plan)
    turned = collection(tmp_path / "b", twins[::-1], QUERIES[::-1], labels[::-1])
    assert numbers(bench.evaluate.folder(OWNER, turned, plan)) == numbers(one)


def test_a_constant_reranker_leaves_the_order_of_recall(
    bench: Workbench, reranker: CountingReranker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = collection(tmp_path / "c")
    plain = bench.evaluate.folder(OWNER, folder, BM25)

    def constant(query: str, documents: Sequence[str], instruction: str, **_: Any) -> Scores:
        return Scores(tuple(PairScore(0.5, None, None, 1, 1) for _ in documents), reranker.info)

    monkeypatch.setattr(reranker, "score", constant)
    same = bench.evaluate.folder(OWNER, folder, Plan(method="bm25", measures=BM25.measures))
    assert (same.measures, same.judged) == (plain.measures, plain.judged)


@pytest.mark.parametrize(("count", "expected"), [(1, 1), (2, 2), (9, 3)])
def test_a_limit_draws_that_many(
    bench: Workbench, tmp_path: Path, count: int, expected: int
) -> None:
    plan = Plan(method="bm25", reranker="none", measures="R@2", limit=count)
    folder = collection(tmp_path / "c")
    found = bench.evaluate.folder(OWNER, folder, plan)
    assert found.n_queries == expected
    assert numbers(bench.evaluate.folder(OWNER, folder, plan)) == numbers(found)


def test_a_collection_without_labels_or_rows(bench: Workbench, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        bench.evaluate.folder(OWNER, collection(tmp_path / "c", labels=[]), BM25)
    assert caught.value.code == "labels_missing"
    no_answer = collection(tmp_path / "d", labels=[("q1", "d1", 0)])
    found = bench.evaluate.folder(OWNER, no_answer, BM25)
    assert (found.measures["RR@2"], found.n_without_relevant, found.recall_ceiling) == (0, 1, None)


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (Plan(candidates=0), "number_out_of_range"),
        (Plan(candidates=1_001), "number_out_of_range"),
        (Plan(limit=0), "number_out_of_range"),
        (Plan(measures="MAP"), "measure_unknown"),
        (Plan(method="magic"), "recall_unknown"),  # type: ignore[arg-type]
        (Plan(reranker="magic"), "reranker_unknown"),
        (Plan(instruction="长" * 8_001), "instruction_too_long"),
    ],
)
def test_a_plan_that_cannot_be_followed(
    bench: Workbench, tmp_path: Path, plan: Plan, code: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        bench.evaluate.folder(OWNER, collection(tmp_path / "c"), plan)
    assert caught.value.code == code


def test_hybrid_without_vectors_is_refused_and_not_measured_as_words(tmp_path: Path) -> None:
    class Failing(HashEmbedder):
        def embed_queries(self, texts: Sequence[str], *, priority: int = 0) -> Vectors:
            raise Unavailable("model_host_closed")

    made = build(Settings(home=tmp_path / "home"), reranker=CountingReranker(), embedder=Failing())
    try:
        with pytest.raises(Unavailable) as caught:
            made.evaluate.folder(OWNER, collection(tmp_path / "c"), Plan(method="hybrid"))
    finally:
        made.close()
    assert caught.value.params == {"method": "hybrid", "reason": "model_host_closed"}


def test_pairs_are_scored_with_the_instruction_as_the_query(
    bench: Workbench, reranker: CountingReranker, tmp_path: Path
) -> None:
    labels = [("i1", "d4", 1), ("i1", "d2", 0), ("i2", "d4", 1), ("i2", "d2", 0)]
    found = bench.evaluate.folder(OWNER, pairwise(tmp_path / "p", labels), Plan())
    assert [(query, told) for query, _, told in reranker.asked] == [
        ("1 delivery", ""),
        ("2 delivery", ""),
    ]
    assert found.measures == {
        "balanced_accuracy": 1.0,
        "accuracy": 1.0,
        "majority_accuracy": 0.5,
    }
    assert [(m.instruction_id, m.row_id, m.label) for m in found.margins] == sorted(labels)
    assert (found.n_queries, found.recall_ceiling, found.method) == (2, None, None)
    limited = bench.evaluate.folder(OWNER, tmp_path / "p", Plan(limit=1))
    assert (limited.n_queries, limited.measures["accuracy"]) == (1, None)


def test_pairs_need_a_reranker(bench: Workbench, tmp_path: Path) -> None:
    folder = pairwise(tmp_path / "p", [("i1", "d1", 1)])
    with pytest.raises(InvalidInput) as caught:
        bench.evaluate.folder(OWNER, folder, Plan(reranker="none"))
    assert caught.value.code == "pairs_without_reranker"


def test_the_policy_is_asked_and_the_log_holds_no_text(bench: Workbench, tmp_path: Path) -> None:
    folder = collection(tmp_path / "c")
    with pytest.raises(Forbidden):
        bench.evaluate.folder(Actor("x", "x"), folder, BM25)
    bench.evaluate.folder(OWNER, folder, BM25)
    (line,) = [one for one in bench.log.tail(9) if '"evaluate"' in one]
    assert json.loads(line)["queries"] == 3
    assert "违约金" not in line
