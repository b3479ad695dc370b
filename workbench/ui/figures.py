"""Draws a figure in the colours of the page's theme."""

import streamlit as st

from workbench.figures.look import Figure, on_dark


def show_figure(figure: Figure, key: str, alt: str) -> None:
    """Draw ``figure``; ``alt`` says what it shows to those who do not see it."""
    dark = st.context.theme.type == "dark"
    st.plotly_chart(
        on_dark(figure) if dark else figure,
        theme=None,
        key=key,
        alt=alt,
        config={"displayModeBar": False},
    )
