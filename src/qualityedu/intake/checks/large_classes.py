"""More classes of 56 pupils or more than classes above the limit, which for every stage lies below 56."""

from __future__ import annotations

from typing import Any

from qualityedu.intake.cells import plain
from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.2.0"
STAGE = "content"


def complaints(reading: Reading) -> list[Complaint]:
    """One for each row."""
    table = reading.table
    if not {"large_classes", "classes_over_limit"} <= set(table.columns):
        return []
    found = []
    for index in table.index[table["large_classes"] > table["classes_over_limit"]]:
        sheet, _ = reading.place(index)
        quoted: dict[str, Any] = {
            "part": reading.title(sheet, "large_classes"),
            "part_value": plain(reading.number(index, "large_classes")),
            "whole": reading.title(sheet, "classes_over_limit"),
            "whole_value": plain(reading.number(index, "classes_over_limit")),
        }
        found.append(reading.complain("part_exceeds_whole", index, "large_classes", **quoted))
    return found
