"""An experiment as one JSON file: everything it froze, readable without this program."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from workbench.domain.errors import InvalidInput
from workbench.domain.experiments import Experiment, Frozen, FrozenOrder, Manifest

FORMAT = "workbench-experiment"
VERSION = 1


def document_of(experiment: Experiment, frozen: Frozen) -> dict[str, Any]:
    """Return the experiment as JSON: manifest, candidates, texts, orders, labels and measures."""
    about = asdict(experiment)
    manifest = json.loads(experiment.manifest.fields)
    del about["manifest"]
    return {
        "format": FORMAT,
        "version": VERSION,
        "identity": experiment.manifest.identity,
        "manifest": manifest,
        "experiment": about,
        "candidates": {query: list(map(list, rows)) for query, rows in frozen.candidates.items()},
        "texts": dict(frozen.texts),
        "orders": [
            {"arm": arm, "query": query, **asdict(one)}
            for (arm, query), one in frozen.orders.items()
        ],
        "labels": frozen.labels,
        "measures": [
            {"arm": arm, "criterion": criterion, "measure": measure, "values": dict(values)}
            for (arm, criterion, measure), values in frozen.measures.items()
        ],
    }


def read_document(path: Path) -> tuple[Experiment, Frozen]:
    """Return the experiment of a file that ``document_of`` wrote.

    Raises:
        InvalidInput: ``experiment_file_wrong`` where it is none, not whole, or was changed.
    """
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if (found["format"], found["version"]) != (FORMAT, VERSION):
            raise _wrong(path, f"{found['format']} {found['version']}")
        manifest = Manifest.of(**found["manifest"])
        if manifest.identity != found["identity"]:
            raise _wrong(path, "identity")
        experiment = Experiment(**found["experiment"], manifest=manifest)
        return experiment, _frozen(found)
    except OSError as error:
        raise _wrong(path, error.strerror or type(error).__name__) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _wrong(path, f"{type(error).__name__} {error}"[:120]) from error


def _frozen(found: Mapping[str, Any]) -> Frozen:
    frozen = Frozen(
        candidates={
            query: tuple((chunk, text) for chunk, text in rows)
            for query, rows in found["candidates"].items()
        },
        texts=found["texts"],
        orders={(one["arm"], one["query"]): _order(one) for one in found["orders"]},
        labels=found["labels"],
        measures={
            (one["arm"], one["criterion"], one["measure"]): one["values"]
            for one in found["measures"]
        },
    )
    absent = {text for rows in frozen.candidates.values() for _, text in rows} - set(frozen.texts)
    if absent:
        raise KeyError(sorted(absent)[0])
    return frozen


def _order(one: Mapping[str, Any]) -> FrozenOrder:
    scores = one["scores"]
    return FrozenOrder(
        tuple(one["places"]), tuple(one["margins"]), None if scores is None else tuple(scores)
    )


def _wrong(path: Path, reason: str) -> InvalidInput:
    return InvalidInput("experiment_file_wrong", path=str(path), reason=reason)
