"""Experiments: written once in one transaction, renamed, archived, deleted and restored."""

from array import array
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, insert, select, update

from workbench.domain.errors import Conflict, NotFound
from workbench.domain.experiments import Experiment, Frozen, FrozenOrder, Manifest
from workbench.store.database import Database
from workbench.store.evaluation_tables import (
    experiment_candidates,
    experiment_labels,
    experiment_measures,
    experiment_runs,
    experiment_texts,
    experiments,
)

_PLACES, _NUMBERS = "I", "d"
_AT_ONCE = 500


class ExperimentRepository:
    """Keeps experiments; of what was frozen nothing is ever changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, experiment: Experiment, frozen: Frozen) -> None:
        """Keep an experiment with everything it froze, all or nothing.

        Raises:
            Conflict: ``experiment_exists`` where its job has one already.
        """
        known = select(experiments.c.experiment_id).where(experiments.c.job_id == experiment.job_id)
        with self._database.write() as connection:
            if connection.execute(known).first() is not None:
                raise Conflict("experiment_exists", job=experiment.job_id)
            connection.execute(insert(experiments).values(**_columns(experiment)))
            for table, rows in _rows(experiment.experiment_id, frozen):
                if rows:
                    connection.execute(insert(table), rows)
            _keep_texts(connection, frozen)

    def get(self, experiment_id: str) -> Experiment:
        """Return an experiment, also a deleted one.

        Raises:
            NotFound: ``experiment_unknown``.
        """
        wanted = select(experiments).where(experiments.c.experiment_id == experiment_id)
        with self._database.read() as connection:
            row = connection.execute(wanted).mappings().first()
        if row is None:
            raise NotFound("experiment_unknown", experiment=experiment_id)
        return _experiment(row)

    def of_job(self, job_id: str) -> Experiment | None:
        """Return the experiment that a job made; None where it made none yet."""
        wanted = select(experiments).where(experiments.c.job_id == job_id)
        with self._database.read() as connection:
            row = connection.execute(wanted).mappings().first()
        return None if row is None else _experiment(row)

    def all(self, owner: str, *, deleted: bool = False) -> tuple[Experiment, ...]:
        """Return the owner's experiments, newest first; only ``deleted`` ones, or none of them."""
        gone = experiments.c.deleted_at
        wanted = select(experiments).where(
            experiments.c.owner == owner, gone.is_not(None) if deleted else gone.is_(None)
        )
        newest = wanted.order_by(experiments.c.experiment_id.desc())
        with self._database.read() as connection:
            return tuple(map(_experiment, connection.execute(newest).mappings()))

    def frozen(self, experiment_id: str, *, texts: bool = False) -> Frozen:
        """Return what an experiment froze; what was read only where ``texts`` are asked for."""
        with self._database.read() as connection:
            candidates = _candidates(connection, experiment_id)
            hashes = {one for rows in candidates.values() for _, one in rows} if texts else set()
            return Frozen(
                candidates,
                _texts(connection, sorted(hashes)),
                _orders(connection, experiment_id),
                _labels(connection, experiment_id),
                _measures(connection, experiment_id),
            )

    def measures(self, experiment_id: str, measure: str) -> dict[tuple[int, str], dict[str, float]]:
        """Return one measure's value a question, by arm and criterion."""
        table = experiment_measures
        wanted = select(table).where(
            table.c.experiment_id == experiment_id, table.c.measure == measure
        )
        found: dict[tuple[int, str], dict[str, float]] = {}
        with self._database.read() as connection:
            for row in connection.execute(wanted).mappings():
                values = found.setdefault((row["arm"], row["criterion_id"]), {})
                values[row["query_id"]] = row["value"]
        return found

    def describe(self, experiment_id: str, name: str, note: str) -> None:
        """Give an experiment another name and note."""
        self._set(experiment_id, name=name, note=note)

    def archive(self, experiment_id: str, *, archived: bool) -> None:
        """Put an experiment away, or take it out again."""
        self._set(experiment_id, archived_at=self._database.now() if archived else None)

    def delete(self, experiment_id: str, *, deleted: bool) -> None:
        """Hide an experiment, or bring it back; nothing of it is lost."""
        self._set(experiment_id, deleted_at=self._database.now() if deleted else None)

    def _set(self, experiment_id: str, **values: Any) -> None:
        wanted = update(experiments).where(experiments.c.experiment_id == experiment_id)
        with self._database.write() as connection:
            if connection.execute(wanted.values(**values)).rowcount == 0:
                raise NotFound("experiment_unknown", experiment=experiment_id)


def _columns(one: Experiment) -> dict[str, Any]:
    return {
        **asdict(one),
        "identity": one.manifest.identity,
        "manifest": one.manifest.fields,
    }


def _experiment(row: RowMapping) -> Experiment:
    kept = {name: value for name, value in row.items() if name != "identity"}
    return Experiment(**{**kept, "manifest": Manifest(row["manifest"])})


def _rows(experiment_id: str, frozen: Frozen) -> Iterator[tuple[Table, list[dict[str, Any]]]]:
    own = {"experiment_id": experiment_id}
    yield (
        experiment_candidates,
        [
            {**own, "query_id": query, "candidates": [list(one) for one in rows]}
            for query, rows in frozen.candidates.items()
        ],
    )
    yield (
        experiment_runs,
        [
            {
                **own,
                "arm": arm,
                "query_id": query,
                "places": array(_PLACES, one.places).tobytes(),
                "margins": array(_NUMBERS, one.margins).tobytes(),
                "scores": None if one.scores is None else array(_NUMBERS, one.scores).tobytes(),
            }
            for (arm, query), one in frozen.orders.items()
        ],
    )
    yield (
        experiment_labels,
        [
            {**own, "criterion_id": criterion, "query_id": query, "grades": dict(grades)}
            for criterion, queries in frozen.labels.items()
            for query, grades in queries.items()
        ],
    )
    yield (
        experiment_measures,
        [
            {
                **own,
                "arm": arm,
                "criterion_id": criterion,
                "measure": measure,
                "query_id": query,
                "value": value,
            }
            for (arm, criterion, measure), values in frozen.measures.items()
            for query, value in values.items()
        ],
    )


def _keep_texts(connection: Connection, frozen: Frozen) -> None:
    """Keep the texts that no other experiment has frozen before."""
    known = _texts(connection, sorted(frozen.texts))
    fresh = [
        {"text_hash": one, "text": text} for one, text in frozen.texts.items() if one not in known
    ]
    if fresh:
        connection.execute(insert(experiment_texts), fresh)


def _texts(connection: Connection, hashes: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(hashes), _AT_ONCE):
        part = hashes[start : start + _AT_ONCE]
        wanted = select(experiment_texts).where(experiment_texts.c.text_hash.in_(part))
        found |= {row.text_hash: row.text for row in connection.execute(wanted)}
    return found


def _of(connection: Connection, table: Table, experiment_id: str) -> Iterator[RowMapping]:
    wanted = select(table).where(table.c.experiment_id == experiment_id)
    yield from connection.execute(wanted).mappings()


def _candidates(
    connection: Connection, experiment_id: str
) -> dict[str, tuple[tuple[str, str], ...]]:
    return {
        row["query_id"]: tuple((chunk, text) for chunk, text in row["candidates"])
        for row in _of(connection, experiment_candidates, experiment_id)
    }


def _orders(connection: Connection, experiment_id: str) -> dict[tuple[int, str], FrozenOrder]:
    return {
        (row["arm"], row["query_id"]): FrozenOrder(
            tuple(array(_PLACES, row["places"])),
            tuple(array(_NUMBERS, row["margins"])),
            None if row["scores"] is None else tuple(array(_NUMBERS, row["scores"])),
        )
        for row in _of(connection, experiment_runs, experiment_id)
    }


def _labels(connection: Connection, experiment_id: str) -> dict[str, dict[str, dict[str, int]]]:
    found: dict[str, dict[str, dict[str, int]]] = {}
    for row in _of(connection, experiment_labels, experiment_id):
        found.setdefault(row["criterion_id"], {})[row["query_id"]] = dict(row["grades"])
    return found


def _measures(
    connection: Connection, experiment_id: str
) -> dict[tuple[int, str, str], dict[str, float]]:
    found: dict[tuple[int, str, str], dict[str, float]] = {}
    for row in _of(connection, experiment_measures, experiment_id):
        key = (row["arm"], row["criterion_id"], row["measure"])
        found.setdefault(key, {})[row["query_id"]] = row["value"]
    return found
