"""How far judges agree, in plain words with counts, and between each two of them."""

import streamlit as st

from workbench.services.judges import Judges, TwoJudges
from workbench.ui import formats
from workbench.ui.tables import Cell, show_table
from workbench.words.say import Tongue, say

DIGITS = 2


def show_agreement(found: Judges, tongue: Tongue) -> None:
    """Draw the agreement of all judges, of each two, and how many passages are disputed."""
    if not found.together.n:
        st.caption(say("ui.label.agreement_none", tongue))
    else:
        st.markdown(agreement_line(found, tongue))
        rows = [_row(pair, tongue) for pair in found.pairs if pair.n]
        show_table(rows, say("ui.label.agreement", tongue))
        disputed, settled = found.disputed, found.settled
        st.markdown(say("ui.label.disputed", tongue, count=disputed, settled=settled))
    if found.seen:
        st.caption(say("ui.label.seen", tongue, count=found.seen))


def agreement_line(found: Judges, tongue: Tongue) -> str:
    """Return the sentence about all judges."""
    one = found.together
    same = formats.percent(one.same or 0.0)
    if one.alpha is None or one.interval is None:
        return say("ui.label.agreement_flat", tongue, n=one.n, same=same)
    low, high = one.interval
    return say(
        "ui.label.agreement_line",
        tongue,
        n=one.n,
        same=same,
        alpha=f"{one.alpha:.{DIGITS}f}",
        low=f"{low:.{DIGITS}f}",
        high=f"{high:.{DIGITS}f}",
    )


def _row(pair: TwoJudges, tongue: Tongue) -> dict[str, Cell]:
    same = sum(count for (one, other), count in pair.table.items() if one == other)
    return {
        say("ui.label.agreement_first", tongue): pair.first,
        say("ui.label.agreement_second", tongue): pair.second,
        say("ui.label.agreement_n", tongue): pair.n,
        say("ui.label.agreement_same", tongue): same,
        say("ui.label.agreement_kappa", tongue): pair.kappa,
    }
