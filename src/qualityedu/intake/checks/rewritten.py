"""Cells that were read as something else than stands there: the number is clear, or is to be confirmed."""

from __future__ import annotations

from qualityedu.intake.cells import Taken, plain
from qualityedu.intake.reading import At, Complaint, Reading

SINCE = "0.2.0"
STAGE = "cells"

# Each of these is said for the cell; the other ways change no number and are counted by column.
_SINGLY = ("converted", "multiple", "exponent")


def complaints(reading: Reading) -> list[Complaint]:
    """One for each column and way in which its cells were written, and one for each cell whose number was changed."""
    found = []
    counted: dict[tuple[int, str, str], list[tuple[At, Taken]]] = {}
    for at, taken in reading.taken:
        for way in taken.ways:
            if way in _SINGLY:
                quoted = _quoted(reading, at, taken)
                found.append(reading.complain_of_cell(f"taken_{way}", at, level=taken.level, **quoted))
            else:
                counted.setdefault((at[0], at[2], way), []).append((at, taken))
    for (number, _, way), cells in counted.items():
        if way == "year_form" and len(cells) == int((reading.at["sheet"] == number).sum()):
            continue  # all alike, and so nothing to make alike
        at, taken = cells[0]
        quoted = {**_quoted(reading, at, taken), "count": len(cells)}
        found.append(reading.complain_of_cell(f"taken_{way}", at, level="repaired", **quoted))
    return found


def _quoted(reading: Reading, at: At, taken: Taken) -> dict[str, object]:
    value = taken.value
    return {
        "heading": reading.title(at[0], at[2]),
        "seen": taken.seen,
        "taken": plain(value) if isinstance(value, float) else value,
    }
