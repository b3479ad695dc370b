"""doctor and model: what this machine has, and how to get the weights."""

import argparse
from dataclasses import asdict

from workbench.cli.console import Console
from workbench.domain.actors import OWNER
from workbench.domain.documents import Notice
from workbench.domain.experiments import Json
from workbench.rerank.remote_probe import Probed
from workbench.services.doctor import Report
from workbench.services.shapes import notice_json, reranker_json
from workbench.services.workbench import Workbench


def doctor(bench: Workbench, args: argparse.Namespace, console: Console) -> int:
    """Print what is installed, found and working; 1 where the self-test fails."""
    console.sending(bench.models.host_of(args.reranker))
    report = bench.doctor.examine(OWNER, args.reranker)
    if console.as_json:
        console.value(report_json(report))
    else:
        _print(report, console)
    return 0 if report.healthy else 1


def report_json(report: Report) -> dict[str, Json]:
    """Return the findings as JSON."""
    models = report.models
    tested: list[Json] = []
    for one in report.self_test.answers if report.self_test else ():
        margins: list[Json] = list(one.margins)
        tested.append({"language": one.question.language, "passed": one.passed, "margins": margins})
    packages: dict[str, Json] = dict(report.packages)
    return {
        "python": report.python,
        "system": report.system,
        "packages": packages,
        "home": report.home,
        "free_bytes": report.free_bytes,
        "score_cache_bytes": report.score_cache_bytes,
        "device": models.device,
        "active": models.active,
        "why": notice_json(models.why),
        "weights": models.found.weights,
        "looked_in": list(models.found.looked_in),
        "embedder": dict(asdict(models.found.embedder)) if models.found.embedder else None,
        "embedder_looked_in": list(models.found.embedder_looked_in),
        "expected_seconds": models.expected_seconds,
        "reranker": reranker_json(report.reranker),
        "remote_host": models.found.remote_host,
        "probe": dict(asdict(report.probed)) if report.probed else None,
        "self_test": tested,
        "failure": str(report.failure) if report.failure else None,
        "healthy": report.healthy,
    }


def _scores(report: Report, console: Console) -> str:
    if report.score_cache_bytes is None:
        return console.say("cli.scores_off")
    return f"{report.score_cache_bytes / 1e6:.1f} MB"


def _print(report: Report, console: Console) -> None:
    models = report.models
    rows = [
        ["Python", f"{report.python} · {report.system}"],
        [console.say("cli.home"), f"{report.home} · {report.free_bytes / 1e9:.1f} GB"],
        [console.say("cli.scores"), _scores(report, console)],
        [console.say("cli.reranker"), f"{models.active} ({models.info.model})"],
        ["", console.say(f"notice.{models.why.code}", **models.why.params)],
        [console.say("cli.weights"), models.found.weights or console.say("cli.not_found")],
    ]
    if not models.found.weights:
        rows += [["", place] for place in models.found.looked_in]
    embedder = models.found.embedder
    rows.append(
        [console.say("cli.embedder"), embedder.key if embedder else console.say("cli.not_found")]
    )
    if not embedder:
        rows += [["", place] for place in models.found.embedder_looked_in]
    rows.append([console.say("cli.device"), models.device or console.say("cli.not_loaded")])
    console.table(rows)
    console.line()
    console.table(
        [[name, found or console.say("cli.missing")] for name, found in report.packages.items()]
    )
    console.line()
    if report.failure:
        console.error(report.failure)
    elif report.self_test:
        passed = sum(one.passed for one in report.self_test.answers)
        total = len(report.self_test.answers)
        console.line(console.say("cli.self_test", passed=passed, total=total))
    if report.probed:
        console.line(f"{console.say('cli.probe')}  {_probe_line(report.probed, console)}")


def _probe_line(probed: Probed, console: Console) -> str:
    return console.say(
        "cli.probed",
        at=probed.at,
        follows=console.say("cli.yes" if probed.follows else "cli.no"),
        shift=round(probed.shift, 3),
    )


def fetch(bench: Workbench, args: argparse.Namespace, console: Console) -> int:
    """Download weights; the only verb that contacts a hub."""
    label = args.name or bench.fetching.name
    job = bench.fetching.now(OWNER, args.source, args.name, console.progress(label))
    outcome = job.outcome or Notice("job_crashed", {"type": "unknown"})
    if console.as_json:
        console.value({"state": job.state, "folder": job.result, **notice_json(outcome)})
    if job.state == "done":
        console.note(outcome)
        return 0
    console.hint(console.say(f"error.{outcome.code}", **outcome.params))
    return 1
