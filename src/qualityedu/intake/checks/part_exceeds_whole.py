"""A part is larger than the whole it belongs to."""

from __future__ import annotations

from typing import Any

from qualityedu.intake.cells import plain
from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.1.0"
STAGE = "content"


def complaints(reading: Reading) -> list[Complaint]:
    """One for each row and pair of columns, naming both."""
    found = []
    for part in reading.columns.values():
        whole = part.at_most
        if whole is None or whole not in reading.table or part.name not in reading.table:
            continue
        above = reading.table[part.name] > reading.table[whole]
        for index in reading.table.index[above]:
            sheet, _ = reading.place(index)
            values: dict[str, Any] = {
                "part": reading.title(sheet, part.name),
                "part_value": plain(reading.number(index, part.name)),
                "whole": reading.title(sheet, whole),
                "whole_value": plain(reading.number(index, whole)),
            }
            found.append(reading.complain("part_exceeds_whole", index, part.name, **values))
    return found
