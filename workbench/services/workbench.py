"""The assembled workbench: every service under one name, and how to close it."""

from collections.abc import Callable
from dataclasses import dataclass

from workbench.logbook import Logbook
from workbench.services.asked_before import AskedHistory
from workbench.services.batches import Batches
from workbench.services.compare import Compare
from workbench.services.corpora import Corpora
from workbench.services.doctor import Doctor
from workbench.services.embedding import Embedding
from workbench.services.evaluate import Evaluate
from workbench.services.experiments import Experiments
from workbench.services.fetching import Fetching
from workbench.services.folder_compare import FolderCompare
from workbench.services.folder_pairs import FolderPairs
from workbench.services.glossaries import Glossaries
from workbench.services.hold_out import HoldOut
from workbench.services.jobs import Jobs
from workbench.services.judges import Agreeing
from workbench.services.judging import Judging
from workbench.services.label_export import LabelExport
from workbench.services.label_files import LabelFiles
from workbench.services.label_queues import LabelQueues
from workbench.services.labelling import Labelling
from workbench.services.later import RerankLater
from workbench.services.measure import Measure
from workbench.services.models import Models
from workbench.services.question_review import QuestionReview
from workbench.services.question_sets import QuestionSets
from workbench.services.questions import Questions
from workbench.services.renewal import Renewal
from workbench.services.rerank import Rerank
from workbench.services.samples import Samples
from workbench.services.search import Search
from workbench.services.slicing import Slicing
from workbench.services.uploads import Uploads
from workbench.settings import Settings


@dataclass(frozen=True, slots=True)
class Workbench:
    """What pages, API and command line work with."""

    settings: Settings
    corpora: Corpora
    glossaries: Glossaries
    uploads: Uploads
    batches: Batches
    slicing: Slicing
    embedding: Embedding
    renewal: Renewal
    search: Search
    rerank: Rerank
    later: RerankLater
    compare: Compare
    evaluate: Evaluate
    folder_compare: FolderCompare
    folder_pairs: FolderPairs
    questions: Questions
    question_sets: QuestionSets
    hold_out: HoldOut
    review: QuestionReview
    asked: AskedHistory
    judging: Judging
    label_queues: LabelQueues
    labelling: Labelling
    agreeing: Agreeing
    label_export: LabelExport
    label_files: LabelFiles
    samples: Samples
    measure: Measure
    experiments: Experiments
    models: Models
    fetching: Fetching
    jobs: Jobs
    doctor: Doctor
    log: Logbook
    close: Callable[[], None]
