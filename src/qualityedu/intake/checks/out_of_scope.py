"""Schools of which a regulation in force does not speak: counted and named, since its findings leave them out."""

from __future__ import annotations

import pandas as pd

from qualityedu.intake.peers import school_names
from qualityedu.intake.reading import Complaint, Reading
from qualityedu.standards import place_of, regulations, school_year_end

SINCE = "0.2.0"
STAGE = "content"


def complaints(reading: Reading) -> list[Complaint]:
    """One for each region, school year and reason."""
    table, country = reading.table, reading.dataset.country
    if not reading.of_schools or not country or not {"region", "year", "school_kind"} <= set(table.columns):
        return []
    found = []
    doubtful = table[table["school_kind"].isin({"teaching_point", *_left_out_somewhere()})]
    for (region, year), rows in doubtful.dropna(subset=["region", "year"]).groupby(["region", "year"], sort=False):
        place, day = place_of(country, str(region)), school_year_end(int(year))
        for regulation in regulations().values():
            if regulation.effective > day or not place.startswith(regulation.place) or regulation.by_name:
                continue
            kinds = rows[rows["school_kind"].isin(regulation.leave_out)]
            found += _complaint(reading, kinds, "out_of_scope_kind", regulation=regulation.number)
            if regulation.smallest_teaching_point and "pupils" in rows:
                points = rows[rows["school_kind"] == "teaching_point"]
                tiny = points[points["pupils"] < regulation.smallest_teaching_point]
                smallest = regulation.smallest_teaching_point
                found += _complaint(
                    reading, tiny, "out_of_scope_small", regulation=regulation.number, smallest=smallest
                )
    return found


def _complaint(reading: Reading, rows: pd.DataFrame, key: str, **values: object) -> list[Complaint]:
    if rows.empty:
        return []
    count, names = rows["school"].nunique(), school_names(reading, rows.index.tolist())
    first = int(rows.index[0])
    return [reading.complain(key, first, "school_kind", level="note", seen=names, count=count, **values)]


def _left_out_somewhere() -> set[str]:
    return {kind for regulation in regulations().values() for kind in regulation.leave_out}
