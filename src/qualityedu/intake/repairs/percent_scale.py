"""A column in percent that was stored as fractions: a spreadsheet keeps 0.95 where it shows 95%."""

from __future__ import annotations

from dataclasses import replace

from qualityedu.intake.cells import plain
from qualityedu.intake.checks.percent_as_fraction import in_fractions
from qualityedu.intake.reading import Complaint, Reading

__all__ = ["repaired"]

SINCE = "0.2.0"

# Shares of a percent crowd near nothing; values whose middle lies above one half and none above 1 are fractions.
_MIDDLE = 0.5


def repaired(reading: Reading) -> tuple[Reading, list[Complaint]]:
    """Values times 100 in each such column; one finding for each. A column that may be either is complained of."""
    table = reading.table
    found = []
    for name, column in reading.columns.items():
        if column.kind != "percent" or name not in table:
            continue
        values = table[name].dropna()
        if not in_fractions(values) or values.median() < _MIDDLE:
            continue
        table = table.assign(**{name: table[name] * 100})
        first = int(values.index[0])
        quoted = {"heading": reading.title(reading.place(first)[0], name), "count": len(values)}
        seen, taken = plain(float(values.iloc[0])), plain(float(values.iloc[0] * 100))
        found.append(
            reading.complain("percent_scaled", first, name, level="repaired", seen=seen, taken=taken, **quoted)
        )
    return replace(reading, table=table), found
