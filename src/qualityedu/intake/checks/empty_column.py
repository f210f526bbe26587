"""A column with a heading and no value."""

from __future__ import annotations

from qualityedu.intake.reading import Complaint, Reading, required

SINCE = "0.1.0"
STAGE = "structure"


def complaints(reading: Reading) -> list[Complaint]:
    """One note for each; a required one is complained of as blank."""
    needed = {column.name for column in required(reading.dataset)}
    faulty = {name for _, _, name in reading.faulty}
    found = []
    for name in reading.table.columns:
        if reading.table.empty or name in needed or name in faulty or reading.table[name].notna().any():
            continue
        for number in range(len(reading.sheets)):
            if heading := reading.heading(number, name):
                values = {"heading": heading.text}
                found.append(
                    reading.complain_of_heading(
                        "empty_column", number, heading.position, heading.text, level="note", **values
                    )
                )
                break
    return found
