"""What a complaint is about, wherever its row stands: an explanation holds on to it when rows are moved."""

from __future__ import annotations

from collections.abc import Callable

from qualityedu.intake.reading import Complaint, Reading

__all__ = ["subject_of"]


def subject_of(reading: Reading) -> Callable[[Complaint], str]:
    """A function from a complaint to school, stage, year and column; empty for what concerns no row with a code."""
    table, indexes = reading.table, {place: index for index, place in enumerate(_places(reading))}
    keys = {name: table[name].tolist() for name in ("region", "school", "stage", "year") if name in table}
    names = [
        {heading.position: heading.named.columns[0].name for heading in layout.headings} for layout in reading.layouts
    ]

    def subject(complaint: Complaint) -> str:
        sheet, row, position = complaint.at
        index = indexes.get((sheet, row))
        if index is None or "school" not in keys:
            return ""
        values = [each[index] for each in keys.values()]
        if any(value != value or value is None for value in values):
            return ""
        return "|".join([*map(str, values), names[sheet].get(position, "")])

    return subject


def _places(reading: Reading) -> list[tuple[int, int]]:
    return list(zip(reading.at["sheet"].tolist(), reading.at["row"].tolist(), strict=True))
