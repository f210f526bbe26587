"""There are headings and nothing below them."""

from __future__ import annotations

from qualityedu.errors import Problem
from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.1.0"
STAGE = "structure"


def complaints(reading: Reading) -> list[Complaint]:
    """One, where no sheet has a row of data."""
    if len(reading.table) or reading.faulty:
        return []
    row = reading.layouts[0].row
    return [Complaint((0, row, 0), Problem("no_rows", reading.sheets[0].where(row), {}, level="stop"))]
