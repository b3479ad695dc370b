"""A process that measures and grades without end, says what it has done, and waits to be killed."""

import sys
import time
from itertools import count
from pathlib import Path

from tests.doubles import CountingReranker, HashEmbedder
from workbench.assembly import build
from workbench.domain.actors import OWNER
from workbench.services.judging import Said
from workbench.services.measurements import ArmPlan, MeasurePlan
from workbench.settings import Settings


def main(home: Path, samples: Path) -> None:
    """Print a line for every job that was handed in and every grade that was kept."""
    settings = Settings(home=home, samples=samples)
    bench = build(settings, reranker=CountingReranker(), embedder=HashEmbedder())
    query_set = bench.question_sets.all(OWNER)[0]
    criterion = bench.label_queues.criteria(OWNER, query_set)[0].criterion_id
    corpus = query_set.corpus_id or ""
    document = bench.corpora.documents(OWNER, corpus)[0]
    chunk = bench.corpora.chunks(OWNER, document.document_id)[0].chunk_id
    _say("ready")
    for turn in count():
        arms = (ArmPlan("A", "", criterion), ArmPlan("B", f"wording {time.time_ns()}", criterion))
        job = bench.measure.submit(OWNER, MeasurePlan(query_set.query_set_id, arms, ("bm25",)))
        _say("job", job.job_id)
        said = Said(f"judge {turn}", query_set.queries[0].query_id, criterion, turn % 4)
        _say("grade", bench.judging.grade(OWNER, corpus, chunk, said).judgement_id)
        while bench.jobs.get(OWNER, job.job_id).active:
            time.sleep(0.001)


def _say(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
