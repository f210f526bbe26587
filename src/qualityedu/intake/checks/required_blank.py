"""A cell that tells one row from another is blank."""

from __future__ import annotations

from typing import Any

from qualityedu.intake.reading import Complaint, Reading, required

SINCE = "0.1.0"
STAGE = "structure"


def complaints(reading: Reading) -> list[Complaint]:
    """One for each blank cell; one for the whole column where it is blank throughout."""
    found: list[Complaint] = []
    for column in required(reading.dataset):
        for number, layout in enumerate(reading.layouts):
            rows = reading.at.index[reading.at["sheet"] == number]
            if column.name not in layout.columns or rows.empty:
                continue
            missing = rows[reading.table[column.name].loc[rows].isna()]
            blank = [index for index in missing if (*reading.place(index), column.name) not in reading.faulty]
            heading = layout.by_column[column.name]
            if len(blank) == len(rows) > 1:
                values: dict[str, Any] = {"heading": heading.text}
                found.append(
                    reading.complain_of_heading(
                        "required_column_blank", number, heading.position, heading.text, **values
                    )
                )
            else:
                found += [
                    reading.complain("required_blank", index, column.name, heading=heading.text) for index in blank
                ]
    return found
