"""The result of a measurement: counts and measures by criterion, figure, and table to download."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from workbench.domain.judgements import Criterion
from workbench.evaluation.pairs import PairAccuracy
from workbench.evaluation.resampling import Interval
from workbench.evaluation.statistics import share_interval
from workbench.figures.measures import MeasureBar, measure_bars
from workbench.services.measurements import HITS, Measurement, Row
from workbench.services.verdicts import Versus, verdict_params
from workbench.ui import formats
from workbench.ui.control_noise import below_floor, noise_floor, show_noise
from workbench.ui.figures import show_figure
from workbench.ui.instruction_effects import show_effects
from workbench.ui.pass_marks import share_range, show_pass_marks
from workbench.ui.row_names import row_name
from workbench.ui.safe import md_escape
from workbench.ui.tables import Cell, download, filled
from workbench.words.model_words import model_caution, model_name
from workbench.words.say import Tongue, say

NDCG = "nDCG@10"
DIGITS = 3
COLUMNS = ("hit_1", "hit_3", "range", "ceiling", "accuracy", "at_half")
SPOKEN = ("better", "worse", "no_difference")
"""Verdicts that are about a difference, and so name the counts behind it."""
VERDICT_ICONS = {
    "better": ":material/trending_up:",
    "worse": ":material/trending_down:",
    "more_labels": ":material/rate_review:",
    "does_not_follow": ":material/do_not_disturb_on:",
}
KINDS = ("nDCG", "RR", "P(", "R(", "Judged")
"""Beginnings of the names of measures; like the columns, each has an explanation."""


def show_overview(found: Measurement, tongue: Tongue) -> None:
    """Draw what was measured, then each criterion's rows as figure and table."""
    _warnings(found, tongue)
    if len(found.criteria) > 1:
        st.info(say("ui.measure.different_tests", tongue), icon=":material/call_split:")
    for number, criterion in enumerate(found.criteria):
        rows = [row for row in found.rows if row.criterion_id == criterion.criterion_id]
        _criterion(found, criterion, rows, number, tongue)
    show_effects(found, tongue)


def _warnings(found: Measurement, tongue: Tongue) -> None:
    info = found.reranker
    if info is not None and (caution := model_caution(info, tongue)):
        st.warning(md_escape(caution), icon=":material/info:")
    if found.lost:
        st.warning(say("ui.measure.lost", tongue, count=found.lost), icon=":material/link_off:")


def _criterion(
    found: Measurement, criterion: Criterion, rows: Sequence[Row], number: int, tongue: Tongue
) -> None:
    st.markdown(
        f"**{md_escape(say('ui.measure.criterion_' + criterion.kind, tongue))}** "
        f"{md_escape(criterion.text)}"
    )
    _show_verdicts(found, rows, tongue)
    first = rows[0]
    st.caption(
        say(
            "ui.measure.counted",
            tongue,
            n=first.n,
            answerable=first.n_answerable,
            none=first.n - first.n_answerable,
            level=found.level,
        )
    )
    bars = [
        MeasureBar(row_name(row, tongue), row.means[NDCG], first_stage=row.arm is None)
        for row in rows
    ]
    show_figure(
        measure_bars(bars, say("ui.measure.axis", tongue), tongue),
        f"compare.measured.{number}",
        say("ui.measure.bars_alt", tongue, count=len(bars)),
    )
    table = overview_rows(rows, tongue)
    st.dataframe(
        table,
        hide_index=True,
        column_config=_columns(table, found.level, tongue),
        alt=say("ui.measure.table_alt", tongue, count=len(table)),
    )
    for row in rows:
        if row.arm is not None:
            text = row.arm.text or say("ui.measure.default", tongue)
            st.caption(f"**{md_escape(row_name(row, tongue))}** {md_escape(text)}")
    download(table, f"measured-{number + 1}", f"compare.csv.{number}", tongue, found.reranker)
    show_noise(rows, tongue)
    show_pass_marks(found, rows, number, tongue)


def _columns(rows: Sequence[Mapping[str, Cell]], level: int, tongue: Tongue) -> dict[str, Any]:
    """Return how each column is written, and what its head explains."""
    helps = {
        say(f"ui.measure.{code}", tongue): say(f"ui.measure.help_{code}", tongue, level=level)
        for code in COLUMNS
    }
    for kind in KINDS:
        helps |= {
            name: say(f"ui.measure.help_{kind}", tongue, level=level)
            for name in rows[0]
            if name.startswith(kind)
        }
    return {
        name: st.column_config.NumberColumn(format=f"%.{DIGITS}f", help=helps.get(name))
        if isinstance(cell, float)
        else st.column_config.TextColumn(help=helps.get(name))
        for name, cell in rows[0].items()
    }


def overview_rows(rows: Sequence[Row], tongue: Tongue) -> list[dict[str, Cell]]:
    """Return one row an order: counts of hits first, then measures, ceiling and accuracy."""
    # Nothing to say about yes and no where no model gave a number.
    return filled([_overview_row(row, tongue) for row in rows])


def _overview_row(row: Row, tongue: Tongue) -> dict[str, Cell]:
    cells: dict[str, Cell] = {say("ui.measure.row", tongue): row_name(row, tongue)}
    for depth in HITS:
        held = share_interval(row.hits[depth], row.n_answerable)
        cells[say(f"ui.measure.hit_{depth}", tongue)] = (
            f"{row.hits[depth]} / {row.n_answerable}{share_range(held, tongue)}"
        )
    cells[NDCG] = row.means[NDCG]
    cells[say("ui.measure.range", tongue)] = _range(row.interval)
    cells[say("ui.measure.accuracy", tongue)] = _accuracy(row.accuracy, tongue)
    cells[say("ui.measure.ceiling", tongue)] = row.recall_ceiling
    cells |= {name: value for name, value in row.means.items() if name != NDCG}
    cells[say("ui.measure.at_half", tongue)] = (
        None if row.at_half is None else formats.percent(row.at_half)
    )
    return cells


def _range(held: Interval | None) -> str | None:
    return None if held is None else f"{held[0]:.{DIGITS}f} – {held[1]:.{DIGITS}f}"


def verdict_text(row: Row, model: str, tongue: Tongue) -> str:
    """Return what may be said of an instruction beside the baseline of its criterion."""
    if row.versus is None:
        return ""
    return versus_text(row_name(row, tongue), row.versus, model, tongue)


def versus_text(name: str, found: Versus, model: str, tongue: Tongue) -> str:
    """Return what may be said of what is called ``name`` beside its baseline."""
    params = verdict_params(name, model, found) | {
        "baseline": say("ui.compare.arm_short", tongue, letter=found.baseline),
        "differs": field_names(found.verdict.differs, tongue),
    }
    told = [say(f"verdict.{found.verdict.code}", tongue, **params)]
    if found.hits and found.verdict.code in SPOKEN:
        told.append(say("verdict.first", tongue, before=found.hits[0], after=found.hits[1]))
    if found.verdict.tentative:
        told.append(say("verdict.tentative", tongue, n=found.comparison.n))
    return ("" if tongue == "zh" else " ").join(told)


def field_names(fields: Sequence[str], tongue: Tongue) -> str:
    """Return what fields of a manifest are called."""
    return ("、" if tongue == "zh" else ", ").join(say(f"manifest.{one}", tongue) for one in fields)


def _show_verdicts(found: Measurement, rows: Sequence[Row], tongue: Tongue) -> None:
    """Draw each verdict once: of a model that follows nothing, all of them are the same."""
    info = found.reranker
    model = model_name(info.name, tongue, info) if info else ""
    floor = noise_floor(rows)
    told = {
        _verdict(row, model, floor, tongue): row.versus.verdict.code
        for row in rows
        if row.versus is not None
    }
    for text, code in told.items():
        st.info(md_escape(text), icon=VERDICT_ICONS.get(code))


def _verdict(row: Row, model: str, floor: float | None, tongue: Tongue) -> str:
    """Return what may be said, and where it is about a difference, whether controls make more."""
    told = [verdict_text(row, model, tongue)]
    if row.versus is not None and row.versus.verdict.code in SPOKEN:
        told.append(below_floor(row, floor, tongue))
    return ("" if tongue == "zh" else " ").join(filter(None, told))


def _accuracy(found: PairAccuracy | None, tongue: Tongue) -> str | None:
    if found is None or found.accuracy is None:
        return None
    return say(
        "ui.measure.accuracy_of",
        tongue,
        share=formats.percent(found.accuracy),
        constant=formats.percent(found.majority_accuracy),
    )


def question_rows(found: Measurement, tongue: Tongue) -> list[dict[str, Cell]]:
    """Return one row a question: the rank of its first relevant passage in each order."""
    kinds = {one.criterion_id: at for at, one in enumerate(found.criteria, start=1)}
    many = len(found.criteria) > 1
    table = []
    for query, text in found.questions.items():
        cells: dict[str, Cell] = {say("ui.measure.question", tongue): text}
        for row in found.rows:
            name = row_name(row, tongue) + (f" ({kinds[row.criterion_id]})" if many else "")
            cells[name] = _first_rank(row.first_rank, query, tongue)
        table.append(cells)
    return table


def _first_rank(ranks: Mapping[str, int | None], query: str, tongue: Tongue) -> str:
    if query not in ranks:
        return say("ui.measure.unlabelled", tongue)
    rank = ranks[query]
    return say("ui.measure.not_found", tongue) if rank is None else str(rank)
