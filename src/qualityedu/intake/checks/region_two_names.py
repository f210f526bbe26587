"""One region code goes by two names in the same year."""

from __future__ import annotations

from qualityedu.intake.reading import Complaint, Reading
from qualityedu.intake.vocabulary import folded

SINCE = "0.1.0"
STAGE = "keys"


def complaints(reading: Reading) -> list[Complaint]:
    """One for each further name of a region; a county that was renamed has another name in another year."""
    if not {"region", "region_name", "year"} <= set(reading.table.columns):
        return []
    named = reading.table[["region", "year", "region_name"]].dropna()
    names: dict[tuple[str, float], dict[str, int]] = {}
    found = []
    for index, region, year, name in named.itertuples():
        known = names.setdefault((region, year), {})
        if known and folded(name) not in known:
            first = next(iter(known.values()))
            values = {
                "region": region,
                "name": name,
                "first": named["region_name"].at[first],
                "other": reading.where(first, "region_name"),
            }
            found.append(reading.complain("region_two_names", index, "region_name", **values))
        known.setdefault(folded(name), index)
    return found
