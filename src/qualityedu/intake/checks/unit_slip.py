"""A sum of money is about ten thousand times that of its like: yuan written for ten thousand yuan, or the reverse."""

from __future__ import annotations

from qualityedu.intake.cells import plain
from qualityedu.intake.plausible import ratios, unit_slip
from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.2.0"
STAGE = "content"

_FEWEST = 5
_TEN_THOUSAND = 10_000


def complaints(reading: Reading) -> list[Complaint]:
    """One for each such cell, with both readings; schools are compared by the amount per pupil."""
    found = []
    for each, frame in ratios(reading, fewest=_FEWEST):
        for index, value, middle in zip(frame.index, frame["value"], frame["middle"], strict=True):
            way = unit_slip(reading, each, value / middle)
            if not way:
                continue
            amount = reading.number(index, each.over)
            other = amount / _TEN_THOUSAND if way > 0 else amount * _TEN_THOUSAND
            quoted = {
                "heading": reading.title(reading.place(index)[0], each.over),
                "seen": plain(amount),
                "other": plain(round(other, 6)),
            }
            key = "unit_slip_large" if way > 0 else "unit_slip_small"
            found.append(reading.complain(key, index, each.over, level="ask", **quoted))
    return found
