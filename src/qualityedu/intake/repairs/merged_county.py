"""A county code that was given up: the county went whole to another, and its rows with it."""

from __future__ import annotations

from dataclasses import replace

from qualityedu.intake.reading import Complaint, Reading
from qualityedu.places import COVERED, named, place, successors

__all__ = ["after_merger", "repaired"]

SINCE = "0.2.0"


def repaired(reading: Reading) -> tuple[Reading, list[Complaint]]:
    """Rows of a school year in which the code no longer stood, under the code that came after it.

    Said once for each code. A county that was divided is left as it is and asked about by a check.
    """
    if reading.dataset.country != "CN" or not {"region", "year"} <= set(reading.table.columns):
        return reading, []
    table = reading.table.copy()
    found = []
    pairs = table[["region", "year"]].dropna()
    for (code, year), rows in pairs.groupby(["region", "year"], sort=False).groups.items():
        after = after_merger(str(code), int(year))
        if after is None:
            continue
        table.loc[rows, "region"] = after
        old, new = named(str(code))[-1], place(after, on=int(year))
        values = {"seen": code, "old": old.name, "taken": after, "new": new.name if new else "", "count": len(rows)}
        found.append(reading.complain("merged_county", int(rows[0]), "region", level="repaired", **values))
    return replace(reading, table=table), found


def after_merger(code: str, year: int) -> str | None:
    """The code to which a county went whole before a year; None where it stands, was divided, or is not known."""
    if not named(code) or year < COVERED[0] or place(code, on=year):
        return None
    after = successors(code)
    if len(after) != 1 or not after[0].whole or year <= after[0].year:
        return None
    later = after_merger(after[0].after, year)
    return later or after[0].after
