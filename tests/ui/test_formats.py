"""Numbers are written with their name, their unit and their scale."""

import pytest

from workbench.domain.rankings import Candidate, RerankerInfo, ScoreKind
from workbench.ui import formats


def info(kind: ScoreKind, name: str = "qwen3") -> RerankerInfo:
    return RerankerInfo(name, "m", kind, supports_instruction=kind == "probability")


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0.0, "0 毫秒", "0 ms"),
        (0.2346, "235 毫秒", "235 ms"),
        (1.26, "1.3 秒", "1.3 s"),
        (42.4, "42 秒", "42 s"),
        (150, "2 分钟", "2 min"),
    ],
)
def test_durations(seconds: float, zh: str, en: str) -> None:
    assert formats.duration(seconds, "zh") == zh
    assert formats.duration(seconds, "en") == en


@pytest.mark.parametrize(
    ("before", "after", "told"), [(7, 2, "▲5"), (2, 4, "▼2"), (1, 1, "="), (1, 2, "▼1")]
)
def test_moves(before: int, after: int, told: str) -> None:
    assert formats.move(before, after) == told


def test_a_probability_shows_its_score_and_others_their_margin() -> None:
    candidate = Candidate("c", 1, margin=2.0, score=0.88)
    assert formats.value(candidate, info("probability")) == 0.88
    assert formats.value(candidate, info("similarity")) == 2.0
    assert formats.value(Candidate("c", 1), info("probability")) is None


def test_saturated_probabilities_get_more_digits() -> None:
    kind = info("probability")
    assert formats.number(0.99951, kind, "en") == "0.99951"
    assert formats.number(0.5, kind, "en") == "0.500"
    assert formats.number(None, kind, "zh") == "未评分"
    assert formats.number(-0.25, info("similarity"), "en") == "−0.250"


def test_a_scale_without_ends_has_no_bar() -> None:
    assert formats.share(3.0, info("logit")) is None
    assert formats.share(3.0, info("similarity", "lexical")) is None
    assert formats.share(0.5, info("similarity", "embedding")) == 50.0
    assert formats.share(-0.5, info("similarity", "embedding")) == 0.0
    assert formats.share(None, info("probability")) is None


def test_sizes() -> None:
    assert [formats.size(n) for n in (0, 2_048, 3 * 1024 * 1024)] == ["0.1 KB", "2.0 KB", "3.0 MB"]
