"""A column in percent holds some values as 95 and some as 0.95."""

from __future__ import annotations

from qualityedu.intake.cells import plain
from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.2.0"
STAGE = "content"

# A share of under one percent is possible; next to shares above this one it is more likely 0.95 for 95.
_USUAL = 50


def complaints(reading: Reading) -> list[Complaint]:
    """One for each cell that is a fraction where the column's middle lies above one half."""
    found = []
    for name, column in reading.columns.items():
        if column.kind != "percent" or name not in reading.table:
            continue
        values = reading.table[name]
        small = values.gt(0) & values.le(1)
        if not small.any() or not values[values > 1].median() >= _USUAL:
            continue
        for index in reading.table.index[small]:
            value = reading.number(index, name)
            quoted = {
                "heading": reading.title(reading.place(index)[0], name),
                "seen": plain(value),
                "other": plain(round(value * 100, 10)),
            }
            found.append(reading.complain("percent_mixed", index, name, level="ask", **quoted))
    return found
