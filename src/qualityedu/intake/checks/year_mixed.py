"""Two school years stand in one table and no school has rows of both: one of them is a slip."""

from __future__ import annotations

from typing import Any

from qualityedu.intake.cells import plain
from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.2.0"
STAGE = "keys"

# A table of two schools may well be of two years.
_FEWEST_SCHOOLS = 4


def complaints(reading: Reading) -> list[Complaint]:
    """One for each region: the rows of the rarer year, at the first of them."""
    columns = ["region", "school", "year"]
    if not reading.of_schools or not set(columns) <= set(reading.table.columns):
        return []
    found = []
    for _, rows in reading.table[columns].dropna().groupby("region", sort=False):
        years = rows["year"].value_counts()
        in_several = rows.groupby("school")["year"].nunique().gt(1).any()
        if len(years) < 2 or in_several or rows["school"].nunique() < _FEWEST_SCHOOLS:
            continue
        rarer = years.index[-1]
        mine = rows[rows["year"] == rarer]
        values: dict[str, Any] = {
            "year": plain(float(rarer)),
            "count": len(mine),
            "usual": plain(float(years.index[0])),
            "usual_count": int(years.iloc[0]),
        }
        found.append(reading.complain("year_mixed", int(mine.index[0]), "year", **values))
    return found
