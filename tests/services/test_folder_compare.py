"""Instructions on a folder with labels: frozen candidates, differences, verdicts by rule."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.doubles import CountingReranker, HashEmbedder
from tests.services.test_evaluate import jsonl
from workbench.assembly import build
from workbench.domain.actors import OWNER, Actor
from workbench.domain.errors import Forbidden, InvalidInput
from workbench.services.folder_comparisons import ArmsPlan, FolderComparison, PairsPlan
from workbench.services.measured_shapes import comparison_json, sensitivity_json
from workbench.settings import Settings

N = 30


def _topic(at: int) -> str:
    """A word of its own for each question, so that it finds its two passages and no others."""
    return "".join(chr(ord("a") + int(digit)) * 2 for digit in f"{at:03d}")


PLAN = ArmsPlan(method="bm25", reranker="scripted", complete=True)


def _collection(folder: Path, n: int = N, criteria: tuple[str, ...] = ("",)) -> Path:
    """Topics with a Chinese and an English passage each; the English one has the word *only*."""
    folder.mkdir()
    rows, queries, labels = [], [], []
    for at in range(n):
        topic = _topic(at)
        rows.append({"_id": f"zh{at}", "text": f"{topic} 中文段落 甲乙丙"})
        rows.append({"_id": f"en{at}", "text": f"{topic} only English passage"})
        queries.append({"_id": f"q{at}", "text": topic})
        for criterion in criteria:
            right = "zh" if criterion == "zh" else "en"
            labels.append(f"q{at}\t{right}{at}\t1" + (f"\t{criterion}" if criterion else ""))
    jsonl(folder / "corpus.jsonl", rows)
    jsonl(folder / "queries.jsonl", queries)
    head = "query-id\tcorpus-id\tscore" + ("\tcriterion-id" if criteria != ("",) else "")
    (folder / "qrels.tsv").write_text("\n".join([head, *labels]) + "\n", "utf-8")
    return folder


def _arms(folder: Path, *arms: tuple[str, ...]) -> Path:
    path = folder / "arms.json"
    named = [dict(zip(("name", "text", "criterion"), arm, strict=False)) for arm in arms]
    path.write_text(json.dumps(named, ensure_ascii=False), "utf-8")
    return path


@pytest.fixture
def reranker() -> CountingReranker:
    return CountingReranker()


def _compare(
    tmp_path: Path, reranker: CountingReranker, folder: Path, arms: Path, plan: ArmsPlan = PLAN
) -> FolderComparison:
    bench = build(Settings(home=tmp_path / "home"), reranker=reranker, embedder=HashEmbedder())
    try:
        return bench.folder_compare.folder(OWNER, folder, arms, plan)
    finally:
        bench.close()


def test_the_instruction_that_asks_for_what_is_right_is_better(
    tmp_path: Path, reranker: CountingReranker
) -> None:
    folder = _collection(tmp_path / "c")
    arms = _arms(tmp_path, ("base", "中文段落"), ("english", "only"), ("same", "中文段落 甲乙丙"))
    found = _compare(tmp_path, reranker, folder, arms)
    base, english, same = found.arms
    assert base.measures["RR@10"] == 0.5
    assert english.measures["RR@10"] == 1.0
    assert english.verdict is not None and same.verdict is not None
    assert (english.verdict.code, english.verdict.tentative) == ("better", False)
    assert same.verdict.code == "identical"
    assert base.verdict is None and base.comparisons is None
    assert english.comparisons is not None
    difference = english.comparisons["nDCG@10"]
    assert (difference.wins, difference.losses, difference.n) == (N, 0, N)
    assert difference.p_holm is not None and difference.p_holm < 0.001


def test_every_arm_reads_the_same_candidates(tmp_path: Path, reranker: CountingReranker) -> None:
    folder = _collection(tmp_path / "c", 8)
    _compare(tmp_path, reranker, folder, _arms(tmp_path, ("a", "x"), ("b", "only")))
    read: dict[str, set[tuple[str, ...]]] = {}
    for query, documents, _ in reranker.asked:
        read.setdefault(query, set()).add(documents)
    assert len(read) == 8
    assert all(len(one) == 1 for one in read.values())


def test_missing_grades_forbid_a_verdict_unless_labels_are_complete(
    tmp_path: Path, reranker: CountingReranker
) -> None:
    folder = _collection(tmp_path / "c")
    arms = _arms(tmp_path, ("base", "中文段落"), ("english", "only"))
    open_ones = ArmsPlan(method="bm25", reranker="scripted")
    found = _compare(tmp_path, reranker, folder, arms, open_ones)
    assert found.arms[1].verdict is not None and found.arms[1].reach is not None
    assert found.arms[1].verdict.code == "more_labels"
    assert found.arms[1].reach.unlabelled == N


def test_instructions_with_other_criteria_are_other_tests(
    tmp_path: Path, reranker: CountingReranker
) -> None:
    folder = _collection(tmp_path / "c", criteria=("en", "zh"))
    arms = _arms(tmp_path, ("e", "only", "en"), ("z", "中文段落", "zh"))
    english, chinese = _compare(tmp_path, reranker, folder, arms).arms
    assert english.measures["RR@10"] == chinese.measures["RR@10"] == 1.0
    assert chinese.verdict is not None
    assert (chinese.verdict.code, chinese.comparisons) == ("different_tests", None)


def test_a_model_that_takes_no_instruction_gets_no_verdict(tmp_path: Path) -> None:
    blind = CountingReranker(supports_instruction=False)
    arms = _arms(tmp_path, ("base", "中文段落"), ("english", "only"))
    found = _compare(tmp_path, blind, _collection(tmp_path / "c"), arms)
    assert found.arms[1].verdict is not None
    assert found.arms[1].verdict.code == "does_not_follow"


def test_a_labelled_folder_is_compared_under_its_own_criteria(
    tmp_path: Path, reranker: CountingReranker
) -> None:
    folder = Path(__file__).parents[2] / "sample_corpora" / "contracts"
    arms = _arms(tmp_path, ("a", ""), ("b", "能回答问题的段落"))
    plan = ArmsPlan(method="bm25", reranker="scripted", limit=5, candidates=10)
    found = _compare(tmp_path, reranker, folder, arms, plan)
    assert [one.n_queries for one in found.arms] == [5, 5]
    assert found.binary_level == 2
    assert json.loads(json.dumps(comparison_json(found), allow_nan=False))["baseline"] == "a"


def test_what_cannot_be_compared_is_refused(tmp_path: Path, reranker: CountingReranker) -> None:
    folder = _collection(tmp_path / "c", 3, criteria=("en",))
    two = (("a", ""), ("b", "x"))
    cases: list[tuple[tuple[tuple[str, ...], ...], dict[str, Any], str]] = [
        (two, {"reranker": "none"}, "compare_none"),
        (two, {"baseline": "c"}, "baseline_unknown"),
        ((*two, ("c", "y", "zh")), {}, "criterion_unknown_here"),
        (tuple((str(at), "x") for at in range(9)), {}, "arms_too_many"),
        (two, {"candidates": 0}, "number_out_of_range"),
        (two, {"measures": "nDCG"}, "measure_unknown"),
    ]
    for arms, changes, code in cases:
        plan = ArmsPlan(**{"method": "bm25", "reranker": "scripted", **changes})
        with pytest.raises(InvalidInput) as caught:
            _compare(tmp_path, reranker, folder, _arms(tmp_path, *arms), plan)
        assert caught.value.code == code, arms
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n", "utf-8")
    with pytest.raises(InvalidInput) as caught:
        _compare(tmp_path, reranker, folder, _arms(tmp_path, *two))
    assert caught.value.code == "labels_missing"


def _pairs(folder: Path, n: int, **more: Any) -> Path:
    path = folder / "pairs.jsonl"
    jsonl(
        path,
        [
            {
                "pair_id": f"p{at}",
                "query": _topic(at),
                "instruction_og": "中文段落",
                "instruction_changed": "only",
                "changed_docs": [f"zh{at}"],
                "gained_docs": [f"en{at}"],
                **more,
            }
            for at in range(n)
        ],
    )
    return path


@pytest.mark.parametrize("follows", [True, False])
def test_sensitivity_over_a_folder(tmp_path: Path, follows: bool) -> None:
    folder = _collection(tmp_path / "c", 12)
    for document in ("zh1", "en1"):
        assert document in (folder / "corpus.jsonl").read_text("utf-8")
    reranker = CountingReranker(supports_instruction=follows)
    bench = build(Settings(home=tmp_path / "home"), reranker=reranker, embedder=HashEmbedder())
    try:
        path = _pairs(tmp_path, 12)
        found = bench.folder_pairs.folder(OWNER, path, folder, PairsPlan("scripted", depth=5))
        given = bench.folder_pairs.folder(
            OWNER,
            _pairs(tmp_path, 1, candidates=["en0", "zh0"]),
            folder,
            PairsPlan("scripted"),
        )
        with pytest.raises(InvalidInput) as caught:
            bench.folder_pairs.folder(
                OWNER, _pairs(tmp_path, 1, candidates=["nowhere"]), folder, PairsPlan("scripted")
            )
        assert caught.value.code == "pair_row_unknown"
        with pytest.raises(Forbidden):
            bench.folder_pairs.folder(Actor("x", "x"), path, folder, PairsPlan("scripted"))
    finally:
        bench.close()
    # Five of each language: the Chinese passage falls from 1 to behind the five English ones.
    assert found.found.n == 12
    assert found.scored == 12 * 2 * 10
    assert found.found.ideal == pytest.approx(0.9)
    assert found.found.p_mrr > 0.5
    assert found.found.gained is not None and found.found.gained > 0.5
    # Of two candidates the Chinese one goes from 1 to 2.
    assert given.found.p_mrr == pytest.approx(0.5) == given.found.ideal
    told = sensitivity_json(given)
    assert (told["p_mrr"], told["percent_of_ideal"], told["interval"]) == (50.0, 100.0, None)


def test_controls_are_told_as_noise_and_get_no_verdict(
    tmp_path: Path, reranker: CountingReranker
) -> None:
    folder = Path(__file__).parents[2] / "sample_corpora" / "contracts"
    arms = tmp_path / "controls.json"
    named = [
        {"name": "repeated", "text": "能回答问题的段落", "control": "again"},
        {"name": "a", "text": "能回答问题的段落"},
        {"name": "b", "text": ""},
    ]
    arms.write_text(json.dumps(named), encoding="utf-8")
    plan = ArmsPlan(method="bm25", reranker="scripted", limit=5, candidates=10)
    found = _compare(tmp_path, reranker, folder, arms, plan)
    assert found.baseline == "a"
    repeated, base, other = found.arms
    assert repeated.verdict is repeated.comparisons is base.noise is other.noise is None
    assert repeated.noise is not None
    assert (repeated.noise.delta, repeated.noise.n) == (0.0, 5)
    told = json.loads(json.dumps(comparison_json(found), allow_nan=False))
    assert told["noise"]["floor"] == 0.0
    assert list(told["noise"]["controls"]) == ["repeated"]
    assert told["arms"][1]["thresholds"]["cross_validated"]["n"] > 0

    arms.write_text(json.dumps([*named, {"name": "c", "text": "x", "control": "sugar"}]))
    with pytest.raises(InvalidInput, match="control_unknown"):
        _compare(tmp_path, reranker, folder, arms, plan)


def test_controls_of_the_baseline_are_added_on_demand(
    tmp_path: Path, reranker: CountingReranker
) -> None:
    folder = _collection(tmp_path / "c", 8)
    arms = _arms(tmp_path, ("base", "中文段落"), ("english", "only"))
    wanted = replace(
        PLAN, controls=("empty", "placebo", "again"), placebos={"en": "Please.", "zh": "请认真。"}
    )
    found = _compare(tmp_path, reranker, folder, arms, wanted)
    controls = [one for one in found.arms if one.instruction.control]
    assert [(one.instruction.control, one.instruction.text) for one in controls] == [
        ("empty", ""),
        ("placebo", "请认真。"),
        ("again", "中文段落"),
    ]
    assert all(one.noise is not None and one.comparisons is None for one in controls)
    # Holm knows one rival alone.
    assert found.arms[1].comparisons is not None
    assert found.arms[1].comparisons["nDCG@10"].p_others == ()
    with pytest.raises(InvalidInput, match="control_unknown"):
        _compare(tmp_path, reranker, folder, arms, replace(PLAN, controls=("paraphrase",)))


def test_six_instructions_and_their_controls_fit(
    tmp_path: Path, reranker: CountingReranker
) -> None:
    folder = _collection(tmp_path / "c", 3)
    arms = _arms(tmp_path, *((f"arm {at}", f"x{at}") for at in range(6)))
    found = _compare(tmp_path, reranker, folder, arms, replace(PLAN, controls=("again",)))
    assert len(found.arms) == 7
    more = _arms(tmp_path, *((f"arm {at}", f"x{at}") for at in range(7)))
    with pytest.raises(InvalidInput, match="arms_too_many"):
        _compare(tmp_path, reranker, folder, more)


def test_a_query_without_a_right_row_counts_as_one_that_nothing_answers(
    tmp_path: Path, reranker: CountingReranker
) -> None:
    folder = _collection(tmp_path / "c", 6)
    labels = (folder / "qrels.tsv").read_text("utf-8").replace("q0\ten0\t1", "q0\ten0\t0")
    (folder / "qrels.tsv").write_text(labels, "utf-8")
    arms = _arms(tmp_path, ("base", "中文段落"), ("english", "only"))
    found = _compare(tmp_path, reranker, folder, arms)
    mark = found.arms[1].pass_mark
    assert mark is not None and mark.no_answer == 1
    assert mark.false_answers in (0, 1)
