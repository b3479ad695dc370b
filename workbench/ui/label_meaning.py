"""What each grade means under each kind of criterion, in words and by an example."""

import streamlit as st

from workbench.domain.judgements import GRADES, CriterionKind
from workbench.ui.tables import show_table
from workbench.words.say import Tongue, say


def word(kind: CriterionKind, grade: int | None, tongue: Tongue) -> str:
    """Return a grade with what it means; None is "cannot tell"."""
    if grade is None:
        return say("ui.label.unsure", tongue)
    return f"{grade} {say(f'ui.label.{kind}_{grade}', tongue)}"


def meaning(kind: CriterionKind, tongue: Tongue) -> None:
    """Draw a table of the grades with worked examples."""
    st.caption(say(f"ui.label.example_{kind}_for", tongue))
    show_table(
        [
            {
                say("ui.label.grade", tongue): word(kind, grade, tongue),
                say("ui.label.example", tongue): say(f"ui.label.example_{kind}_{grade}", tongue),
            }
            for grade in reversed(GRADES)
        ],
        say("ui.label.meaning", tongue),
        text_column=say("ui.label.example", tongue),
    )
