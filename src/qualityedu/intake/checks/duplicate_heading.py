"""Two headings of one sheet say the same."""

from __future__ import annotations

from qualityedu.intake.reading import Complaint, Reading


def complaints(reading: Reading) -> list[Complaint]:
    """One for each heading after the first, naming both places."""
    found = []
    for number, layout in enumerate(reading.layouts):
        for heading in layout.headings:
            for column in heading.named.columns:
                first = layout.by_column[column.name]
                if first is heading:
                    continue
                values = {
                    "heading": heading.text,
                    "first": first.text,
                    "other": reading.sheets[number].where(layout.row, first.position, first.text),
                }
                found.append(
                    reading.complain_of_heading("duplicate_heading", number, heading.position, heading.text, **values)
                )
    return found
