"""The headings stand in several rows, or two rows could be the headings."""

from __future__ import annotations

from qualityedu.errors import Problem
from qualityedu.intake.headings import Layout
from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.1.0"
STAGE = "structure"

# As many headings as are shown of how they should stand.
_SHOWN = 12


def complaints(reading: Reading) -> list[Complaint]:
    """One for each sheet, with a picture in words of the row of headings that is wanted."""
    found = []
    for number, (sheet, layout) in enumerate(zip(reading.sheets, reading.layouts, strict=True)):
        values: dict[str, object]
        if layout.split is not None:
            first, last = (row + sheet.first for row in layout.split)
            values = {"first": first, "last": last, "expected": _picture(layout)}
            problem = Problem("heading_rows", sheet.where(layout.row), values)
            found.append(Complaint((number, layout.row, 0), problem))
        elif layout.rival is not None:
            first, second = sorted((layout.row + sheet.first, layout.rival + sheet.first))
            problem = Problem("two_heading_rows", sheet.where(layout.row), {"first": first, "second": second})
            found.append(Complaint((number, layout.row, 0), problem))
    return found


def _picture(layout: Layout) -> str:
    texts = dict(layout.unknown) | {each.position: each.text for each in layout.headings}
    cells = [texts[place] for place in sorted(texts)]
    return " | ".join(cells[:_SHOWN]) + (" | …" if len(cells) > _SHOWN else "")
