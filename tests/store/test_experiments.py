"""Experiments: what is frozen comes back to the last bit, and nothing of it is ever lost."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from workbench.domain.actors import OWNER
from workbench.domain.errors import Conflict, NotFound
from workbench.domain.experiments import Experiment, Frozen, FrozenOrder, Manifest
from workbench.store.database import Database
from workbench.store.experiments import ExperimentRepository

ONE = Experiment(
    experiment_id="01A",
    owner=OWNER.id,
    kind="instructions",
    name="退货 · 两条指令",
    note="",
    corpus_id="corpus",
    query_set_id="set",
    version=3,
    job_id="job-1",
    manifest=Manifest.of(k=10, model="m"),
    details={"questions": {"q1": "几天?"}, "seconds": 1.25},
    created_at="2026-01-01T00:00:00Z",
)
FROZEN = Frozen(
    candidates={"q1": (("a", "h1"), ("b", "h2")), "q 2": ()},
    texts={"h1": "十四天 🙂", "h2": "two"},
    orders={
        (0, "q1"): FrozenOrder((1, 0), (0.1 + 0.2, -1e-300), (0.9, 5e-324)),
        (1, "q1"): FrozenOrder((0, 1), (2.0, 1.0)),
    },
    labels={"c1": {"q1": {"a": 3, "b": 0}}},
    measures={(0, "c1", "nDCG@10"): {"q1": 1 / 3}},
)


@pytest.fixture
def kept(database: Database) -> ExperimentRepository:
    return ExperimentRepository(database)


def test_everything_comes_back_to_the_last_bit(kept: ExperimentRepository) -> None:
    kept.add(ONE, FROZEN)
    assert kept.get("01A") == ONE
    assert kept.frozen("01A", texts=True) == FROZEN
    assert kept.frozen("01A").texts == {}
    assert kept.measures("01A", "nDCG@10") == {(0, "c1"): {"q1": 1 / 3}}
    assert kept.measures("01A", "RR@10") == {}


def test_texts_are_kept_once_and_survive_a_new_start(database: Database) -> None:
    kept = ExperimentRepository(database)
    kept.add(ONE, FROZEN)
    kept.add(replace(ONE, experiment_id="01B", job_id="job-2"), FROZEN)
    assert kept.frozen("01B", texts=True) == FROZEN
    assert [one.experiment_id for one in kept.all(OWNER.id)] == ["01B", "01A"]
    assert kept.all("somebody") == ()


def test_a_job_has_one_experiment_and_a_refused_one_leaves_nothing(
    kept: ExperimentRepository,
) -> None:
    kept.add(ONE, FROZEN)
    with pytest.raises(Conflict, match="experiment_exists"):
        kept.add(replace(ONE, experiment_id="01B"), replace(FROZEN, texts={"h9": "x"}))
    with pytest.raises(NotFound, match="experiment_unknown"):
        kept.get("01B")


def test_it_is_renamed_archived_deleted_and_restored(kept: ExperimentRepository) -> None:
    kept.add(ONE, FROZEN)
    kept.describe("01A", "Neu", "für den Vorstand")
    kept.archive("01A", archived=True)
    assert (kept.get("01A").name, kept.get("01A").archived_at is None) == ("Neu", False)
    kept.archive("01A", archived=False)
    kept.delete("01A", deleted=True)
    assert kept.all(OWNER.id) == () and len(kept.all(OWNER.id, deleted=True)) == 1
    kept.delete("01A", deleted=False)
    assert kept.get("01A") == replace(ONE, name="Neu", note="für den Vorstand")
    assert kept.frozen("01A", texts=True) == FROZEN
    with pytest.raises(NotFound, match="experiment_unknown"):
        kept.archive("x", archived=True)


def test_manifests_name_the_fields_that_differ() -> None:
    one = Manifest.of(a=1, b=[1, 2], c="x")
    assert one.differs(one) == ()
    assert one.differs(Manifest.of(a=1, b=[2, 1], d=None)) == ("b", "c")
    assert one.differs(Manifest.of(a=1, b=[1, 2], c="x", d=0)) == ("d",)


def test_what_fails_in_the_middle_leaves_nothing(kept: ExperimentRepository) -> None:
    broken = replace(FROZEN, measures={(0, "c1", "nDCG@10"): {"q1": float("nan")}})
    with pytest.raises(IntegrityError):
        kept.add(ONE, broken)
    assert kept.all(OWNER.id) == ()
    assert kept.frozen("01A", texts=True) == Frozen({}, {}, {}, {}, {})
