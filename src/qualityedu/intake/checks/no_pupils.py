"""A school without pupils that has teachers or premises (空壳学校)."""

from __future__ import annotations

from qualityedu.intake.cells import plain
from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.2.0"
STAGE = "content"

_SIGNS = ("teachers", "classes", "teaching_auxiliary_area")


def complaints(reading: Reading) -> list[Complaint]:
    """One for each, naming what it has. A ratio per pupil has no value for it, so it is left out of coefficients."""
    table = reading.table
    if not reading.of_schools or "pupils" not in table:
        return []
    found = []
    for index in table.index[table["pupils"] == 0]:
        has = [name for name in _SIGNS if name in table and reading.number(index, name) > 0]
        if has:
            title = reading.title(reading.place(index)[0], has[0])
            quoted = {"seen": "0", "what": title, "amount": plain(reading.number(index, has[0]))}
            found.append(reading.complain("no_pupils", index, "pupils", level="ask", **quoted))
    return found
