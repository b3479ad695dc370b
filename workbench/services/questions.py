"""Question sets with labels: taken in from a folder, listed, and read for measuring."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from workbench.domain.actors import Actor, Policy, acting_for
from workbench.domain.documents import Corpus, Notice
from workbench.domain.errors import InvalidInput, NotFound, Param
from workbench.domain.jobs import Job
from workbench.domain.judgements import Criterion, LibraryInstruction, QuerySet
from workbench.evaluation.formats.labelled import read_labelled
from workbench.evaluation.gold import gold
from workbench.logbook import Logbook
from workbench.services.corpora import Corpora
from workbench.services.job_run import JobRun
from workbench.services.jobs import Jobs
from workbench.services.label_import import Imported, LabelImport
from workbench.services.placing import Placing
from workbench.store.corpora import CorpusRepository
from workbench.store.instructions import InstructionRepository
from workbench.store.judgements import JudgementRepository
from workbench.store.questions import QuestionRepository
from workbench.store.rows import StoredQuery

Qrels = Mapping[str, Mapping[str, int]]
"""Grades by query and chunk."""


@dataclass(frozen=True, slots=True)
class SetOverview:
    """A question set whose corpus is there, with the number of labels on its questions."""

    query_set: QuerySet
    corpus: Corpus
    labels: int


@dataclass(frozen=True, slots=True)
class LabelledQuestions:
    """A question set as it can be measured today.

    ``qrels`` are by criterion, those with most labelled questions first; ``lost`` labels lie on
    passages that are in no chunk any more. ``instructions`` are those of the criteria in ``qrels``.
    """

    query_set: QuerySet
    corpus: Corpus
    queries: tuple[StoredQuery, ...]
    criteria: tuple[Criterion, ...]
    instructions: tuple[LibraryInstruction, ...]
    qrels: Mapping[str, Qrels]
    lost: int

    def part(self, *, held_out: bool) -> "LabelledQuestions":
        """Return only the held-out questions, or only the others, with their labels.

        Raises:
            InvalidInput: ``held_out_missing`` where no held-out question has a label,
                ``labels_missing`` where no other one has.
        """
        entries = tuple(one for one in self.query_set.queries if one.held_out == held_out)
        kept = {one.query_id for one in entries}
        found = {
            criterion: {query: grades for query, grades in labels.items() if query in kept}
            for criterion, labels in self.qrels.items()
        }
        qrels = {criterion: labels for criterion, labels in found.items() if labels}
        if not qrels:
            raise InvalidInput("held_out_missing" if held_out else "labels_missing")
        return replace(
            self,
            query_set=replace(self.query_set, queries=entries),
            queries=tuple(one for one in self.queries if one.query_id in kept),
            criteria=tuple(one for one in self.criteria if one.criterion_id in qrels),
            instructions=tuple(one for one in self.instructions if one.criterion_id in qrels),
            qrels=qrels,
        )


class Questions:
    """Takes question sets in, and gives them with labels on the chunks of today."""

    def __init__(  # noqa: PLR0913 a service takes what it is joined with
        self,
        policy: Policy,
        corpora: Corpora,
        passages: CorpusRepository,
        questions: QuestionRepository,
        instructions: InstructionRepository,
        judgements: JudgementRepository,
        placing: Placing,
        label_import: LabelImport,
        jobs: Jobs,
        log: Logbook,
    ) -> None:
        self._policy = policy
        self._corpora = corpora
        self._passages = passages
        self._questions = questions
        self._instructions = instructions
        self._judgements = judgements
        self._placing = placing
        self._import = label_import
        self._jobs = jobs
        self._log = log
        # In the lane of readings: labels handed in after documents find them read.
        jobs.register("labels", "reading", self._take_in)

    def take_in(
        self, actor: Actor, folder: Path, corpus_id: str, name: str, judge: str | None = None
    ) -> Imported:
        """Return what became of the questions and labels in ``folder``, asked of a corpus.

        The same folder can be taken in again: what is there stays, what changed becomes a new
        version or a newer label.

        Raises:
            NotFound: ``path_missing`` or ``corpus_unknown``.
            InvalidInput: A file is not as it has to be; nothing is kept then.
        """
        self._policy.require(actor, "edit", corpus_id)
        corpus = self._corpora.get(actor, corpus_id)
        if not folder.is_dir():
            raise NotFound("path_missing", path=str(folder))
        found = self._import.keep(
            read_labelled(folder), actor.id, corpus.corpus_id, name, judge or actor.id
        )
        self._log.write(
            "labels_taken_in",
            actor=actor.id,
            corpus=corpus_id,
            queries=found.queries,
            labels=found.labels,
            lost=len(found.lost),
        )
        return found

    def take_in_later(
        self, actor: Actor, folder: Path, corpus_id: str, name: str, judge: str | None = None
    ) -> Job:
        """Return the job that does ``take_in`` once the files handed in before have been read."""
        self._policy.require(actor, "edit", corpus_id)
        return self._jobs.submit(
            actor,
            "labels",
            f"{corpus_id}:labels:{folder}",
            folder=str(folder),
            corpus=corpus_id,
            name=name,
            judge=judge or actor.id,
        )

    def _take_in(self, run: JobRun) -> tuple[Notice | None, str | None]:
        params = {name: str(value) for name, value in run.job.params.items()}
        found = self.take_in(
            acting_for(run.job.owner),
            Path(params["folder"]),
            params["corpus"],
            params["name"],
            params["judge"],
        )
        counts: dict[str, Param] = {
            "name": params["name"],
            "queries": found.queries,
            "labels": found.labels + found.known,
            "lost": len(found.lost),
        }
        code = "labels_lost" if found.lost else "labels_taken_in"
        return Notice(code, counts), json.dumps([asdict(one) for one in found.lost])

    def sets(self, actor: Actor) -> tuple[SetOverview, ...]:
        """Return the newest version of each question set whose corpus can be searched."""
        self._policy.require(actor, "view")
        corpora = {corpus.corpus_id: corpus for corpus in self._corpora.list(actor)}
        by_query: dict[str, int] = {}
        living = {
            document.document_id
            for corpus_id in corpora
            for document in self._passages.documents(corpus_id)
        }
        for event in self._judgements.current():
            if event.grade is not None and event.anchor.document_id in living:
                by_query[event.query_id] = by_query.get(event.query_id, 0) + 1
        return tuple(
            SetOverview(
                one,
                corpora[one.corpus_id],
                sum(by_query.get(entry.query_id, 0) for entry in one.queries),
            )
            for one in self._questions.query_sets(actor.id)
            if one.corpus_id in corpora
        )

    def graded(self, actor: Actor, query_set_id: str) -> frozenset[str]:
        """Return the criteria under which a set has grades on the chunks of today; maybe none.

        Raises:
            NotFound: ``query_set_unknown``.
        """
        self._policy.require(actor, "view")
        query_set = self._questions.query_set(query_set_id)
        ids = frozenset(entry.query_id for entry in query_set.queries)
        placed = self._placing.of(query_set.corpus_id or "", ids)
        return frozenset(gold(placed.events, placed.place).grades)

    def labelled(self, actor: Actor, query_set_id: str) -> LabelledQuestions:
        """Return a question set with its labels, placed on the chunks of its corpus.

        Raises:
            NotFound: ``query_set_unknown`` or ``corpus_unknown``.
            InvalidInput: ``labels_missing`` where no label lies on any passage.
        """
        query_set = self._questions.query_set(query_set_id)
        corpus = self._corpora.get(actor, query_set.corpus_id or "")
        ids = tuple(entry.query_id for entry in query_set.queries)
        placed = self._placing.of(corpus.corpus_id, frozenset(ids))
        found = gold(placed.events, placed.place)
        qrels, lost = found.grades, found.lost
        if not qrels:
            raise InvalidInput("labels_missing")
        ordered = sorted(qrels, key=lambda criterion: (-len(qrels[criterion]), criterion))
        return LabelledQuestions(
            query_set=query_set,
            corpus=corpus,
            queries=self._questions.queries(ids),
            criteria=tuple(self._questions.criterion(one) for one in ordered),
            instructions=tuple(
                one for one in self._instructions.all(actor.id) if one.criterion_id in qrels
            ),
            qrels={one: qrels[one] for one in ordered},
            lost=lost,
        )
