"""Text made comparable: what counts as the same passage, and what a name may show."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff，。；：、？！]) (?=[\u3400-\u9fff])")
_CONTROL = {"Cc", "Cf", "Cs", "Co", "Cn"}
NAME_LIMIT = 200


def normalised(text: str) -> str:
    """Return ``text`` in NFKC and lower case with single spaces, and none between Han characters.

    Two passages are the same passage where this is equal; identifiers are made from it.
    """
    folded = _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip().lower()
    return _HAN_GAP.sub("", folded)


def without_controls(text: str) -> str:
    """Return ``text`` without control and private-use characters; line breaks and tabs stay."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in _CONTROL)


def display_name(name: str) -> str:
    """Return a file's name as it may be shown: no folders, no control or bidirectional characters.

    At most 200 characters, cut in the middle so that the extension stays; "unnamed" where nothing
    is left.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").split("/")[-1]
    clean = "".join(c for c in last if unicodedata.category(c) not in _CONTROL).strip()
    if not clean.strip(". "):
        return "unnamed"
    if len(clean) <= NAME_LIMIT:
        return clean
    return clean[: NAME_LIMIT - 21] + "…" + clean[-20:]
