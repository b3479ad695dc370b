"""The orders of several instructions side by side: figure, table, passages, technical details."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from workbench.domain.experiments import Manifest
from workbench.domain.rankings import Ranked
from workbench.figures.slopes import SlopeLabels, rank_slopes
from workbench.services.answers import Result, results
from workbench.services.compare import Comparison
from workbench.ui import formats
from workbench.ui.figures import show_figure
from workbench.ui.highlights import question_spans
from workbench.ui.results import breadcrumb, page_text
from workbench.ui.safe import element, language_tag, show, show_passage
from workbench.ui.score_lines import score_name
from workbench.ui.tables import Cell, download, show_table
from workbench.words.say import Tongue, say

SHORT = 60
Places = Sequence[Mapping[tuple[str, str], Ranked]]


@dataclass(frozen=True, slots=True)
class CompareInputs:
    """One question, its instructions, and which passages are looked at."""

    corpora: tuple[str, ...]
    question: str
    arms: tuple[tuple[str, str], ...]
    candidates: int
    reranker: str


def places_of(comparison: Comparison) -> Places:
    """Return each arm's rows by (corpus, passage)."""
    return [
        {(row.candidate.corpus_id, row.candidate.chunk_id): row for row in arm.ranking.rows}
        for arm in comparison.arms
    ]


def _key(result: Result) -> tuple[str, str]:
    return result.corpus_id, result.chunk.chunk_id


def baseline_results(comparison: Comparison) -> tuple[Result, ...]:
    """Return every candidate in the baseline's order, with its passage."""
    ranking = comparison.arms[0].ranking
    return results(comparison.pool, ranking, len(ranking.rows))


def table_rows(comparison: Comparison, tongue: Tongue) -> list[dict[str, Cell]]:
    """Return one row a passage in the baseline's order: its rank, number and move in each arm."""
    places = places_of(comparison)
    info = comparison.reranker
    rows: list[dict[str, Cell]] = []
    for result in baseline_results(comparison):
        base = places[0][_key(result)].rank
        row: dict[str, Cell] = {say("ui.compare.passage", tongue): _short(result.chunk.text)}
        for arm, place in zip(comparison.arms, places, strict=True):
            name, ranked = arm.instruction.name, place[_key(result)]
            row[say("ui.compare.rank_of", tongue, letter=name)] = ranked.rank
            if arm is not comparison.arms[0]:
                row[say("ui.compare.move_of", tongue, letter=name)] = formats.move(
                    base, ranked.rank
                )
            row[f"{name} {score_name(info, tongue)}"] = formats.value(ranked.candidate, info)
        row[say("ui.compare.place", tongue)] = breadcrumb(result)
        rows.append(row)
    return rows


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHORT else line[:SHORT] + "…"


def show_slopes(comparison: Comparison, tongue: Tongue) -> None:
    """Draw how each passage's rank runs through the arms."""
    names = {_key(r)[1]: r.chunk.text for r in baseline_results(comparison)}
    orders = [
        (say("ui.compare.arm_short", tongue, letter=arm.instruction.name), arm.ranking)
        for arm in comparison.arms
    ]
    labels = SlopeLabels(say("ui.compare.rank", tongue), say("ui.compare.below", tongue))
    show_figure(
        rank_slopes(orders, names, tongue, labels),
        "compare.slopes",
        say("ui.compare.slopes_alt", tongue, count=len(orders)),
    )
    st.caption(say("ui.compare.slopes_help", tongue))


def show_table_of(comparison: Comparison, tongue: Tongue) -> None:
    """Draw the passages with rank, number and move under each instruction, and their download."""
    rows = table_rows(comparison, tongue)
    show_table(
        rows,
        say("ui.compare.table_alt", tongue, count=len(rows)),
        text_column=say("ui.compare.passage", tongue),
    )
    download(rows, "comparison", "compare.csv", tongue, comparison.reranker)


def show_passages(comparison: Comparison, tongue: Tongue) -> None:
    """Draw every passage's text with its ranks under the instructions."""
    places = places_of(comparison)
    for result in baseline_results(comparison):
        ranks = [
            f"{arm.instruction.name} #{place[_key(result)].rank}"
            for arm, place in zip(comparison.arms, places, strict=True)
        ]
        chunk = result.chunk
        with st.container(border=True):
            show(
                element(
                    "div", breadcrumb(result), cls="wb-crumb", lang=language_tag(chunk.language)
                ),
                element(
                    "div",
                    *(element("span", told) for told in (page_text(chunk, tongue), *ranks) if told),
                    cls="wb-meta",
                ),
            )
            spans = question_spans(comparison.pool.query.text, chunk.text)
            show_passage(chunk.text, chunk.language, spans)


def agreement_rows(comparison: Comparison, tongue: Tongue) -> list[dict[str, Cell]]:
    """Return how far each arm's order agrees with the baseline's."""
    return [
        {
            say("ui.compare.arm_column", tongue): arm.instruction.name,
            say("ui.compare.shared", tongue, depth=arm.difference.depth): arm.difference.shared,
            say("ui.compare.tau", tongue): arm.difference.tau_b,
            say("ui.compare.rbo", tongue): arm.difference.rbo,
            say("ui.compare.tokens", tongue): arm.cost.tokens,
        }
        for arm in comparison.arms[1:]
    ]


def show_technical(comparison: Comparison, tongue: Tongue) -> None:
    """Draw agreement of orders, and the manifest that makes the comparison repeatable."""
    show_table(agreement_rows(comparison, tongue), say("ui.compare.agreement_alt", tongue))
    st.caption(say("ui.compare.agreement_help", tongue))
    show_manifest(comparison.manifest, "comparison", "compare.manifest", tongue)


def show_manifest(manifest: Manifest, name: str, key: str, tongue: Tongue) -> None:
    """Draw the identity of a manifest, and the button that saves it."""
    st.text(say("ui.compare.manifest", tongue))
    st.code(manifest.identity, language=None)
    st.download_button(
        say("ui.compare.manifest_download", tongue),
        manifest.fields,
        file_name=f"{name}-{manifest.identity[:12]}.json",
        mime="application/json",
        icon=":material/download:",
        key=key,
        on_click="ignore",
    )
