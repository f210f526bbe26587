"""Ratios that hardly any school can have: one pupil to a class, 500 square metres to a pupil."""

from __future__ import annotations

from qualityedu.intake.plausible import ratios, unit_slip
from qualityedu.intake.reading import Complaint, Reading
from qualityedu.text import significant

SINCE = "0.2.0"
STAGE = "content"


def complaints(reading: Reading) -> list[Complaint]:
    """One for each school and ratio, with the percentile among its like; a slip of the unit is asked about as such."""
    found = []
    for each, frame in ratios(reading, fewest=1):
        low = frame["value"] < (each.low if each.low is not None else float("-inf"))
        high = frame["value"] > (each.high if each.high is not None else float("inf"))
        for index, value, _, middle, percent in frame[low | high].itertuples():
            if unit_slip(reading, each, value / middle):
                continue
            sheet, _ = reading.place(index)
            quoted = {
                "over": reading.title(sheet, each.over),
                "under": reading.title(sheet, each.under),
                "seen": significant(value, reading.lang),
                "percent": round(percent),
            }
            limit = each.high if high.at[index] else each.low
            key = "above_usual" if high.at[index] else "below_usual"
            found.append(reading.complain(key, index, each.over, level="ask", limit=f"{limit:g}", **quoted))
    return found
