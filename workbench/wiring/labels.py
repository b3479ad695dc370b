"""Joins the services of question sets and labels with the repositories that they share."""

from workbench.domain.actors import Policy
from workbench.logbook import Logbook
from workbench.services.corpora import Corpora
from workbench.services.jobs import Jobs
from workbench.services.judges import Agreeing
from workbench.services.judging import Judging
from workbench.services.label_export import LabelExport
from workbench.services.label_import import LabelImport
from workbench.services.label_queues import LabelQueues
from workbench.services.labelling import Labelling
from workbench.services.measure import Measure
from workbench.services.placing import Placing
from workbench.services.questions import Questions
from workbench.services.search import Search
from workbench.store.corpora import CorpusRepository
from workbench.store.database import Database
from workbench.store.instructions import InstructionRepository
from workbench.store.judgements import JudgementRepository
from workbench.store.label_queues import LabelQueueRepository
from workbench.store.questions import QuestionRepository


class LabelWiring:
    """Makes each service of labels on one set of repositories."""

    def __init__(
        self, policy: Policy, database: Database, library: Corpora, passages: CorpusRepository
    ) -> None:
        self._policy = policy
        self._library = library
        self._passages = passages
        self._now = database.now
        self._questions = QuestionRepository(database)
        self._instructions = InstructionRepository(database)
        self._judgements = JudgementRepository(database)
        self._queues = LabelQueueRepository(database)
        self._placing = Placing(passages, self._judgements)
        self.judging = Judging(policy, passages, self._judgements, self._now)

    def questions(self, jobs: Jobs, log: Logbook) -> Questions:
        """Return the service of question sets with labels."""
        return Questions(
            self._policy,
            self._library,
            self._passages,
            self._questions,
            self._instructions,
            self._judgements,
            self._placing,
            LabelImport(
                self._passages, self._questions, self._instructions, self._judgements, self._now
            ),
            jobs,
            log,
        )

    def export(self, sets: Questions) -> LabelExport:
        """Return the service that writes labels as files."""
        return LabelExport(self._policy, sets, self._passages, self._questions, self._judgements)

    def queues(self, search: Search, measure: Measure) -> LabelQueues:
        """Return the service that makes queues."""
        return LabelQueues(
            self._policy, self._questions, self._placing, search, measure, self._queues, self._now
        )

    def labelling(self) -> Labelling:
        """Return the service of a judge at a queue."""
        return Labelling(
            self._policy,
            self._passages,
            self._questions,
            self._placing,
            self.judging,
            self._queues,
        )

    def agreeing(self) -> Agreeing:
        """Return the service that compares judges."""
        return Agreeing(self._policy, self._questions, self._placing)
