"""Numbers, times and scores as they are written on the page."""

from datetime import UTC, datetime

from workbench.domain.rankings import Candidate, RerankerInfo
from workbench.words.say import Tongue, say

UP, DOWN, SAME = "▲", "▼", "="
MIB = 1024 * 1024


def count(number: int) -> str:
    """Return an integer with a separator for thousands."""
    return f"{number:,}"


def duration(seconds: float, tongue: Tongue) -> str:
    """Return a time span in milliseconds, seconds or minutes, with its unit."""
    if seconds < 1:
        return say("format.milliseconds", tongue, number=round(seconds * 1000))
    if seconds < 10:
        return say("format.seconds_short", tongue, number=round(seconds, 1))
    if seconds < 120:
        return say("format.seconds", tongue, number=round(seconds))
    return say("format.minutes", tongue, number=round(seconds / 60))


def size(octets: int) -> str:
    """Return a file's size in KB or MB."""
    return f"{octets / MIB:.1f} MB" if octets >= MIB else f"{max(octets / 1024, 0.1):.1f} KB"


def when(stamp: str) -> datetime:
    """Return a stored time, which is UTC with Z."""
    return datetime.fromisoformat(stamp.replace("Z", "+00:00")).astimezone(UTC)


def percent(portion: float) -> str:
    """Return a share in [0, 1] as whole percent."""
    return f"{round(portion * 100)}%"


def move(before: int, after: int) -> str:
    """Return the glyph and size of a change of rank: ▲5, ▼2 or =; smaller ranks are higher."""
    if after == before:
        return SAME
    return f"{UP}{before - after}" if after < before else f"{DOWN}{after - before}"


def scale(info: RerankerInfo | None) -> str:
    """Return the name of the scale that a reranker's numbers are on, as the words know it."""
    if info is None:
        return "none"
    if info.score_kind == "similarity" and info.name == "lexical":
        return "overlap"
    return info.score_kind


def value(candidate: Candidate, info: RerankerInfo | None) -> float | None:
    """Return the number that is shown for a candidate; None where it was not scored."""
    return candidate.score if scale(info) == "probability" else candidate.margin


def number(shown: float | None, info: RerankerInfo | None, tongue: Tongue) -> str:
    """Return a score as text, with more digits where a probability is near its ends."""
    if shown is None:
        return say("score.missing", tongue)
    if scale(info) == "probability" and not 0.005 <= shown <= 0.995:
        return f"{shown:.5f}"
    return f"{shown:.3f}".replace("-", "−")


def share(shown: float | None, info: RerankerInfo | None) -> float | None:
    """Return how much of a bar is filled, in percent; None on a scale without ends."""
    if shown is None or scale(info) not in ("probability", "similarity"):
        return None
    return max(0.0, min(shown, 1.0)) * 100
