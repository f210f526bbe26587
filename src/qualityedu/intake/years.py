"""Which school year a text or date means: the year in which it began."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["SchoolYear", "year_of"]

_YEAR = re.compile(r"([0-9]{4})(?: ?[-—–―~～至/]{1,2} ?([0-9]{4}|[0-9]{2}))? ?(?:学年度|学年|年度|年)?")
_DATE = re.compile(r"([0-9]{4})(?:[-/.年]([0-9]{1,2})(?:[-/.月]([0-9]{1,2}))?[月日]?|([0-9]{2}))(?: [0-9:.]+)?")
_SERIAL = re.compile(r"[34][0-9]{4}")
# The day that a spreadsheet counts as 0, its mistake about 1900 included.
_EPOCH = date(1899, 12, 30)
# A school year begins in one of these months; a day in another belongs to a year that began before.
_OPENING = (8, 9, 10, 11, 12)


@dataclass(frozen=True)
class SchoolYear:
    """The year in which a school year began, and the form in which it was written: '' for 2023 alone."""

    year: int
    form: str = ""


def year_of(text: str) -> SchoolYear | None:
    """The school year that a text means; None where it means none, or might mean two.

    2023, 2023学年, 2023-2024 and 2023/24 are one (`year_form` where more than the year stands there). So is a day or
    month from August on, also as the number that a spreadsheet keeps for a day (45536 is 1 September 2024):
    `year_date`. A month of the first half of the year leaves open which school year is meant.
    """
    if match := _YEAR.fullmatch(text):
        first, second = int(match[1]), match[2]
        follows = second is None or int(second) == (first + 1) % 10 ** len(second)
        if follows:
            return SchoolYear(first, "" if text == match[1] else "year_form")
    day = _day(text)
    return SchoolYear(day[0], "year_date") if day and day[1] in _OPENING else None


def _day(text: str) -> tuple[int, int] | None:
    if _SERIAL.fullmatch(text):
        day = _EPOCH + timedelta(days=int(text))
        return day.year, day.month
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    month = int(match[2] or match[4])
    # 2024.1 in a number cell may be January or, with its zero lost, October.
    unclear = "." in text and match[2] == "1" and not match[3]
    return None if unclear or not 1 <= month <= 12 or int(match[3] or 1) > 31 else (int(match[1]), month)
