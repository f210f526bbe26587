"""A row in which the office gives difference coefficients that it worked out itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from qualityedu.indicators import catalogue
from qualityedu.intake.cells import read_cell, value_of, written
from qualityedu.intake.coefficient import Comparison, compare_coefficient
from qualityedu.intake.headings import Heading
from qualityedu.intake.reading import Complaint, Reading
from qualityedu.intake.vocabulary import folded
from qualityedu.measures import Ratio
from qualityedu.text import number

SINCE = "0.2.0"
STAGE = "content"

_LABEL = re.compile(r".*(?:差异系数|变异系数)[:：]?|(?:difference)?coefficient(?:ofvariation)?[:：]?")
# Looked for first: to fold every text of a large table takes longer than all else here.
_WORDS = ("系数", "oefficient", "OEFFICIENT")
_PLAIN = re.compile(r"[0-9]*\.?[0-9]+(?:%|％)?")
_FEWEST = 3
# A spreadsheet keeps all digits of what it works out; more than these say nothing to a reader.
_LONGEST = 8


def complaints(reading: Reading) -> list[Complaint]:
    """One for each figure that is not ours, with ours and the reason where one of the usual ones gives it."""
    if not {"pupils"} <= set(reading.table.columns):
        return []
    found = []
    for sheet, row, rows in _rows(reading):
        for name, heading in reading.layouts[sheet].by_column.items():
            seen = written(reading.sheets[sheet].cell(row, heading.position))
            if not _PLAIN.fullmatch(seen) or not (indicator := _indicator(name)):
                continue
            compared = _compared(reading, name, heading, rows, seen)
            if compared is None or compared.cause == "same":
                continue
            shown = seen if len(seen) <= _LONGEST else number(float(seen.rstrip("%％")), reading.lang, 4)
            quoted = {"heading": heading.text, "seen": shown, "ours": number(compared.ours, reading.lang, 4)}
            title = catalogue()[indicator].title[reading.lang]
            key = f"own_coefficient_{compared.cause}"
            found.append(reading.complain_of_cell(key, (sheet, row, name), level="note", indicator=title, **quoted))
    return found


def _rows(reading: Reading) -> Iterator[tuple[int, int, pd.Index]]:
    """Each such row: its sheet, its place, and the rows of the table that it stands under."""
    for number_of, sheet in enumerate(reading.sheets):
        earlier = reading.layouts[number_of].row
        places = reading.at[reading.at["sheet"] == number_of]["row"]
        for row in range(earlier + 1, len(sheet.rows)):
            if any(isinstance(raw, str) and _is_label(raw) for raw in sheet.rows[row]):
                above = places[(places > earlier) & (places < row)].index
                if len(above) >= _FEWEST:
                    yield number_of, row, above
                    earlier = row


def _is_label(text: str) -> bool:
    return any(word in text for word in _WORDS) and _LABEL.fullmatch(folded(text)) is not None


def _compared(reading: Reading, name: str, heading: Heading, rows: pd.Index, seen: str) -> Comparison | None:
    pupils, values = reading.table["pupils"].loc[rows], reading.table[name].loc[rows]
    if ((values > 0) & (pupils > 0)).sum() < _FEWEST:
        return None
    stated = name in catalogue()
    totals = values * pupils if stated else values
    sign = seen[-1] in "%％"
    figure = float(seen.rstrip("%％")) / (100 if sign else 1)
    decimals = len(seen.rstrip("%％").partition(".")[2]) + (2 if sign else 0)
    as_written = None if stated else _as_written(reading, name, heading, rows)
    return compare_coefficient(figure, totals, pupils, unsplit=as_written, tolerance=0.500001 * 10**-decimals)


def _as_written(reading: Reading, name: str, heading: Heading, rows: pd.Index) -> list[float]:
    """The column as its cells give it, before anything was shared out between stages."""
    factor = 1 if heading.named.factor is None else heading.named.factor
    cells = []
    for index in rows:
        sheet, row = reading.place(index)
        cell = value_of(read_cell(reading.sheets[sheet].cell(row, heading.position), reading.columns[name], factor))
        cells.append(cell if isinstance(cell, float) else np.nan)
    return cells


def _indicator(name: str) -> str:
    """The indicator per pupil whose value, or whose numerator, the column is; empty where there is none."""
    for each in catalogue().values():
        value = each.value
        if isinstance(value, Ratio) and value.denominator == "pupils" and name in (each.id, value.numerator):
            return each.id
    return ""
