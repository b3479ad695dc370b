"""What a score is called, its range, and the sentences that belong beside it."""

import streamlit as st

from workbench.domain.rankings import Candidate, Cost, RerankerInfo
from workbench.ui import formats
from workbench.ui.safe import Html, element, escaped, md_escape
from workbench.words.model_words import model_caution
from workbench.words.say import Tongue, say


def score_name(info: RerankerInfo | None, tongue: Tongue) -> str:
    """Return what the number is called, without its range."""
    return say(f"score.{formats.scale(info)}.name", tongue)


def score_title(info: RerankerInfo | None, tongue: Tongue) -> str:
    """Return what the number is called, with its range."""
    return say(f"score.{formats.scale(info)}.title", tongue)


def score_html(candidate: Candidate, info: RerankerInfo | None, tongue: Tongue) -> Html:
    """Return the number with its name, its range and a bar where the scale has ends."""
    shown = formats.value(candidate, info)
    written = formats.number(shown, info, tongue)
    share = formats.share(shown, info)
    bar = (
        element("span", element("span", width=share), cls="wb-bar", label=f"{written}")
        if share is not None
        else Html("")
    )
    return element("div", element("b", written), bar, score_title(info, tongue), cls="wb-score")


def read_html(candidate: Candidate, tongue: Tongue) -> Html:
    """Return how many tokens of a passage were read, marked where it was cut; empty if unknown."""
    if candidate.tokens is None or candidate.tokens_read is None:
        return Html("")
    told = say(
        "ui.results.tokens",
        tongue,
        read=formats.count(candidate.tokens_read),
        tokens=formats.count(candidate.tokens),
    )
    cut = candidate.tokens_read < candidate.tokens
    return element("span", told, cls="wb-badge wb-warn") if cut else element("span", told)


def show_explanation(info: RerankerInfo | None, tongue: Tongue, *, boxed: bool = False) -> None:
    """Say what the score means, and that a stand-in made it where one did.

    ``boxed`` sets the stand-in's sentence apart, where instructions are compared.
    """
    if info is None:
        return
    meaning = md_escape(say(f"score.{formats.scale(info)}.meaning", tongue))
    warning = md_escape(model_caution(info, tongue))
    if not warning:
        st.caption(meaning)
        return
    if boxed:
        st.info(warning, icon=":material/info:")
        st.caption(meaning)
    else:
        st.caption(f":material/info: {warning} {meaning}")


def cost_line(cost: Cost, info: RerankerInfo | None, tongue: Tongue) -> str:
    """Return what an answer took: pairs, tokens, time, and which model on which device."""
    told = [say("ui.cost.total", tongue, time=formats.duration(cost.total_seconds, tongue))]
    if info is not None:
        told.append(
            say(
                "ui.cost.read",
                tongue,
                pairs=formats.count(cost.pairs),
                tokens=formats.count(cost.tokens),
            )
        )
        if cost.cached:
            told.append(say("ui.cost.cached", tongue, count=formats.count(cost.cached)))
        told.append(model_line(info, tongue))
    return md_escape(" · ".join(told))


def model_line(info: RerankerInfo | None, tongue: Tongue) -> str:
    """Return the model, where it ran, and the host that texts were sent to; empty for none."""
    if info is None:
        return ""
    ran = " ".join(filter(None, (info.model, info.device, info.dtype)))
    return f"{ran} · {say('model.host', tongue, host=info.host)}" if info.host else ran


def quiet(text: str) -> Html:
    """Return a line of small grey text."""
    return element("div", escaped(text), cls="wb-quiet")
