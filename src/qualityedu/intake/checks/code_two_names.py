"""One school code goes by two names in the same school year, in rows of different stages."""

from __future__ import annotations

from qualityedu.intake.reading import Complaint, Reading
from qualityedu.intake.vocabulary import folded

SINCE = "0.2.0"
STAGE = "keys"


def complaints(reading: Reading) -> list[Complaint]:
    """One for each further name, with the place of the first; rows of the same stage are duplicates of one another."""
    columns = ["region", "school", "year", "stage", "school_name"]
    if not reading.of_schools or not set(columns) <= set(reading.table.columns):
        return []
    first: dict[tuple[str, str, float], tuple[int, str, str]] = {}
    found = []
    for index, region, school, year, stage, name in reading.table[columns].dropna().itertuples():
        earlier, stage_before, name_before = first.setdefault((region, school, year), (index, stage, name))
        if stage != stage_before and folded(name) != folded(name_before):
            values = {
                "school": school,
                "seen": name,
                "first": name_before,
                "other": reading.where(earlier, "school_name"),
            }
            found.append(reading.complain("code_names_by_stage", index, "school_name", level="ask", **values))
    return found
