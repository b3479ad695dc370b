"""Makes the README's table of the sample libraries' own instructions.

``python -m benchmarks.instruction_table [--reranker mini] [--write]``. Every instruction has a
criterion that passages were graded by. The same candidates are ordered without an instruction and
with it, in Chinese and in English, as ``python -m workbench compare`` does, and nDCG@10 by the
grades of that criterion is compared question by question.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.evaluation_table import HOME, NDCG, SAMPLES, write
from workbench.assembly import opened
from workbench.domain.actors import OWNER
from workbench.services.folder_comparisons import ArmsPlan, ComparedArm
from workbench.services.workbench import Workbench
from workbench.settings import Settings

BEGIN = "<!-- instructions: python -m benchmarks.instruction_table -->"
END = "<!-- end of instructions -->"
WITHOUT, LANGUAGES = "without", ("zh", "en")


@dataclass(frozen=True, slots=True)
class Asked:
    """A criterion of a library, and the instruction that asks for it by language."""

    folder: Path
    criterion: str
    texts: dict[str, str]

    def arms(self) -> list[dict[str, str]]:
        """Return them as ``compare`` reads them, the baseline without an instruction first."""
        texts = {WITHOUT: "", **self.texts}
        return [
            {"name": name, "text": text, "criterion": self.criterion}
            for name, text in texts.items()
        ]


def asked() -> Iterator[Asked]:
    """Yield the instructions of all sample libraries, twins together."""
    for path in sorted(SAMPLES.glob("*/instructions.jsonl")):
        found: dict[str, dict[str, str]] = {}
        for line in path.read_text("utf-8").splitlines():
            one = json.loads(line)
            found.setdefault(one["criterion_id"], {})[one["metadata"]["lang"]] = one["instruction"]
        for criterion, texts in found.items():
            yield Asked(path.parent, criterion, texts)


def row(bench: Workbench, one: Asked, reranker: str) -> str:
    """Return a line of the table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "instructions.json"
        path.write_text(json.dumps(one.arms(), ensure_ascii=False), "utf-8")
        plan = ArmsPlan(reranker=reranker, measures=NDCG)
        made = bench.folder_compare.folder(OWNER, one.folder, path, plan)
    arms = {arm.instruction.name: arm for arm in made.arms}
    first = next(iter(made.first_stage.values()))
    bare = arms[WITHOUT]
    cells = [
        one.folder.name,
        one.criterion,
        str(bare.n_queries),
        f"{first:.3f}",
        f"{_value(bare):.3f}",
        *(_against(arms[language]) for language in LANGUAGES),
    ]
    return "| " + " | ".join(cells) + " |"


def _value(arm: ComparedArm) -> float:
    return next(iter(arm.measures.values()))


def _against(arm: ComparedArm) -> str:
    made = next(iter((arm.comparisons or {}).values()), None)
    if made is None or made.interval is None:
        return f"{_value(arm):.3f}"
    low, high = made.interval
    sure = " *" if made.p_holm is not None and made.p_holm < 0.05 else ""
    return f"{_value(arm):.3f} ({made.difference:+.3f} [{low:+.3f}, {high:+.3f}]){sure}"


def lines(bench: Workbench, reranker: str) -> Iterator[str]:
    """Yield the table in Markdown, line by line, as it is measured."""
    heads = ("library", "criterion", "n", "first pass", f"{reranker}, no instruction")
    named = (f"{reranker}, Chinese instruction", f"{reranker}, English instruction")
    yield "| " + " | ".join((*heads, *named)) + " |"
    yield "|---|---|---:|---:|---:|---|---|"
    for one in asked():
        yield row(bench, one, reranker)


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print, and with ``--write`` keep the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reranker", default="mini")
    parser.add_argument("--write", action="store_true", help="put it into the READMEs")
    args = parser.parse_args(argv)
    made = []
    os.environ.pop("WORKBENCH_RERANKER", None)
    with opened(Settings(home=HOME)) as bench:
        for line in lines(bench, args.reranker):
            print(line, flush=True)
            made.append(line)
    if args.write:
        write(made, BEGIN, END)


if __name__ == "__main__":
    main()
