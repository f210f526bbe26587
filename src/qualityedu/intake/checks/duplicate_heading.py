"""Two headings of one sheet say the same."""

from __future__ import annotations

from typing import Any

from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.1.0"
STAGE = "structure"


def complaints(reading: Reading) -> list[Complaint]:
    """One for each heading after the first, naming both places."""
    found = []
    for number, layout in enumerate(reading.layouts):
        for heading in layout.headings:
            for column in heading.named.columns:
                first = layout.by_column[column.name]
                if first is heading:
                    continue
                values: dict[str, Any] = {
                    "heading": heading.text,
                    "first": first.text,
                    "other": reading.sheets[number].where(layout.row, first.position, first.text),
                }
                found.append(
                    reading.complain_of_heading("duplicate_heading", number, heading.position, heading.text, **values)
                )
    return found
