"""How much is read at most. Whatever is larger is refused before it is unpacked."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields

from qualityedu.errors import RequestError
from qualityedu.intake.sheet import Unreadable

__all__ = ["PREFIX", "Limits", "limits_in_force"]

PREFIX = "QUALITYEDU_MOST_"


@dataclass(frozen=True)
class Limits:
    """The most that one file may hold. A county's workbook is under 1 MB and has some hundred rows.

    `megabytes` on disk and `unpacked` in megabytes (10⁶ bytes), `ratio` of the two, `parts` in the archive, `rows` and
    `cells` of one sheet (rows times columns up to the last value, for so many are held in memory).
    """

    megabytes: int = 50
    unpacked: int = 200
    ratio: int = 100
    parts: int = 5_000
    rows: int = 200_000
    cells: int = 10_000_000

    def refuse_rows(self, where: str, rows: int) -> None:
        """Raises Unreadable where there are more rows than may be read."""
        if rows > self.rows:
            raise Unreadable("too_many_rows", where, count=rows, limit=self.rows, name=f"{PREFIX}ROWS")

    def refuse_cells(self, where: str, cells: int) -> None:
        """Raises Unreadable where the values lie so far apart that they would fill the memory."""
        if cells > self.cells:
            raise Unreadable("too_many_cells", where, count=cells, limit=self.cells, name=f"{PREFIX}CELLS")


def limits_in_force() -> Limits:
    """The limits, as QUALITYEDU_MOST_ROWS and its like change them. Raises RequestError for what is no whole number.

    They are in the environment and not only an option, so that the notebooks of a batch know them as well.
    """
    given = {}
    for each in fields(Limits):
        name = f"{PREFIX}{each.name.upper()}"
        if (seen := os.environ.get(name, "").strip()) and not (seen.isascii() and seen.isdigit() and int(seen)):
            raise RequestError("not_whole", name=name, seen=seen)
        if seen:
            given[each.name] = int(seen)
    return Limits(**given)
