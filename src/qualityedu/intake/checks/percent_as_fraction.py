"""A column in percent holds fractions: 0.95 where 95 is meant, as spreadsheets store a cell shown as 95%."""

from __future__ import annotations

from typing import Any

import pandas as pd

from qualityedu.intake.cells import plain
from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.1.0"
STAGE = "content"

# Fewer values could all be below one percent by chance.
_FEWEST_VALUES = 3


def complaints(reading: Reading) -> list[Complaint]:
    """One for each column whose values all lie between 0 and 1."""
    found = []
    for name, column in reading.columns.items():
        if column.kind != "percent" or name not in reading.table:
            continue
        values = reading.table[name].dropna()
        if not in_fractions(values):
            continue
        index = int(values.index[0])
        sheet, _ = reading.place(index)
        if heading := reading.heading(sheet, name):
            quoted: dict[str, Any] = {"heading": heading.text, "largest": plain(float(values.max()))}
            found.append(
                reading.complain_of_heading("percent_as_fraction", sheet, heading.position, heading.text, **quoted)
            )
    return found


def in_fractions(values: pd.Series) -> bool:
    """Whether the known values of a column in percent all lie between 0 and 1, and enough of them."""
    enough = len(values) >= _FEWEST_VALUES
    return bool(enough and values.between(0, 1).all() and values.gt(0).any())
