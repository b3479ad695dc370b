"""Joins the services of question sets, labels and measurements with what they share."""

from workbench.domain.actors import Policy
from workbench.logbook import Logbook
from workbench.services.asked_before import AskedHistory
from workbench.services.corpora import Corpora
from workbench.services.experiments import Experiments
from workbench.services.held_out_record import HeldOutRecord
from workbench.services.hold_out import HoldOut
from workbench.services.indexes import Indexes
from workbench.services.jobs import Jobs
from workbench.services.judges import Agreeing
from workbench.services.judging import Judging
from workbench.services.label_export import LabelExport
from workbench.services.label_files import LabelFiles
from workbench.services.label_import import LabelImport
from workbench.services.label_queues import LabelQueues
from workbench.services.labelling import Labelling
from workbench.services.measure import Measure
from workbench.services.measure_run import MeasureRun
from workbench.services.placing import Placing
from workbench.services.provenance import Provenance
from workbench.services.question_files import Rows
from workbench.services.question_review import QuestionReview
from workbench.services.question_sets import QuestionSets
from workbench.services.questions import Questions
from workbench.services.readiness import Readiness
from workbench.services.search import Search
from workbench.store.corpora import CorpusRepository
from workbench.store.database import Database
from workbench.store.experiments import ExperimentRepository
from workbench.store.glossaries import GlossaryRepository
from workbench.store.instructions import InstructionRepository
from workbench.store.judgements import JudgementRepository
from workbench.store.label_queues import LabelQueueRepository
from workbench.store.questions import QuestionRepository
from workbench.store.searches import SearchRepository


class EvaluationWiring:
    """Makes each service of labels and measurements on one set of repositories."""

    def __init__(
        self,
        policy: Policy,
        database: Database,
        library: Corpora,
        passages: CorpusRepository,
        log: Logbook,
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
        self._glossaries = GlossaryRepository(database)
        self._log = log
        self.asked = AskedHistory(policy, SearchRepository(database))
        self.judging = Judging(policy, passages, self._judgements, self._now)
        self.experiments = Experiments(policy, ExperimentRepository(database), self._now, log)
        self._record = HeldOutRecord(self.experiments)

    def questions(self, jobs: Jobs) -> Questions:
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
            self._log,
        )

    def question_sets(self, rows: Rows) -> QuestionSets:
        """Return the service that makes and changes question sets."""
        return QuestionSets(self._policy, self._library, self._questions, rows)

    def review(self) -> QuestionReview:
        """Return the service that looks at question sets beside their labels."""
        return QuestionReview(self._policy, self._questions, self._placing)

    def measure(self, search: Search, indexes: Indexes, sets: Questions, jobs: Jobs) -> Measure:
        """Return the service that measures on question sets."""
        provenance = Provenance(self._passages, indexes, self._glossaries)
        readiness = Readiness(indexes, jobs)
        run = MeasureRun(
            search, readiness, sets, self.experiments, self._record, provenance, self._log
        )
        return Measure(self._policy, search, sets, self.experiments, self._record, run, jobs)

    def hold_out(self, rows: Rows) -> HoldOut:
        """Return the service that keeps questions out of measurements."""
        sets = self.question_sets(rows)
        return HoldOut(self._policy, sets, self._questions, self._placing, self._record)

    def export(self, sets: Questions) -> LabelExport:
        """Return the service that writes labels as files."""
        return LabelExport(self._policy, sets, self._passages, self._questions, self._judgements)

    def files(self, rows: Rows) -> LabelFiles:
        """Return the service that reads labels out of files."""
        return LabelFiles(
            self._policy, self._passages, self._questions, self._judgements, rows, self._now
        )

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
