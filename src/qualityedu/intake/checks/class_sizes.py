"""Classes are given by size, and the sizes do not add up to all classes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from qualityedu.intake.cells import plain, read_cell, written
from qualityedu.intake.reading import Complaint, Reading
from qualityedu.intake.sheet import Sheet
from qualityedu.intake.vocabulary import folded

SINCE = "0.2.0"
STAGE = "content"

_BAND = re.compile(
    r"(?:(?P<low>[0-9]{1,3})(?:人)?[-–—~～至](?P<high>[0-9]{1,3})人?|(?P<up_to>[0-9]{1,3})人?(?:及)?以下"
    r"|(?P<from>[0-9]{1,3})人?(?:及)?以上)(?:的)?(?:班级数|班数|班)?"
)
_OPEN = 10**6


@dataclass(frozen=True)
class _Band:
    position: int
    low: int
    high: int
    text: str


def complaints(reading: Reading) -> list[Complaint]:
    """One for each row where the sizes, which lie end to end and leave none out, have another sum."""
    if "classes" not in reading.table:
        return []
    bands = [_bands(sheet, reading.layouts[number].row) for number, sheet in enumerate(reading.sheets)]
    found = []
    for index in reading.table.index[reading.table["classes"].notna()]:
        number, row = reading.place(index)
        sizes = [
            read_cell(reading.sheets[number].cell(row, each.position), reading.columns["classes"])
            for each in bands[number]
        ]
        if not sizes or not all(isinstance(size, float) for size in sizes):
            continue
        total, whole = sum(sizes), reading.number(index, "classes")  # type: ignore[arg-type]
        if total != whole:
            quoted: dict[str, Any] = {
                "whole": reading.title(number, "classes"),
                "seen": plain(whole),
                "sum": plain(float(total)),
                "first": bands[number][0].text,
                "last": bands[number][-1].text,
            }
            found.append(reading.complain("class_sizes", index, "classes", **quoted))
    return found


def _bands(sheet: Sheet, heading_row: int) -> list[_Band]:
    """The columns of class sizes in order, where they lie end to end from an open to an open end; else none."""
    found = [band for position, raw in enumerate(sheet.rows[heading_row]) if (band := _band(position, written(raw)))]
    found.sort(key=lambda band: band.low)
    joined = all(after.low == before.high + 1 for before, after in pairwise(found))
    closed = len(found) > 1 and found[0].low <= 1 and found[-1].high == _OPEN
    return found if joined and closed else []


def _band(position: int, text: str) -> _Band | None:
    match = _BAND.fullmatch(folded(text))
    if match is None:
        return None
    if match["up_to"]:
        return _Band(position, 0, int(match["up_to"]), text)
    if match["from"]:
        return _Band(position, int(match["from"]), _OPEN, text)
    return _Band(position, int(match["low"]), int(match["high"]), text)
