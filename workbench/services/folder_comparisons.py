"""What is asked of a comparison on a folder with labels and what comes back, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.domain.rankings import RecallMethod, RerankerInfo
from workbench.evaluation.bounds import Reach
from workbench.evaluation.formats.arms_file import NamedInstruction
from workbench.evaluation.resampling import Interval
from workbench.evaluation.sensitivity import Sensitivity
from workbench.evaluation.statistics import Comparison
from workbench.evaluation.verdict import Verdict
from workbench.services.answers import CANDIDATES
from workbench.services.controls import ControlNoise
from workbench.services.pass_marks import PassMark

MEASURES = "nDCG@10 RR@10 P@5 R@20 Success@1 Success@3"
PRIMARY = "nDCG@10"
"""The one measure that the verdict is about; the others describe."""


@dataclass(frozen=True, slots=True)
class ArmsPlan:
    """How to compare; ``baseline`` None is the first instruction of the file.

    ``complete`` says that a row without a label is known to be wrong; else missing grades that
    could reverse a result are asked for first. ``controls`` of the baseline are measured beside the
    instructions; ``placebos`` hold the empty phrase of one of them by language.
    """

    method: RecallMethod = "hybrid"
    reranker: str | None = None
    baseline: str | None = None
    candidates: int = CANDIDATES
    limit: int | None = None
    measures: str = MEASURES
    complete: bool = False
    controls: tuple[str, ...] = ()
    placebos: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ComparedArm:
    """An instruction's measures, each with its 95 % interval, and how it stands to the baseline.

    ``comparisons``, ``reach`` and ``verdict`` are None for the baseline itself; the first two also
    where the arm has another criterion. ``orders`` are the rows of each query, best first.
    ``pass_mark`` is the one at equal costs; None where no row has both score and grade.
    ``noise`` is how far a control lies from the baseline, None for others.
    """

    instruction: NamedInstruction
    criterion: str
    n_queries: int
    n_without_relevant: int
    measures: Mapping[str, float]
    intervals: Mapping[str, Interval | None]
    per_query: Mapping[str, Mapping[str, float]]
    judged: float
    recall_ceiling: float | None
    comparisons: Mapping[str, Comparison] | None
    reach: Reach | None
    verdict: Verdict | None
    orders: Mapping[str, tuple[str, ...]]
    pass_mark: PassMark | None = None
    noise: ControlNoise | None = None


@dataclass(frozen=True, slots=True)
class FolderComparison:
    """Instructions on the same frozen candidates; ``first_stage`` are recall's own."""

    baseline: str
    arms: tuple[ComparedArm, ...]
    first_stage: Mapping[str, float]
    method: RecallMethod
    candidates: int
    binary_level: int
    reranker: RerankerInfo
    seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class PairsPlan:
    """How to measure sensitivity; ``depth`` candidates of each language, where a pair has none."""

    reranker: str | None = None
    limit: int | None = None
    depth: int = 25


@dataclass(frozen=True, slots=True)
class FolderSensitivity:
    """p-MRR with its interval over pairs, and how many pairs of scores it took.

    ``lost`` counts pairs of which no changed document was among the candidates.
    """

    found: Sensitivity
    interval: Interval | None
    reranker: RerankerInfo
    scored: int
    lost: int
    seconds: Mapping[str, float]
