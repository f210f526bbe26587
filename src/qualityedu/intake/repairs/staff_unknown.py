"""A school with pupils and without a single teacher: its figures of teachers are not taken for nothing."""

from __future__ import annotations

from dataclasses import replace

from qualityedu.columns import COLUMNS
from qualityedu.intake.cells import plain
from qualityedu.intake.reading import Complaint, Reading

__all__ = ["repaired"]

SINCE = "0.2.0"


def repaired(reading: Reading) -> tuple[Reading, list[Complaint]]:
    """Figures of teachers are missing for such a school, so that it is left out of their coefficients; it is asked."""
    table = reading.table
    if not reading.of_schools or not {"pupils", "teachers"} <= set(table.columns):
        return reading, []
    empty = (table["teachers"] == 0) & (table["pupils"] > 0)
    if not empty.any():
        return reading, []
    found = [
        reading.complain(
            "no_teachers", index, "teachers", level="ask", seen="0", pupils=plain(reading.number(index, "pupils"))
        )
        for index in table.index[empty]
    ]
    table = table.copy()
    names = [name for name in _of_teachers() if name in table]
    table.loc[empty, names] = float("nan")
    # Asked about already: no check is to ask for these figures again.
    asked = {(*reading.place(index), name) for index in table.index[empty] for name in names}
    return replace(reading, table=table, faulty=reading.faulty | asked), found


def _of_teachers() -> list[str]:
    """The columns that count teachers: all teachers, and whatever is a part of them."""
    return ["teachers", *(name for name, column in COLUMNS.items() if column.at_most == "teachers")]
