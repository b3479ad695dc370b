"""The language in which a caller wants its sentences, from Accept-Language."""

from workbench.words.say import TONGUES, Tongue, tongue


def wanted_tongue(header: str | None) -> Tongue:
    """Return the language with the highest q-value that the product speaks; zh where none is.

    The first named wins among equals; ``q=0`` excludes.
    """
    best: tuple[float, Tongue] = (0.0, tongue(None))
    for part in (header or "").split(","):
        name, _, options = part.strip().partition(";")
        spoken: Tongue | None = next(
            (one for one in TONGUES if name.strip().lower().split("-")[0] == one), None
        )
        weight = _weight(options)
        if spoken is not None and weight > best[0]:
            best = weight, spoken
    return best[1]


def _weight(options: str) -> float:
    name, _, value = options.strip().partition("=")
    if not name:
        return 1.0
    try:
        weight = float(value) if name.strip() == "q" else 0.0
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0
