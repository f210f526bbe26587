"""Headings that name no column: listed and left out, never guessed."""

from __future__ import annotations

from qualityedu.errors import Problem
from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.1.0"
STAGE = "structure"


def complaints(reading: Reading) -> list[Complaint]:
    """One note for each sheet."""
    opening, middle, closing = ("“", "”“", "”") if reading.lang == "zh" else ("“", "”, “", "”")
    found = []
    for number, (sheet, layout) in enumerate(zip(reading.sheets, reading.layouts, strict=True)):
        if layout.unknown:
            names = opening + middle.join(text for _, text in layout.unknown) + closing
            values: dict[str, object] = {"count": len(layout.unknown), "headings": names}
            problem = Problem("unknown_heading", sheet.where(layout.row), values, level="note")
            found.append(Complaint((number, layout.row, 0), problem))
    return found
