"""Characters in names that the fonts of the reports do not have."""

from __future__ import annotations

from qualityedu import fonts
from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.1.0"
STAGE = "cells"

_NAMES = ("region_name", "school_name")
_SHOWN = 10


def complaints(reading: Reading) -> list[Complaint]:
    """One note for each column of names; the names are read as they stand."""
    found = []
    for name in _NAMES:
        if name not in reading.table:
            continue
        values = reading.table[name].dropna()
        uncommon = {character for text in values.unique() for character in text if not _is_common(character)}
        lacking = fonts.lacking("".join(uncommon)) if uncommon else set()
        index = next((index for index, text in values.items() if lacking & set(text)), None) if lacking else None
        if index is not None:
            seen = "".join(sorted(lacking)[:_SHOWN])
            heading = reading.title(reading.place(int(index))[0], name)
            found.append(
                reading.complain(
                    "rare_characters", int(index), name, level="note", heading=heading, count=len(lacking), seen=seen
                )
            )
    return found


def _is_common(character: str) -> bool:
    # All of it is in the fonts, and asking them takes a while.
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
