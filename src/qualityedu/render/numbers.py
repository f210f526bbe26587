"""A printed number → the number for a cell and the format that prints it again as it was."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Printed", "read_number"]

_PRINTED = re.compile(r"(?P<sign>[+\-−]?)(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?P<part>\.\d+)?(?P<percent>\s?%)?")


@dataclass(frozen=True)
class Printed:
    """A number, and the format of Excel under which it looks as it was printed."""

    value: float
    format: str


def read_number(text: str) -> Printed | None:
    """The number that `text` prints, or None where it is more or less than one plain number.

    A sign, commas between thousands, decimals and a percent sign are understood. What begins with a needless 0, as a
    code of a place, stays text; so does what has more than 15 digits, which a workbook would not keep.
    """
    found = _PRINTED.fullmatch(text.strip())
    if not found:
        return None
    whole, part, percent = found["whole"], found["part"] or "", found["percent"] or ""
    digits = whole.replace(",", "")
    if (len(digits) > 1 and digits.startswith("0")) or len(digits + part) > 16:
        return None
    negative = found["sign"] in ("-", "−")
    value = float(f"{'-' if negative else ''}{digits}{part}")
    shape = ("#,##0" if "," in whole else "0") + (f".{'0' * (len(part) - 1)}" if part else "")
    if percent:
        value, shape = float(f"{value / 100:.17g}"), f"{shape}{percent.replace('%', '')}%"
    if found["sign"] == "+":
        shape = f"+{shape};-{shape};{shape}"
    elif found["sign"] == "−":
        shape = f"{shape};−{shape}"
    return Printed(value, shape)
