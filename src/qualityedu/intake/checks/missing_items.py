"""Figures that most schools give and some do not."""

from __future__ import annotations

import pandas as pd

from qualityedu.intake.peers import figure_columns, peer_groups, school_names
from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.2.0"
STAGE = "content"

_FEWEST = 5
_MANY = 0.05
# Figures that fewer schools give are not for all schools.
_USUAL = 0.5


def complaints(reading: Reading) -> list[Complaint]:
    """One for each column and school year, at the first such cell: which schools, or how many.

    A cell that was complained of, and one that is marked as not applicable, is not counted.
    """
    groups = peer_groups(reading)
    if groups.empty:
        return []
    groups = groups[groups.groupby(groups).transform("size") >= _FEWEST]
    years = reading.table["year"].loc[groups.index]
    excused = {at for at, mark in reading.missing if mark.means == "z"} | reading.faulty
    found = []
    known = reading.table[figure_columns(reading)].loc[groups.index].notna()
    usual_of_all = known.groupby(groups).transform("mean") > _USUAL
    for name, blanks in (usual_of_all & ~known).items():
        usual = usual_of_all[name]
        blank = [index for index in known.index[blanks] if (*reading.place(index), name) not in excused]
        for year, rows in pd.Series(blank, dtype="int64").groupby(years.loc[blank].to_numpy()):
            asked = int((usual & (years == year)).sum())
            found.append(_complaint(reading, str(name), rows.tolist(), asked))
    return found


def _complaint(reading: Reading, name: str, rows: list[int], asked: int) -> Complaint:
    first, count = rows[0], len(rows)
    heading = reading.title(reading.place(first)[0], name)
    schools = school_names(reading, rows)
    if count > _MANY * asked and count > 1:
        share = round(100 * count / asked)
        values = {"heading": heading, "seen": schools, "count": count, "percent": share}
        return reading.complain("missing_many", first, name, level="ask", **values)
    return reading.complain("missing_few", first, name, level="ask", heading=heading, seen=schools, count=count)
