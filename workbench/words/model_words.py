"""What the rerankers are called, and what has to be said of those that stand in."""

from workbench.domain.rankings import RerankerInfo
from workbench.words.say import Tongue, say, sentences


def model_name(name: str, tongue: Tongue, info: RerankerInfo | None = None) -> str:
    """Return a reranker's name; where the words do not know it, its model's or its own."""
    if _known(name, tongue):
        return say(f"model.{name}.name", tongue)
    return info.model if info else name


def model_about(name: str, tongue: Tongue, info: RerankerInfo | None = None) -> str:
    """Return one line about a reranker: of one that was named freely, what its info says."""
    if _known(name, tongue):
        return say(f"model.{name}.about", tongue)
    if info is None:
        return ""
    return say(f"model.{'own' if info.supports_instruction else 'other'}.about", tongue)


def model_warning(name: str, tongue: Tongue) -> str:
    """Return what has to be told of a reranker that does not follow instructions."""
    return say(f"model.{name if _known(name, tongue) else 'other'}.warning", tongue)


def model_caution(info: RerankerInfo, tongue: Tongue) -> str:
    """Return what has to be read beside a reranker's numbers; empty where nothing has to be.

    The small reranker follows instructions and is no Qwen3-Reranker for that.
    """
    trusted = info.supports_instruction and info.name != "mini"
    return "" if trusted else model_warning(info.name, tongue)


def _known(name: str, tongue: Tongue) -> bool:
    return f"model.{name}.name" in sentences(tongue)
