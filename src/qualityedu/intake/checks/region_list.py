"""Codes and names of counties, held against the list of the school year."""

from __future__ import annotations

from qualityedu.errors import Level
from qualityedu.intake.cells import plain
from qualityedu.intake.reading import Complaint, Reading
from qualityedu.places import COVERED, is_imaginary, name_agrees, named, place, successors

SINCE = "0.2.0"
STAGE = "keys"


def complaints(reading: Reading) -> list[Complaint]:
    """One for each code, year and name that do not agree, and for each code that was divided or is not in the list."""
    if reading.dataset.country != "CN" or not {"region", "year"} <= set(reading.table.columns):
        return []
    columns = [name for name in ("region", "year", "region_name") if name in reading.table]
    found: list[Complaint | None] = []
    for key, rows in (
        reading.table[columns].dropna(subset=["region", "year"]).groupby(columns, dropna=False, sort=False)
    ):
        code, year, name = str(key[0]), int(key[1]), str(key[2]) if isinstance(key[-1], str) and len(key) > 2 else ""
        if is_imaginary(code) or not code.isdigit() or len(code) != 6:
            continue
        found.append(_complaint(reading, int(rows.index[0]), code, year, name))
    return [each for each in found if each]


def _complaint(reading: Reading, index: int, code: str, year: int, name: str) -> Complaint | None:
    here = place(code, on=year)
    if not named(code):
        return reading.complain("region_not_listed", index, "region", level="note", seen=code, last=COVERED[1])
    if here is None:
        mark = "、" if reading.lang == "zh" else ", "
        after = mark.join(f"{each.after} {_name(each.after, year)}" for each in successors(code)) or "—"
        values = {"seen": code, "old": named(code)[-1].name, "year": plain(year), "after": after}
        return reading.complain("region_divided", index, "region", level="ask", **values)
    if not name or name_agrees(code, name, on=year) in ("same", "alike"):
        return None
    if any(name == each.name for each in named(code)):
        values = {"seen": name, "region": code, "official": here.name, "year": plain(year)}
        return reading.complain("region_other_year", index, "region_name", level="ask", **values)
    # Of a year that the list does not cover it is no witness.
    level: Level = "mend" if COVERED[0] <= year <= COVERED[1] else "ask"
    quoted = {"seen": name, "region": code, "official": here.name}
    return reading.complain("region_name_differs", index, "region_name", level=level, **quoted)


def _name(code: str, year: int) -> str:
    found = place(code, on=year)
    return found.name if found else ""
