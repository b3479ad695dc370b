"""What a user reads on a page."""

import html
import re

from streamlit.testing.v1 import AppTest

KINDS = ("title", "subheader", "markdown", "caption", "info", "warning", "error", "text", "html")


def shown(at: AppTest) -> str:
    """Return the texts of the page, without the escapes of Markdown and the tags of HTML."""
    parts = [str(element.value) for kind in KINDS for element in at.get(kind)]
    parts += [str(m.label) + str(m.value) for m in at.metric]
    parts += [button.label for button in at.button]
    text = "\n".join(parts)
    without_tags = html.unescape(re.sub(r"<[^>]+>", " ", text))
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", without_tags)


def assert_sound(at: AppTest) -> None:
    """Fail where the page raised, or told of a failure that nobody expected."""
    assert not at.exception, [e.value for e in at.exception]
    assert not at.error, [e.value for e in at.error]
