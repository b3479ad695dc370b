"""One passage at a time: read, graded by a key, saved at once; rank and score are not shown."""

from functools import partial

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.judgements import CriterionKind
from workbench.services.labelling import Card
from workbench.services.workbench import Workbench
from workbench.ui.label_meaning import meaning, word
from workbench.ui.label_seat import GRADES, Action, Press, Seat, settle
from workbench.ui.overview import page_path
from workbench.ui.results import ARROW, page_text
from workbench.ui.safe import element, language_tag, md_escape, show, show_passage
from workbench.ui.state import Key
from workbench.words.say import Tongue, say

SEAT: Key[Seat | None] = Key("label.seat", None)
PLACE: Key[int] = Key("label.place", 1)
"""The pages of the queue: where to go, and what the browser showed when a key was pressed."""
NOTE: Key[str] = Key("label.note", "")
ADDRESS = "label.queue"
KEYS: dict[Action, str] = {"unsure": "U", "later": "L", "undo": "Z"}


def show_desk(bench: Workbench, queue_id: str, tongue: Tongue) -> None:
    """Draw a queue at the passage where its judge is."""
    seat = SEAT.get()
    if seat is None or seat.desk.queue.queue_id != queue_id:
        seat = Seat.at(bench.labelling.desk(OWNER, queue_id))
        SEAT.put(seat)
        PLACE.put(seat.place + 1)
        NOTE.put(_note(seat))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(say("ui.label.back", tongue), key="label.back", icon=":material/arrow_back:"):
            SEAT.put(None)
            del st.query_params[ADDRESS]
            st.rerun()
        st.markdown(f"**{md_escape(seat.desk.set_name)}**")
        with st.popover(say("ui.label.meaning", tongue), icon=":material/help:", type="tertiary"):
            meaning(seat.desk.criterion.kind, tongue)
    _panel(bench, tongue)


@st.fragment
def _panel(bench: Workbench, tongue: Tongue) -> None:
    seat = SEAT.get()
    if seat is None:
        return
    if settle(seat, PLACE.get() - 1, bench.labelling):
        PLACE.put(seat.place + 1)
        NOTE.put(_note(seat))
    _progress(seat, tongue)
    card = bench.labelling.card(OWNER, seat.desk, seat.place)
    _passage(bench, seat, card, tongue)
    _buttons(seat, gone=card.passage is None, tongue=tongue)
    _told(seat, tongue)
    st.pagination(len(seat.desk.queue.items), key=PLACE.name)
    st.caption(say("ui.label.keys", tongue))


def _note(seat: Seat) -> str:
    kept = seat.given.get(seat.place)
    return kept.note if kept else ""


def _progress(seat: Seat, tongue: Tongue) -> None:
    graded, total = len(seat.given), len(seat.desk.queue.items)
    facts = [say("ui.label.progress", tongue, graded=graded, total=total)]
    if seat.desk.queue.mode == "deciding" and not seat.complete:
        facts.append(say("ui.label.verdict_left", tongue, count=total - graded))
    minutes = seat.minutes_left()
    if minutes is not None and not seat.complete:
        facts.append(say("ui.label.left", tongue, minutes=minutes))
    st.progress(min(graded / total, 1.0), text=" · ".join(facts))
    if seat.complete:
        st.success(say("ui.label.all_done", tongue, total=total), icon=":material/check:")
        st.page_link(
            page_path("compare"),
            label=say("ui.label.to_compare", tongue),
            query_params={"way": "set", "compare.set": seat.desk.queue.query_set_id},
        )


def _passage(bench: Workbench, seat: Seat, card: Card, tongue: Tongue) -> None:
    criterion = seat.desk.criterion
    st.markdown(f"#### {md_escape(card.question)}")
    st.markdown(
        f"{say('ui.label.asks_' + criterion.kind, tongue)} :gray[{md_escape(criterion.text)}]"
    )
    if card.passage is None:
        st.warning(say("ui.label.gone", tongue))
        return
    chunk = card.passage.chunk
    where = ARROW.join(chunk.path or (card.passage.document,))
    with st.container(border=True, key="label-card"):
        show(
            element("div", where, cls="wb-crumb", lang=language_tag(chunk.language)),
            element("div", page_text(chunk, tongue), cls="wb-meta"),
        )
        show_passage(chunk.text, chunk.language)
    for other in card.others:
        given = word(criterion.kind, other.grade, tongue)
        line = say("ui.label.other", tongue, judge=other.judge, grade=given)
        st.markdown(f"- {md_escape(' — '.join(filter(None, (line, other.note))))}")
    beside = st.expander(
        say("ui.label.beside", tongue), key="label.beside", on_change="rerun", icon=":material/toc:"
    )
    if beside.open:
        with beside:
            _neighbours(bench, seat)


def _neighbours(bench: Workbench, seat: Seat) -> None:
    found = bench.labelling.neighbours(OWNER, seat.desk, seat.place)
    for one in (found.before, found.after):
        if one is not None:
            show(element("div", ARROW.join(one.chunk.path), cls="wb-meta"))
            show_passage(one.chunk.text, one.chunk.language)


def _buttons(seat: Seat, *, gone: bool, tongue: Tongue) -> None:
    """Draw the grades; their keys stay the same from card to card, so that no press is doubled."""
    kind: CriterionKind = seat.desk.criterion.kind
    kept = seat.given.get(seat.place)
    for at, (action, column) in enumerate(zip(GRADES, st.columns(len(GRADES)), strict=True)):
        column.button(
            word(kind, at, tongue),
            key=f"label.grade.{at}",
            shortcut=action,
            type="primary" if kept is not None and kept.grade == at else "secondary",
            on_click=partial(_press, action),
            disabled=gone,
            width="stretch",
        )
    for (action, key), column in zip(KEYS.items(), st.columns(len(KEYS)), strict=True):
        column.button(
            say(f"ui.label.{action}", tongue),
            key=f"label.{action}",
            shortcut=key,
            type="tertiary",
            on_click=partial(_press, action),
            disabled=gone and action == "unsure",
            width="stretch",
        )
    st.text_input(
        say("ui.label.note", tongue),
        key=NOTE.name,
        help=say("ui.label.note_help", tongue),
        on_change=_noted,
    )


def _press(action: Action) -> None:
    seat = SEAT.get()
    if seat is not None:
        seat.pressed.append(Press(action, PLACE.get() - 1, NOTE.get()))


def _noted() -> None:
    seat = SEAT.get()
    if seat is not None:
        seat.noted = Press("note", PLACE.get() - 1, NOTE.get())


def _told(seat: Seat, tongue: Tongue) -> None:
    kind = seat.desk.criterion.kind
    if seat.told in ("undone", "nothing_to_undo"):
        st.caption(say(f"ui.label.{seat.told}", tongue))
    elif seat.told == "later":
        st.caption(say("ui.label.last_later", tongue))
    elif seat.told:
        grade = None if seat.told == "unsure" else int(seat.told)
        st.caption(say("ui.label.last", tongue, grade=word(kind, grade, tongue)))
    kept = seat.given.get(seat.place)
    if kept is not None:
        st.caption(say("ui.label.given", tongue, grade=word(kind, kept.grade, tongue)))
    if seat.lost:
        st.warning(say("ui.label.lost", tongue, count=seat.lost), icon=":material/keyboard:")
