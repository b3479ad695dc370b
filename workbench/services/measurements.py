"""What is asked of a measurement with labels and what comes back, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.domain.experiments import Manifest
from workbench.domain.judgements import Criterion
from workbench.domain.rankings import RECALL_METHODS, RecallMethod, RerankerInfo
from workbench.evaluation.pairs import PairAccuracy
from workbench.evaluation.resampling import Interval
from workbench.evaluation.ungraded import Bounds
from workbench.services.answers import CANDIDATES
from workbench.services.controls import ControlNoise
from workbench.services.effect_shapes import Effects
from workbench.services.pass_marks import PassMark, ScoredPassages
from workbench.services.verdicts import Versus

MEASURES = "nDCG@10 RR@10 P@5 R@20 Judged@10"
PRIMARY = "nDCG@10"
"""The one measure that a verdict is about; the others describe."""
CONTROLS = ("empty", "placebo", "again", "paraphrase")
"""Instructions that should change nothing: none, an empty phrase, the first again, in other words.
"""
FREE = ("empty", "placebo", "again")
"""Controls that need no text from the user."""
HITS = (1, 3)
"""Ranks down to which a relevant passage counts as found, as counts of questions."""


@dataclass(frozen=True, slots=True)
class ArmPlan:
    """An instruction to measure by the labels of one criterion.

    A ``control``, one of ``CONTROLS``, should change nothing against the first instruction.
    """

    name: str
    text: str
    criterion_id: str
    control: str = ""


@dataclass(frozen=True, slots=True)
class MeasurePlan:
    """What to measure on a question set: ways of recall, and instructions on what hybrid found.

    Without ``arms`` nothing is reranked. ``reranker`` None means the active one. With ``held_out``
    only the held-out questions are asked, else only the others.
    """

    query_set_id: str
    arms: tuple[ArmPlan, ...] = ()
    methods: tuple[RecallMethod, ...] = RECALL_METHODS
    candidates: int = CANDIDATES
    reranker: str | None = None
    held_out: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One order of the candidates, measured by the labels of one criterion.

    ``method`` is set where recall alone made the order, ``arm`` where an instruction did. Means and
    ``per_query`` are over all ``n`` labelled questions; ``hits`` are counts among the
    ``n_answerable`` that have a relevant passage. ``accuracy`` is of yes and no at a border chosen
    on other questions, ``at_half`` at a probability of .5; None where recall or the model gives
    nothing to cut. ``pass_mark`` is the one at equal costs, ``passages`` what another is made of.
    ``bounds`` are what grades for the ``ungraded`` of the first ranks can make of the primary
    measure. ``noise`` is how far a control lies from the first instruction of its criterion.
    """

    criterion_id: str
    method: RecallMethod | None
    arm: ArmPlan | None
    n: int
    n_answerable: int
    hits: Mapping[int, int]
    means: Mapping[str, float]
    per_query: Mapping[str, Mapping[str, float]]
    first_rank: Mapping[str, int | None]
    recall_ceiling: float | None
    accuracy: PairAccuracy | None
    at_half: float | None
    interval: Interval | None = None
    versus: Versus | None = None
    passages: ScoredPassages | None = None
    pass_mark: PassMark | None = None
    bounds: Bounds | None = None
    ungraded: int = 0
    noise: ControlNoise | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """A finished measurement; ``rows`` stand by criterion, recall first, then instructions.

    ``orders`` are the chunks of each row by question, best first, at the place of their row;
    ``pool`` what every instruction ordered, in recall order. ``held_out`` where the questions were
    those that are kept for one measurement.
    """

    set_name: str
    set_version: int
    corpus_id: str
    corpus: str
    candidates: int
    level: int
    questions: Mapping[str, str]
    criteria: tuple[Criterion, ...]
    qrels: Mapping[str, Mapping[str, Mapping[str, int]]]
    rows: tuple[Row, ...]
    orders: tuple[Mapping[str, tuple[str, ...]], ...]
    reranker: RerankerInfo | None
    lost: int
    seconds: float
    manifest: Manifest
    pool: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    effects: Effects = Effects()
    held_out: bool = False
