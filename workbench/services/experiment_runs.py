"""The orders and labels of an experiment as TREC's files, for other programs that measure."""

import io
import json
import zipfile
from collections.abc import Mapping

from workbench.domain.experiments import Experiment, Frozen
from workbench.evaluation.formats.trec import escaped, qrels_text, run_text
from workbench.services.experiment_pairs import arms_of
from workbench.services.experiment_shapes import questions_of


def run_files(experiment: Experiment, frozen: Frozen) -> dict[str, bytes]:
    """Return the files by name: questions, a run an instruction, labels a criterion, and a list.

    ``runs.json`` says which run is of which instruction, and by which labels it is measured. Scores
    in a run fall with the rank, so that no program has a tie to break.
    """
    criteria = {criterion: f"qrels-{at}.txt" for at, criterion in enumerate(frozen.labels, start=1)}
    files = {name: qrels_text(frozen.labels[one]) for one, name in criteria.items()}
    listed = {}
    for at, arm in enumerate(arms_of(experiment)):
        name = f"run-{at + 1}.txt"
        files[name] = run_text(_order_of(frozen, at), str(arm["name"]))
        listed[name] = {
            "name": arm["name"],
            "instruction": arm["text"],
            "control": arm.get("control", ""),
            "qrels": criteria[str(arm["criterion_id"])],
        }
    asked = questions_of(experiment)
    files["queries.tsv"] = "".join(
        f"{escaped(query)}\t{' '.join(text.split())}\n" for query, text in asked.items()
    )
    files["runs.json"] = json.dumps(listed, ensure_ascii=False, indent=1) + "\n"
    return {name: text.encode() for name, text in files.items()}


def _order_of(frozen: Frozen, arm: int) -> dict[str, list[str]]:
    """Return the chunks of each question that has labels or not, best first."""
    return {
        query: [frozen.candidates[query][place][0] for place in one.places]
        for (number, query), one in frozen.orders.items()
        if number == arm
    }


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files by name as one archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()
