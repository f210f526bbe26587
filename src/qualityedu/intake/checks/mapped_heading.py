"""The description of a data set names a heading that its table does not have."""

from __future__ import annotations

from qualityedu.errors import Problem
from qualityedu.intake.reading import Complaint, Reading, required

SINCE = "0.1.0"
STAGE = "structure"


def complaints(reading: Reading) -> list[Complaint]:
    """One for each such heading; a required one is complained of as missing."""
    needed = {column.name for column in required(reading.dataset)}
    present = {name for layout in reading.layouts for name in layout.columns}
    row = reading.layouts[0].row
    where = reading.sheets[0].where(row)
    return [
        Complaint((0, row, 0), Problem("mapped_heading", where, {"heading": heading, "column": name}, level="stop"))
        for name, heading in reading.dataset.columns.items()
        if name not in present and name not in needed
    ]
