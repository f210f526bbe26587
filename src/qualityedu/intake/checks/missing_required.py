"""A column without which no row can be told from another is absent."""

from __future__ import annotations

from qualityedu.errors import Problem
from qualityedu.intake.reading import Complaint, Reading, required

SINCE = "0.1.0"
STAGE = "structure"


def complaints(reading: Reading) -> list[Complaint]:
    """One for each sheet and column: the heading wanted, and the other words for it."""
    separator = "、" if reading.lang == "zh" else ", "
    found = []
    for number, (sheet, layout) in enumerate(zip(reading.sheets, reading.layouts, strict=True)):
        for column in required(reading.dataset):
            if column.name in layout.columns:
                continue
            names = [column.zh, column.en, *column.aliases]
            wanted = reading.dataset.columns.get(column.name, column.heading(reading.lang))
            others = separator.join(dict.fromkeys(name for name in names if name != wanted))
            values: dict[str, object] = {"heading": wanted, "aliases": others}
            where = sheet.where(layout.row)
            found.append(Complaint((number, layout.row, 0), Problem("missing_required", where, values)))
    return found
