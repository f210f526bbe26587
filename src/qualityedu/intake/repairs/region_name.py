"""A county is named in short, with spaces or with its city before it: the name by which its code goes."""

from __future__ import annotations

from dataclasses import replace

from qualityedu.intake.reading import Complaint, Reading
from qualityedu.places import name_agrees, place

__all__ = ["repaired"]

SINCE = "0.2.0"


def repaired(reading: Reading) -> tuple[Reading, list[Complaint]]:
    """The official name in the place of one that differs only in how it is written; said once for each name."""
    table = reading.table
    if reading.dataset.country != "CN" or not {"region", "region_name", "year"} <= set(table.columns):
        return reading, []
    table = table.copy()
    found = []
    known = table[["region", "region_name", "year"]].dropna()
    for (code, name, year), rows in known.groupby(["region", "region_name", "year"], sort=False).groups.items():
        official = place(str(code), on=int(year))
        if official is None or name_agrees(str(code), str(name), on=int(year)) != "alike":
            continue
        table.loc[rows, "region_name"] = official.name
        values = {"seen": name, "region": code, "taken": official.name, "count": len(rows)}
        found.append(reading.complain("region_name_taken", int(rows[0]), "region_name", level="repaired", **values))
    return replace(reading, table=table), found
