"""What a row of a measurement is called."""

from workbench.services.measurements import Row
from workbench.words.say import Tongue, say


def row_name(row: Row, tongue: Tongue) -> str:
    """Return the way of recall, the kind of a control, or the letter of an instruction."""
    if row.arm is None:
        return say(f"ui.measure.by_{row.method}", tongue)
    if row.arm.control:
        return say(f"ui.control.{row.arm.control}", tongue)
    return say("ui.compare.arm_short", tongue, letter=row.arm.name)
