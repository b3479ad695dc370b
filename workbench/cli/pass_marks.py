"""What compare prints of pass marks, and of controls that should change nothing."""

from collections.abc import Sequence

from workbench.cli.console import Console
from workbench.services.controls import floor_of
from workbench.services.folder_comparisons import ComparedArm
from workbench.services.pass_marks import PassMark

ABSENT = "–"
COLUMNS = ("false_share", "miss_share", "accuracy", "constant", "false_answers", "mark")


def print_pass_marks(arms: Sequence[ComparedArm], console: Console) -> None:
    """Print each instruction's mistakes at its pass mark; nothing where none has one."""
    rows = pass_mark_rows(arms, console)
    if len(rows) > 1:
        console.line()
        console.table(rows)


def pass_mark_rows(arms: Sequence[ComparedArm], console: Console) -> list[list[str]]:
    """Return a table with its head: counts first, accuracy beside what a constant answer gets."""
    head = ["", *(console.say(f"ui.pass.{code}") for code in COLUMNS)]
    found = [(arm.instruction.name, arm.pass_mark) for arm in arms]
    return [head, *([name, *_cells(mark)] for name, mark in found if mark is not None)]


def _cells(mark: PassMark) -> list[str]:
    wrong, told = mark.mistakes, mark.told
    return [
        _part(wrong.wrong, wrong.over) if wrong else ABSENT,
        _part(wrong.missed, wrong.relevant) if wrong else ABSENT,
        f"{told.accuracy:.1%}" if told else ABSENT,
        f"{told.majority_accuracy:.1%}" if told else ABSENT,
        ABSENT if mark.false_answers is None else _part(mark.false_answers, mark.no_answer),
        f"{mark.mark if mark.probability is None else mark.probability:.4f}",
    ]


def _part(part: int, of: int) -> str:
    return f"{part / of:.1%} ({part}/{of})" if of else ABSENT


def print_noise(arms: Sequence[ComparedArm], console: Console) -> None:
    """Print how far each control moved the result, and what smaller differences drown in."""
    floor = floor_of([arm.noise for arm in arms])
    if floor is None:
        return
    console.line()
    for arm in arms:
        one = arm.noise
        if one is not None:
            told = console.say(
                "ui.control.line",
                name=arm.instruction.name,
                delta=f"{one.delta:.4f}",
                shift=f"{one.shift:.1f}",
                changed=one.changed_first,
                n=one.n,
                share=f"{one.changed_share:.0%}",
            )
            console.line(told)
    console.line(console.say("ui.control.help", floor=f"{floor:.4f}"))
