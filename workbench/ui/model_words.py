"""What the rerankers are called on the page, and what has to be said of those that stand in."""

from workbench.words.say import Tongue, say, sentences


def model_name(name: str, tongue: Tongue) -> str:
    """Return a reranker's name; its own where the words do not know it."""
    return say(f"model.{name}.name", tongue) if _known(name, tongue) else name


def model_about(name: str, tongue: Tongue) -> str:
    """Return one line about a reranker; empty where the words do not know it."""
    return say(f"model.{name}.about", tongue) if _known(name, tongue) else ""


def model_warning(name: str, tongue: Tongue) -> str:
    """Return what has to be told of a reranker that does not follow instructions."""
    return say(f"model.{name if _known(name, tongue) else 'other'}.warning", tongue)


def _known(name: str, tongue: Tongue) -> bool:
    return f"model.{name}.name" in sentences(tongue)
