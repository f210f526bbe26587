"""A ratio far from that of all other schools of its stage, though a school could have it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qualityedu.intake.plausible import Plausible, ratios, unit_slip
from qualityedu.intake.reading import Complaint, Reading
from qualityedu.text import significant

SINCE = "0.2.0"
STAGE = "content"

_FEWEST = 10
# How far, in median absolute deviations of the logarithm brought to the scale of a standard deviation, and how many
# times the middle. Both, since schools of one plan differ by little.
_DEVIATIONS = 6
_TIMES = 3
_NORMAL = 1.4826


def complaints(reading: Reading) -> list[Complaint]:
    """One for each school and ratio, with its percentile; what is beyond all limits is asked about as such."""
    found = []
    for each, frame in ratios(reading, fewest=_FEWEST):
        for index, value, _, middle, percent in frame[_far(frame)].itertuples():
            if _beyond(each, value) or unit_slip(reading, each, value / middle):
                continue
            sheet, _ = reading.place(index)
            quoted = {
                "over": reading.title(sheet, each.over),
                "under": reading.title(sheet, each.under),
                "seen": significant(value, reading.lang),
                "middle": significant(middle, reading.lang),
                "percent": round(percent),
            }
            found.append(reading.complain("outlier", index, each.over, level="ask", **quoted))
    return found


def _far(frame: pd.DataFrame) -> pd.Series:
    distance = np.log(frame["value"] / frame["middle"]).abs()
    spread = _NORMAL * distance.groupby(frame["group"]).transform("median")
    return (distance > _DEVIATIONS * spread) & (distance > np.log(_TIMES))


def _beyond(each: Plausible, value: float) -> bool:
    return (each.low is not None and value < each.low) or (each.high is not None and value > each.high)
