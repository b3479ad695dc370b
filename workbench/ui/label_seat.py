"""What a judge's session knows of a queue, and what a key press does to it."""

import time
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from workbench.domain.actors import OWNER
from workbench.domain.judgements import Judgement
from workbench.services.labelling import Desk, Labelling, next_place

Action: TypeAlias = Literal["0", "1", "2", "3", "unsure", "later", "undo", "note"]
GRADES: tuple[Action, ...] = ("0", "1", "2", "3")
PACE = 8
"""Passages whose pace says how long the rest will take."""


@dataclass(frozen=True, slots=True)
class Press:
    """A press of a key or button, with the place that the browser showed when it was pressed."""

    action: Action
    place: int
    note: str


@dataclass(slots=True)
class Seat:
    """A judge at a queue: what is shown, what was given, and what can be taken back.

    ``done`` are the places that were dealt with here, each with the judgement kept there; None
    where it was put off. ``lost`` counts presses that came before their passage was shown.
    """

    desk: Desk
    given: dict[int, Judgement]
    place: int
    later: list[int]
    done: list[tuple[int, Judgement | None]] = field(default_factory=list)
    pressed: list[Press] = field(default_factory=list)
    noted: Press | None = None
    times: list[float] = field(default_factory=list)
    lost: int = 0
    told: str = ""

    @classmethod
    def at(cls, desk: Desk) -> "Seat":
        """Return a seat at the first passage that has no grade; at the last where all have one."""
        given = dict(desk.given)
        last = len(desk.queue.items) - 1
        start = next_place(last + 1, given, desk.queue.later, last)
        return cls(desk, given, last if start is None else start, list(desk.queue.later))

    @property
    def complete(self) -> bool:
        """Return whether every passage has a grade."""
        return len(self.given) >= len(self.desk.queue.items)

    def minutes_left(self) -> int | None:
        """Return how long the rest takes at the pace of the last passages; None while unknown."""
        if len(self.times) < PACE:
            return None
        recent = self.times[-PACE:]
        pace = (recent[-1] - recent[0]) / (PACE - 1)
        left = len(self.desk.queue.items) - len(self.given)
        return max(round(left * pace / 60), 1)


def settle(seat: Seat, shown: int, labelling: Labelling) -> bool:
    """Do what was pressed, and return whether another passage or note is to be shown.

    A press counts only for the passage that the browser showed, and only where it came alone:
    anything else is counted as lost, so that no grade lands on a passage that nobody had read.
    ``shown`` is the place that the browser shows now, from 0; where nothing was pressed, somebody
    has turned to it.
    """
    presses, noted = seat.pressed, seat.noted
    seat.pressed, seat.noted = [], None
    if len(presses) == 1 and presses[0].place == seat.place:
        _act(seat, presses[0], labelling)
    elif presses:
        seat.lost += len(presses)
    elif shown != seat.place:
        seat.place, seat.told = shown, ""
    elif noted is not None:
        _note(seat, noted, labelling)
        return False
    else:
        return False
    return True


def _note(seat: Seat, noted: Press, labelling: Labelling) -> None:
    """Keep a note that was written on a passage which has its grade already."""
    kept = seat.given.get(noted.place)
    if kept is not None and kept.note != noted.note.strip():
        seat.given[noted.place] = labelling.grade(
            OWNER, seat.desk.queue, noted.place, kept.grade, noted.note
        )


def _act(seat: Seat, press: Press, labelling: Labelling) -> None:
    if press.action == "undo":
        _undo(seat, labelling)
        return
    place = seat.place
    if press.action == "later":
        seat.later = [*(one for one in seat.later if one != place), place]
        labelling.put_off(OWNER, seat.desk.queue, tuple(seat.later))
        seat.done.append((place, None))
    else:
        grade = None if press.action == "unsure" else int(press.action)
        kept = labelling.grade(OWNER, seat.desk.queue, place, grade, press.note)
        seat.given[place] = kept
        seat.done.append((place, kept))
        seat.times.append(time.monotonic())
    seat.told = press.action
    following = next_place(len(seat.desk.queue.items), seat.given, seat.later, place)
    seat.place = place if following is None else following


def _undo(seat: Seat, labelling: Labelling) -> None:
    if not seat.done:
        seat.told = "nothing_to_undo"
        return
    place, kept = seat.done.pop()
    if kept is None:
        seat.later = [one for one in seat.later if one != place]
        labelling.put_off(OWNER, seat.desk.queue, tuple(seat.later))
    else:
        before = labelling.take_back(OWNER, kept)
        if before is None:
            seat.given.pop(place, None)
        else:
            seat.given[place] = before
    seat.place = place
    seat.told = "undone"
