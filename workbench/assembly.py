"""The only place that knows every concrete class: builds a workbench from settings."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import environ

from workbench.domain.actors import Policy
from workbench.domain.pairs import ScoreCache
from workbench.domain.ports import Embedder, Reranker
from workbench.ingest.client import WorkerReader
from workbench.logbook import Logbook
from workbench.models.client import ModelHost
from workbench.models.identity import ModelIdentity
from workbench.recall.analyzer import MixedAnalyzer
from workbench.recall.index import BM25Name
from workbench.rerank.known_scores import KnownScores
from workbench.services.batches import Batches
from workbench.services.compare import Compare
from workbench.services.corpora import Corpora
from workbench.services.doctor import Doctor
from workbench.services.embedding import Embedding
from workbench.services.evaluate import Evaluate
from workbench.services.fetching import Fetching
from workbench.services.folder_compare import FolderCompare
from workbench.services.folder_pairs import FolderPairs
from workbench.services.glossaries import Glossaries
from workbench.services.indexes import Indexes
from workbench.services.jobs import Jobs
from workbench.services.labelled import LabelledFolders
from workbench.services.later import RerankLater
from workbench.services.models import Models
from workbench.services.offers import Wish
from workbench.services.recalling import Recalling
from workbench.services.renewal import Renewal
from workbench.services.rerank import Rerank
from workbench.services.samples import Samples
from workbench.services.search import Search
from workbench.services.slicing import Slicing
from workbench.services.trial_index import TrialIndexes
from workbench.services.trials import Trials
from workbench.services.uploads import Uploads
from workbench.services.widening import Widening
from workbench.services.workbench import Workbench
from workbench.settings import Settings
from workbench.store.corpora import CorpusRepository
from workbench.store.database import open_database
from workbench.store.files import Files
from workbench.store.glossaries import GlossaryRepository
from workbench.store.jobs import JobRepository
from workbench.store.scores import ScoreStore
from workbench.store.vectors import VectorStore
from workbench.store.workspace import WorkspaceRepository
from workbench.wiring.evaluation import EvaluationWiring
from workbench.wiring.parts import Wiring


def build(
    settings: Settings,
    *,
    reranker: Reranker | None = None,
    embedder: Embedder | None = None,
    clock: Callable[[], float] = time.time,
) -> Workbench:
    """Return a workbench on the settings' home folder; loads no model.

    ``reranker``, ``embedder`` and ``clock`` replace the product's own, for tests.
    """
    database, reader = open_database(settings.home, clock), _reader(settings)
    log, policy = Logbook(settings.home), Policy()
    host = ModelHost(settings.threads)
    corpora, vectors = CorpusRepository(database), VectorStore(settings.home)
    workspace, files = WorkspaceRepository(database), Files(settings.home / "files")
    analyzer = MixedAnalyzer()
    scores = _scores(settings)
    parts = Wiring(
        settings,
        host,
        analyzer,
        vectors,
        environ,
        reranker=reranker,
        embedder=embedder,
        keep=_keep(scores, log) if scores else None,
    )
    jobs = Jobs(policy, JobRepository(database), log)
    models = Models(
        policy,
        host,
        parts.factories(),
        parts.found,
        log,
        wish=_wish(settings, workspace, reranker),
        refer=parts.referred,
        answer_seconds=settings.answer_seconds,
    )
    bm25: BM25Name = "rank_bm25" if settings.bm25 == "rank_bm25" else "postings"
    indexes = Indexes(
        corpora, vectors, analyzer, parts.embedder, log, settings.home / "indexes", bm25=bm25
    )
    trials = Trials(models, TrialIndexes(vectors, analyzer, bm25=bm25), parts.embedder)
    embedding = Embedding(corpora, vectors, parts.embedder, jobs)
    library = Corpora(policy, corpora, files, log, embed_later=embedding.later)
    terms = GlossaryRepository(database)
    recalling = Recalling(corpora, Widening(terms, analyzer), analyzer)
    search = Search(policy, corpora, indexes, models, recalling, log)
    glossaries = Glossaries(policy, terms, corpora, indexes, log)
    uploads = Uploads(
        policy,
        library,
        corpora,
        files,
        reader,
        jobs,
        log,
        upload_bytes=settings.upload_bytes,
        embed_later=embedding.later,
    )
    labels = EvaluationWiring(policy, database, library, corpora, log)
    sets = labels.questions(jobs)
    measure = labels.measure(search, indexes, sets, jobs)

    def close() -> None:
        jobs.close()
        indexes.close()
        parts.close()
        host.close()
        database.close()

    return Workbench(
        settings=settings,
        corpora=library,
        glossaries=glossaries,
        uploads=uploads,
        batches=Batches(policy, uploads, jobs, workspace, database.now),
        slicing=Slicing(policy, reader),
        embedding=embedding,
        renewal=Renewal(corpora, indexes, jobs),
        search=search,
        rerank=Rerank(
            policy, models, log, document_tokens=settings.document_tokens, queues=parts.queues
        ),
        later=RerankLater(search, jobs),
        compare=Compare(policy, search, log),
        evaluate=Evaluate(policy, models, trials, LabelledFolders(reader), log),
        folder_compare=FolderCompare(policy, models, trials, LabelledFolders(reader), log),
        folder_pairs=FolderPairs(policy, models, trials, log),
        questions=sets,
        question_sets=labels.question_sets(reader.rows),
        hold_out=labels.hold_out(reader.rows),
        review=labels.review(),
        asked=labels.asked,
        judging=labels.judging,
        label_queues=labels.queues(search, measure),
        labelling=labels.labelling(),
        agreeing=labels.agreeing(),
        label_export=labels.export(sets),
        label_files=labels.files(reader.rows),
        samples=Samples(policy, settings.samples, library, uploads, sets, glossaries, workspace),
        measure=measure,
        experiments=labels.experiments,
        models=models,
        fetching=Fetching(jobs, settings.home, settings.hub, settings.model_name),
        jobs=jobs,
        doctor=Doctor(policy, models, settings.home, scores),
        log=log,
        close=close,
    )


def _reader(settings: Settings) -> WorkerReader:
    return WorkerReader(
        memory_bytes=settings.read_memory_bytes,
        seconds=settings.read_seconds,
        file_bytes=settings.upload_bytes,
        page_limit=settings.page_limit,
    )


def _scores(settings: Settings) -> ScoreStore | None:
    limit = settings.score_cache_bytes
    return ScoreStore(settings.home, limit) if limit else None


def _keep(scores: ScoreCache, log: Logbook) -> Callable[[ModelIdentity], KnownScores]:
    """Return what gives a model's kept numbers; what goes wrong with them is logged."""
    return lambda identity: KnownScores(
        scores,
        identity,
        lambda error: log.write("score_cache_failed", code=error.code),
        note=lambda notice: log.write(notice.code, **notice.params),
    )


RERANKER_KEY = "reranker"


def _wish(settings: Settings, workspace: WorkspaceRepository, given: Reranker | None) -> Wish:
    def get() -> str | None:
        kept = workspace.get(RERANKER_KEY)
        return kept if isinstance(kept, str) else None

    setting = given.info.name if given else settings.reranker
    return Wish(setting, get, lambda name: workspace.set(RERANKER_KEY, name))


@contextmanager
def opened(settings: Settings) -> Iterator[Workbench]:
    """Give a workbench and close it afterwards."""
    bench = build(settings)
    try:
        yield bench
    finally:
        bench.close()


_lock = threading.Lock()
_installed: list[Workbench] = []


def install(bench: Workbench) -> None:
    """Make ``bench`` the one that pages and API of this process work with."""
    with _lock:
        _installed[:] = [bench]


def current() -> Workbench:
    """Return the installed workbench; the environment's where none was installed."""
    with _lock:
        if not _installed:
            _installed.append(build(Settings.from_environment()))
        return _installed[0]
