"""From a labelled folder to numbers: loading, importing, placing labels, measuring."""

import json
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.doubles import CountingReranker, HashEmbedder
from tests.sample_library import ANSWERS, rows, write_library
from workbench.assembly import build
from workbench.domain.actors import OWNER, Actor
from workbench.domain.documents import SlicePolicy
from workbench.domain.errors import Conflict, Forbidden, InvalidInput, NotFound, Unavailable
from workbench.domain.glossaries import GlossaryEntry
from workbench.domain.jobs import Job
from workbench.services.evaluations import Plan
from workbench.services.measurements import ArmPlan, Measurement, MeasurePlan
from workbench.services.workbench import Workbench
from workbench.settings import Settings


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return write_library(tmp_path / "samples" / "returns")


@pytest.fixture
def bench(
    tmp_path: Path, library: Path, reranker: CountingReranker, embedder: HashEmbedder
) -> Workbench:
    settings = Settings(home=tmp_path / "home", samples=library.parent)
    made = build(settings, reranker=reranker, embedder=embedder)
    yield made  # type: ignore[misc]
    made.close()


@pytest.fixture
def loaded(bench: Workbench, wait_for: Callable[[str], Job]) -> Workbench:
    """A workbench with the library loaded, its labels in and its vectors made."""
    found = bench.samples.load(OWNER, "returns", "zh")
    for job in found.jobs:
        assert wait_for(job.job_id).state == "done", bench.jobs.get(OWNER, job.job_id)
    deadline = time.monotonic() + 30
    while bench.jobs.active("embed", found.corpus.corpus_id) and time.monotonic() < deadline:
        time.sleep(0.02)
    return bench


def _measured(
    bench: Workbench, wait_for: Callable[[str], Job], *arms: ArmPlan, **given: object
) -> Measurement:
    (one,) = bench.questions.sets(OWNER)
    plan = replace(MeasurePlan(one.query_set.query_set_id, arms), **given)  # type: ignore[arg-type]
    job = wait_for(bench.measure.submit(OWNER, plan).job_id)
    assert job.state == "done", job.outcome
    return bench.measure.answer(OWNER, job.job_id)


def _arms(bench: Workbench) -> tuple[ArmPlan, ...]:
    (one,) = bench.questions.sets(OWNER)
    labelled = bench.questions.labelled(OWNER, one.query_set.query_set_id)
    return tuple(ArmPlan(i.name, i.text, i.criterion_id) for i in labelled.instructions)


def test_a_library_brings_its_glossary_once(bench: Workbench, library: Path) -> None:
    path = library / "glossary.csv"
    path.write_text("zh,en\n退货运费,return postage\n", encoding="utf-8")
    corpus = bench.samples.load(OWNER, "returns", "zh").corpus.corpus_id
    kept = bench.glossaries.get(OWNER, corpus)
    assert kept.entries == (GlossaryEntry("退货运费", "return postage"),)
    bench.glossaries.replace(OWNER, corpus, [])
    bench.samples.load(OWNER, "returns", "zh")
    # what somebody changed stays
    assert bench.glossaries.get(OWNER, corpus).entries == ()


def test_a_library_is_loaded_by_one_call_and_removed_by_one(loaded: Workbench) -> None:
    (sample,) = loaded.samples.list(OWNER)
    assert sample.corpus is not None
    assert (sample.corpus.name, sample.corpus.documents) == ("退货(示例)", 2)
    (one,) = loaded.questions.sets(OWNER)
    assert (one.query_set.name, len(one.query_set.queries), one.labels) == ("退货(示例)", 4, 7)
    loaded.samples.remove(OWNER, "returns")
    assert loaded.samples.list(OWNER)[0].corpus is None
    assert loaded.questions.sets(OWNER) == ()
    with pytest.raises(NotFound, match="sample_not_loaded"):
        loaded.samples.remove(OWNER, "returns")


def test_loading_again_reads_nothing_twice(
    loaded: Workbench, wait_for: Callable[[str], Job]
) -> None:
    again = loaded.samples.load(OWNER, "returns", "en")
    assert [job.kind for job in again.jobs] == ["labels"]
    assert wait_for(again.jobs[0].job_id).state == "done"
    (one,) = loaded.questions.sets(OWNER)
    assert (one.query_set.version, one.labels) == (1, 7)


def test_a_removed_library_can_be_loaded_anew_beside_its_old_labels(
    loaded: Workbench, wait_for: Callable[[str], Job]
) -> None:
    loaded.samples.remove(OWNER, "returns")
    for job in loaded.samples.load(OWNER, "returns", "zh").jobs:
        assert wait_for(job.job_id).state == "done"
    (one,) = loaded.questions.sets(OWNER)
    assert one.labels == 7


def test_names_that_are_taken_get_a_number(bench: Workbench) -> None:
    bench.corpora.create(OWNER, "退货(示例)")
    assert bench.samples.load(OWNER, "returns", "zh").corpus.name == "退货(示例) 2"


def test_there_need_be_no_samples(tmp_path: Path, bench: Workbench) -> None:
    with pytest.raises(NotFound, match="sample_unknown"):
        bench.samples.load(OWNER, "../returns", "zh")
    made = build(Settings(home=tmp_path / "other", samples=tmp_path / "nowhere"))
    try:
        assert made.samples.list(OWNER) == ()
    finally:
        made.close()


def test_a_damaged_description_is_named(bench: Workbench, library: Path) -> None:
    (library / "corpus.json").write_text("{")
    with pytest.raises(InvalidInput, match="collection_not_json"):
        bench.samples.list(OWNER)
    (library / "corpus.json").write_text('{"name": {"zh": "x"}}')
    with pytest.raises(InvalidInput, match="collection_field"):
        bench.samples.list(OWNER)


def test_labels_lie_on_the_chunks_that_hold_their_quotes(loaded: Workbench) -> None:
    (one,) = loaded.questions.sets(OWNER)
    labelled = loaded.questions.labelled(OWNER, one.query_set.query_set_id)
    assert labelled.lost == 0
    assert [len(labelled.qrels[c.criterion_id]) for c in labelled.criteria] == [4, 1]
    texts = {
        chunk.chunk_id: chunk.text
        for document in loaded.corpora.documents(OWNER, one.corpus.corpus_id)
        for chunk in loaded.corpora.chunks(OWNER, document.document_id)
    }
    by_text = {query.text: query.query_id for query in labelled.queries}
    grades = labelled.qrels[labelled.criteria[0].criterion_id][by_text["几天之内可以退货?"]]
    (best,) = (chunk for chunk, grade in grades.items() if grade == 3)
    assert "十四天内可以退货" in texts[best]
    assert sorted(grades.values()) == [1, 3]


def test_a_changed_grade_is_a_newer_label_and_a_lost_one_is_listed(
    loaded: Workbench, library: Path
) -> None:
    (one,) = loaded.questions.sets(OWNER)
    changed = [dict(row) for row in rows()["judgements.jsonl"]]
    changed[0]["grade"] = 2
    changed[1]["quote"] = "这句话不在文件里"
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in changed)
    (library / "judgements.jsonl").write_text(text, encoding="utf-8")
    found = loaded.questions.take_in(
        OWNER, library, one.corpus.corpus_id, one.query_set.name, "sample"
    )
    assert (found.labels, found.known) == (1, 5)
    assert [label.line for label in found.lost] == [2]
    labelled = loaded.questions.labelled(OWNER, one.query_set.query_set_id)
    first = labelled.qrels[labelled.criteria[0].criterion_id][labelled.queries[0].query_id]
    assert sorted(first.values()) == [1, 2]


def test_changed_questions_are_a_new_version(loaded: Workbench, library: Path) -> None:
    (one,) = loaded.questions.sets(OWNER)
    kept = rows()["queries.jsonl"]
    more = [*kept, {"_id": "q5", "text": "怎么包装?", "metadata": {"lang": "zh"}}]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in more)
    (library / "queries.jsonl").write_text(text, encoding="utf-8")
    found = loaded.questions.take_in(OWNER, library, one.corpus.corpus_id, one.query_set.name)
    assert (found.query_set.version, found.queries) == (2, 5)
    assert found.query_set.query_set_id == one.query_set.query_set_id


def test_labels_follow_their_passage_into_another_slicing(
    bench: Workbench, library: Path, wait_for: Callable[[str], Job]
) -> None:
    coarse = SlicePolicy(minimum=400, target=800, maximum=1200)
    corpus = bench.corpora.create(OWNER, "coarse", coarse)
    for path in sorted((library / "documents").iterdir()):
        upload = bench.uploads.ingest_now(OWNER, corpus.corpus_id, path.name, path.read_bytes())
        assert upload.job is not None and upload.job.state == "done"
    found = bench.questions.take_in(OWNER, library, corpus.corpus_id, "coarse")
    assert found.lost == ()
    labelled = bench.questions.labelled(OWNER, found.query_set.query_set_id)
    grades = labelled.qrels[labelled.criteria[0].criterion_id][labelled.queries[0].query_id]
    # Both labelled passages of the first question lie in one chunk now: the higher grade counts.
    assert list(grades.values()) == [3]


def test_ways_of_recall_are_measured_without_a_reranker(
    loaded: Workbench, wait_for: Callable[[str], Job], reranker: CountingReranker
) -> None:
    found = _measured(loaded, wait_for)
    assert [row.method for row in found.rows] == ["bm25", "dense", "hybrid"]
    assert reranker.asked == []
    assert found.reranker is None
    first = found.rows[0]
    assert (first.n, first.n_answerable) == (4, 3)
    # "几天之内可以退货?" shares words with its article alone; the other two cross languages.
    assert first.hits[1] == sum(rank == 1 for rank in first.first_rank.values())
    assert list(found.questions.values()) == [row["text"] for row in rows()["queries.jsonl"]]
    assert first.accuracy is None and first.at_half is None


def test_each_instruction_is_measured_by_its_own_labels(
    loaded: Workbench, wait_for: Callable[[str], Job], reranker: CountingReranker
) -> None:
    arms = _arms(loaded)
    found = _measured(loaded, wait_for, *arms, methods=("hybrid",))
    assert [(row.method, row.arm.name if row.arm else "", row.n) for row in found.rows] == [
        ("hybrid", "", 4),
        (None, "回答", 4),
        (None, "Answers", 4),
        ("hybrid", "", 1),
        (None, "店铺承担", 1),
    ]
    asked = [(query, instruction) for query, _, instruction in reranker.asked]
    # Four questions under two instructions; the third has labels on one question alone, and is
    # asked what nothing answers, to see whether something passes for an answer there.
    assert len(asked) == 10
    assert [query for query, told in asked if told == "只看由店铺承担费用的。"] == [
        "Who pays the return postage?",
        "日本买家怎么退?",
    ]
    frozen = found.orders[0]
    for order in found.orders[1:3]:
        assert {q: set(chunks) for q, chunks in order.items()} == {
            q: set(chunks) for q, chunks in frozen.items()
        }
    assert found.rows[1].accuracy is not None
    assert [row.versus is not None for row in found.rows] == [False, False, True, False, False]
    versus = found.rows[2].versus
    assert versus is not None
    assert (versus.baseline, versus.comparison.n, versus.comparison.p) == ("回答", 4, None)
    assert versus.verdict.code in ("identical", "too_few")
    assert found.reranker is not None and found.reranker.name == reranker.info.name


def test_the_same_measurement_has_the_same_manifest(
    loaded: Workbench, wait_for: Callable[[str], Job]
) -> None:
    arms = _arms(loaded)[:1]
    one = _measured(loaded, wait_for, *arms)
    two = _measured(loaded, wait_for, *arms)
    assert one.manifest.identity == two.manifest.identity
    other = _measured(loaded, wait_for, *arms, candidates=2)
    assert other.manifest.identity != one.manifest.identity


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"methods": ()}, "measure_nothing"),
        ({"methods": ("guess",)}, "recall_unknown"),
        ({"candidates": 0}, "number_out_of_range"),
        ({"arms": tuple(ArmPlan(str(n), "x", "K") for n in range(7))}, "arms_too_many"),
        ({"arms": (ArmPlan("A", "x", "nowhere"),)}, "criterion_unlabelled"),
        ({"reranker": "none-such", "arms": "known"}, "reranker_unknown"),
    ],
)
def test_what_cannot_be_measured_is_told_before_any_work(
    loaded: Workbench, change: dict[str, object], code: str
) -> None:
    (one,) = loaded.questions.sets(OWNER)
    if change.get("arms") == "known":
        change = {**change, "arms": _arms(loaded)[:1]}
    plan = replace(MeasurePlan(one.query_set.query_set_id), **change)  # type: ignore[arg-type]
    with pytest.raises((InvalidInput, NotFound, Unavailable)) as caught:
        loaded.measure.submit(OWNER, plan)
    assert caught.value.code == code
    assert not [job for job in loaded.jobs.list(OWNER) if job.kind == "measure"]


def test_two_arms_of_one_name_are_refused(loaded: Workbench) -> None:
    (one,) = loaded.questions.sets(OWNER)
    arm = _arms(loaded)[0]
    with pytest.raises(InvalidInput, match="arm_name_twice"):
        loaded.measure.submit(OWNER, MeasurePlan(one.query_set.query_set_id, (arm, arm)))


def test_the_last_measurement_of_a_set_is_found_behind_many_later_jobs(
    loaded: Workbench, wait_for: Callable[[str], Job]
) -> None:
    (one,) = loaded.questions.sets(OWNER)
    name = one.query_set.query_set_id
    assert loaded.measure.last(OWNER, name) is None
    job = wait_for(loaded.measure.submit(OWNER, MeasurePlan(name, methods=("bm25",))).job_id)
    loaded.jobs.close()
    for number in range(210):
        loaded.jobs.submit(OWNER, "embed", f"work {number}")
    assert job.job_id not in {listed.job_id for listed in loaded.jobs.list(OWNER, 200)}
    last = loaded.measure.last(OWNER, name)
    assert last is not None and last.job_id == job.job_id
    assert loaded.measure.last(OWNER, "another set") is None
    first = loaded.measure.answer(OWNER, job.job_id)
    assert loaded.measure.answer(OWNER, job.job_id) is first
    with pytest.raises(Forbidden):
        loaded.measure.answer(Actor("eve", "eve"), job.job_id)


def test_an_unfinished_or_foreign_job_has_no_answer(loaded: Workbench) -> None:
    job = loaded.jobs.list(OWNER)[0]
    assert job.kind != "measure"
    with pytest.raises(Conflict, match="job_unfinished"):
        loaded.measure.answer(OWNER, job.job_id)


def test_a_set_without_labels_is_told(bench: Workbench, library: Path) -> None:
    corpus = bench.corpora.create(OWNER, "empty")
    found = bench.questions.take_in(OWNER, library, corpus.corpus_id, "empty")
    assert len(found.lost) == 7
    with pytest.raises(InvalidInput, match="labels_missing"):
        bench.questions.labelled(OWNER, found.query_set.query_set_id)


@pytest.mark.parametrize(
    ("file", "field", "text", "code"),
    [
        ("queries.jsonl", "text", "x" * 9_000, "query_too_long"),
        ("queries.jsonl", "text", " \t ", "collection_field"),
        ("instructions.jsonl", "instruction", "x" * 9_000, "instruction_too_long"),
    ],
)
def test_nothing_is_kept_of_a_folder_whose_last_row_is_bad(
    bench: Workbench, tmp_path: Path, file: str, field: str, text: str, code: str
) -> None:
    corpus = bench.corpora.create(OWNER, "bare").corpus_id
    folder = write_library(tmp_path / "bad")
    found = [dict(row) for row in rows()[file]]
    found[-1][field] = text
    lines = "".join(json.dumps(row) + "\n" for row in found)
    (folder / file).write_text(lines, encoding="utf-8")
    with pytest.raises(InvalidInput, match=code):
        bench.questions.take_in(OWNER, folder, corpus, "bad")
    with sqlite3.connect(bench.settings.home / "workbench.db") as database:
        for table in ("criteria", "instructions", "queries", "query_sets", "judgements"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_a_set_of_nowhere_and_a_folder_of_nowhere_are_told(bench: Workbench) -> None:
    corpus = bench.corpora.list(OWNER)[0].corpus_id
    with pytest.raises(NotFound, match="path_missing"):
        bench.questions.take_in(OWNER, Path("nowhere"), corpus, "x")
    with pytest.raises(NotFound, match="query_set_unknown"):
        bench.questions.labelled(OWNER, "nowhere")


def test_somebody_else_may_do_none_of_it(bench: Workbench, library: Path) -> None:
    stranger = Actor("eve", "eve")
    corpus = bench.corpora.list(OWNER)[0].corpus_id
    for act in (
        lambda: bench.samples.list(stranger),
        lambda: bench.questions.sets(stranger),
        lambda: bench.questions.take_in(stranger, library, corpus, "x"),
        lambda: bench.questions.take_in_later(stranger, library, corpus, "x"),
        lambda: bench.measure.submit(stranger, MeasurePlan("x")),
    ):
        with pytest.raises(Forbidden):
            act()


def test_a_labelled_folder_is_evaluated_as_it_is(bench: Workbench, library: Path) -> None:
    plan = Plan(method="bm25", reranker="none", measures="RR@10 Success@1")
    found = bench.evaluate.folder(OWNER, library, plan)
    assert (found.n_queries, found.binary_level, found.criterion) == (4, 2, ANSWERS)
    assert found.n_without_relevant == 1
    told = bench.evaluate.folder(OWNER, library, replace(plan, instruction="b-zh"))
    assert (told.n_queries, told.criterion) == (1, "shop-pays")
    named = bench.evaluate.folder(OWNER, library, replace(plan, criterion="shop-pays"))
    assert named.n_queries == 1
    with pytest.raises(InvalidInput, match="criterion_unknown_here"):
        bench.evaluate.folder(OWNER, library, replace(plan, criterion="nothing"))


def test_the_id_of_an_instruction_stands_for_its_text(
    bench: Workbench, library: Path, reranker: CountingReranker
) -> None:
    bench.evaluate.folder(OWNER, library, Plan(method="bm25", instruction="a-en"))
    assert {told for _, _, told in reranker.asked} == {"Judge whether it answers."}


def test_labels_that_quote_nothing_fail_an_evaluation(tmp_path: Path, bench: Workbench) -> None:
    changed = [dict(row) for row in rows()["judgements.jsonl"]]
    changed[2]["section"] = "第九章"
    folder = write_library(tmp_path / "broken", judgements=changed)
    with pytest.raises(InvalidInput) as caught:
        bench.evaluate.folder(OWNER, folder, Plan(method="bm25", reranker="none"))
    assert caught.value.code == "anchors_unresolved"
    assert (caught.value.params["count"], caught.value.params["lines"]) == (1, "3")


def test_words_alone_are_never_measured_under_another_name(
    bench: Workbench, library: Path, wait_for: Callable[[str], Job]
) -> None:
    corpus = bench.corpora.create(OWNER, "bare")
    for path in sorted((library / "documents").iterdir()):
        bench.uploads.ingest_now(OWNER, corpus.corpus_id, path.name, path.read_bytes())
    one = bench.questions.take_in(OWNER, library, corpus.corpus_id, "bare").query_set.query_set_id
    words = wait_for(bench.measure.submit(OWNER, MeasurePlan(one, methods=("bm25",))).job_id)
    assert words.state == "done"
    both = wait_for(bench.measure.submit(OWNER, MeasurePlan(one, methods=("hybrid",))).job_id)
    assert both.state == "failed" and both.outcome is not None
    assert both.outcome.code == "vectors_missing"
    assert both.outcome.params["count"] == both.outcome.params["chunks"]
    job = bench.embedding.later(OWNER, corpus.corpus_id)
    assert job is not None
    waited = wait_for(bench.measure.submit(OWNER, MeasurePlan(one, methods=("hybrid",))).job_id)
    assert waited.state == "done", waited.outcome


def test_a_measurement_can_be_cancelled(
    loaded: Workbench, wait_for: Callable[[str], Job], reranker: CountingReranker
) -> None:
    (one,) = loaded.questions.sets(OWNER)
    score, seen = reranker.score, []

    def slow(*args: object, **kwargs: object) -> object:
        seen.append(1)
        time.sleep(0.7)
        return score(*args, **kwargs)  # type: ignore[arg-type]

    reranker.score = slow  # type: ignore[assignment,method-assign]
    job = loaded.measure.submit(OWNER, MeasurePlan(one.query_set.query_set_id, _arms(loaded)))
    while not seen:
        time.sleep(0.02)
    loaded.jobs.cancel(OWNER, job.job_id)
    ended = wait_for(job.job_id)
    assert ended.state == "cancelled"
    assert len(seen) < 9
    with pytest.raises(Conflict, match="job_unfinished"):
        loaded.measure.answer(OWNER, job.job_id)
