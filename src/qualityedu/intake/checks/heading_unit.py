"""A heading gives a unit that its column does not know."""

from __future__ import annotations

from typing import Any

from qualityedu.intake.reading import Complaint, Reading
from qualityedu.intake.vocabulary import vocabulary_of

SINCE = "0.1.0"
STAGE = "structure"


def complaints(reading: Reading) -> list[Complaint]:
    """One for each such heading, naming what was seen and what is accepted."""
    vocabulary = vocabulary_of(reading.dataset)
    separator = "、" if reading.lang == "zh" else ", "
    found = []
    for number, layout in enumerate(reading.layouts):
        for heading in layout.headings:
            if heading.named.factor is not None:
                continue
            column = heading.named.columns[0]
            accepted = separator.join(vocabulary.units(column))
            key = "heading_unit" if accepted else "heading_without_unit"
            values: dict[str, Any] = {
                "heading": heading.text,
                "seen": heading.named.unit,
                "column": column.heading(reading.lang),
            }
            if accepted:
                values["accepted"] = accepted
            found.append(reading.complain_of_heading(key, number, heading.position, heading.text, **values))
    return found
