"""Marks that stand for a missing figure: which kind of missing they were taken for, and how many."""

from __future__ import annotations

from qualityedu.intake.cells import Missing
from qualityedu.intake.reading import At, Complaint, Reading

SINCE = "0.2.0"
STAGE = "cells"


def complaints(reading: Reading) -> list[Complaint]:
    """One for each column and kind of missing."""
    counted: dict[tuple[int, str, str], list[tuple[At, Missing]]] = {}
    for at, mark in reading.missing:
        counted.setdefault((at[0], at[2], mark.means), []).append((at, mark))
    found = []
    for (number, name, means), cells in counted.items():
        at, mark = cells[0]
        key = "mark_not_applicable" if means == "z" else "mark_not_collected"
        quoted = {"heading": reading.title(number, name), "seen": mark.seen, "count": len(cells)}
        found.append(reading.complain_of_cell(key, at, level="repaired", **quoted))
    return found
