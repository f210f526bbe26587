"""Rows or columns of data that whoever sent the table may not have seen: hidden by hand or by a filter."""

from __future__ import annotations

from qualityedu.errors import Problem
from qualityedu.intake.reading import Complaint, Reading
from qualityedu.intake.row_numbers import listed_rows

SINCE = "0.1.0"
STAGE = "structure"


def complaints(reading: Reading) -> list[Complaint]:
    """One question for the rows and one for the columns of each sheet; they are read all the same."""
    found = []
    rows_of = reading.at.groupby("sheet")["row"].apply(list).to_dict()
    separator = "、" if reading.lang == "zh" else ", "
    for number, (sheet, layout) in enumerate(zip(reading.sheets, reading.layouts, strict=True)):
        hidden = [row for row in rows_of.get(number, []) if row in sheet.marks.hidden_rows]
        if hidden:
            key = "rows_filtered" if sheet.marks.filtered else "rows_hidden"
            rows: dict[str, object] = {"count": len(hidden), "rows": listed_rows(sheet, hidden)}
            found.append(Complaint((number, hidden[0], 0), Problem(key, sheet.where(hidden[0]), rows, "ask")))
        unseen = [each for each in layout.headings if each.position in sheet.marks.hidden_columns]
        if unseen:
            words = separator.join(f"“{each.text}”" for each in unseen)
            where = sheet.where(layout.row, unseen[0].position, unseen[0].text)
            problem = Problem("columns_hidden", where, {"count": len(unseen), "headings": words}, "ask")
            found.append(Complaint((number, layout.row, unseen[0].position), problem))
    return found
