"""Which rows of a sheet are units, and the values in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from qualityedu.columns import KEYS, Column
from qualityedu.datasets import Dataset
from qualityedu.errors import DefinitionError, Problem
from qualityedu.intake.cells import Fault, read_cell, written
from qualityedu.intake.headings import Heading, Layout
from qualityedu.intake.reading import Complaint, Reading
from qualityedu.intake.sheet import Sheet
from qualityedu.intake.vocabulary import Vocabulary, folded

__all__ = ["NUMERIC_KINDS", "Sorted", "read_rows", "sort_rows"]

NUMERIC_KINDS = ("year", "count", "amount", "percent", "number")

_TOTAL = re.compile(r"(?:.*(?:合计|小计|总计)|全县|全区|全市|全省|全国|(?:grand|sub)?total)[:：]?")
_FOOTNOTE = re.compile(
    r"(?:注|备注|说明|填表|制表|审核|负责人|单位负责人|联系人|数据来源|notes?\b|sources?\b)", re.IGNORECASE
)


@dataclass(frozen=True)
class Sorted:
    """The rows of a sheet that hold units, how many others there were and why, and what is wrong with rows as such."""

    used: tuple[int, ...]
    left_out: Counter[str]
    complaints: tuple[Complaint, ...]


def sort_rows(number: int, sheet: Sheet, layout: Layout) -> Sorted:
    """Tells the rows of units from blank rows, totals, and what stands below the table."""
    used: list[int] = []
    left_out: Counter[str] = Counter()
    complaints: list[Complaint] = []
    end = _end_of_table(sheet, layout)
    width = _filled_width(sheet.rows[layout.row])
    for row in range(layout.row + 1, len(sheet.rows)):
        reason = _reason(sheet, layout, row, end)
        if not reason and sheet.even and not _is_even(sheet, layout.row, row, width):
            reason = "uneven"
            values: dict[str, object] = {"seen": len(sheet.rows[row]), "wanted": len(sheet.rows[layout.row])}
            complaints.append(Complaint((number, row, 0), Problem("uneven_row", sheet.where(row), values)))
        if reason:
            left_out[reason] += 1
        else:
            used.append(row)
    return Sorted(tuple(used), left_out, tuple(complaints))


def _is_even(sheet: Sheet, heading_row: int, row: int, width: int) -> bool:
    return _filled_width(sheet.rows[row]) <= len(sheet.rows[heading_row]) and len(sheet.rows[row]) >= width


def _filled_width(cells: Sequence[object]) -> int:
    return max((place for place, raw in enumerate(cells, start=1) if written(raw)), default=0)


def _reason(sheet: Sheet, layout: Layout, row: int, end: int) -> str:
    filled = [text for raw in sheet.rows[row] if (text := written(raw))]
    if not filled:
        return "blank"
    if _is_total(sheet, layout, row):
        return "total"
    below = row > end and len(filled) == 1
    return "footnote" if below or _is_footnote(sheet, layout, row, filled) else ""


def _is_total(sheet: Sheet, layout: Layout, row: int) -> bool:
    school = layout.by_column.get("school")
    code = written(sheet.cell(row, school.position)) if school else ""
    if code and not _TOTAL.fullmatch(folded(code)):
        return False
    numeric = {heading.position for heading in layout.headings if heading.named.columns[0].kind in NUMERIC_KINDS}
    texts = [raw for place, raw in enumerate(sheet.rows[row]) if isinstance(raw, str) and place not in numeric]
    return any(_TOTAL.fullmatch(folded(text)) for text in texts)


def _is_footnote(sheet: Sheet, layout: Layout, row: int, filled: list[str]) -> bool:
    if not _FOOTNOTE.match(filled[0]):
        return False
    return not any(
        isinstance(read_cell(sheet.cell(row, heading.position), heading.named.columns[0]), float)
        for heading in layout.headings
    )


def _end_of_table(sheet: Sheet, layout: Layout) -> int:
    for row in range(len(sheet.rows) - 1, layout.row, -1):
        filled = [text for raw in sheet.rows[row] if (text := written(raw))]
        if len(filled) > 1 and not _is_footnote(sheet, layout, row, filled):
            return row
    return layout.row


def read_rows(
    sheets: list[Sheet], layouts: list[Layout], rows: list[tuple[int, ...]], vocabulary: Vocabulary
) -> tuple[Reading, list[Complaint]]:
    """The values of the given rows of each sheet, and a complaint for each cell that could not be read."""
    columns = {name: column for layout in layouts for name, column in layout.columns.items()}
    columns |= {name: vocabulary.column(name) for name in vocabulary.dataset.constants}
    complaints: list[Complaint] = []
    faulty: set[tuple[int, int, str]] = set()
    frames, places = [], []
    for number, (sheet, layout, used) in enumerate(zip(sheets, layouts, rows, strict=True)):
        values: dict[str, list[object]] = {}
        for name, heading in layout.by_column.items():
            values[name] = []
            for row, value in zip(used, _column(sheet, heading, columns[name], used), strict=True):
                if isinstance(value, Fault):
                    complaints.append(_cell_complaint(number, row, sheet, heading, value))
                    faulty.add((number, row, name))
                    value = None
                values[name].append(value)
        frames.append(pd.DataFrame(values, index=range(len(used)), dtype=object))
        places.append(pd.DataFrame({"sheet": number, "row": list(used)}, dtype="int64"))
    table = pd.concat(frames, ignore_index=True)
    for name, constant in _constants(vocabulary).items():
        table[name] = pd.Series([constant] * len(table), dtype=object)
    reading = Reading(
        vocabulary.dataset,
        sheets[0].lang,
        tuple(sheets),
        tuple(layouts),
        columns,
        _typed(table, columns),
        pd.concat(places, ignore_index=True),
        frozenset(faulty),
    )
    return reading, complaints


def _column(sheet: Sheet, heading: Heading, column: Column, rows: tuple[int, ...]) -> Iterator[object]:
    factor = 1 if heading.named.factor is None else heading.named.factor
    known: dict[tuple[type, object], object] = {}
    for row in rows:
        raw = sheet.cell(row, heading.position)
        try:
            key = (type(raw), raw)  # without its type, TRUE would be found under 1
            if key not in known:
                known[key] = read_cell(raw, column, factor)
            yield known[key]
        except TypeError:  # a list in a data frame cannot be a key
            yield read_cell(raw, column, factor)


def _cell_complaint(number: int, row: int, sheet: Sheet, heading: Heading, fault: Fault) -> Complaint:
    values: dict[str, object] = {"heading": heading.text, **fault.values}
    if fault.key == "not_a_choice":
        values["choices"] = _choices(heading.named.columns[0], sheet.lang)
    where = sheet.where(row, heading.position, heading.text)
    return Complaint((number, row, heading.position), Problem(fault.key, where, values))


def _choices(column: Column, lang: str) -> str:
    choices = column.choices or {}
    return "、".join(words[0] for words in choices.values()) if lang == "zh" else ", ".join(choices)


def _constants(vocabulary: Vocabulary) -> dict[str, object]:
    dataset: Dataset = vocabulary.dataset
    read = {name: read_cell(value, vocabulary.column(name)) for name, value in dataset.constants.items()}
    for name, value in read.items():
        if isinstance(value, Fault):
            raise DefinitionError(f"{dataset.id}.toml: [constants] {name}: {dataset.constants[name]!r} cannot be read.")
    return read


def _typed(table: pd.DataFrame, columns: dict[str, Column]) -> pd.DataFrame:
    kinds = {name: "float64" if columns[name].kind in NUMERIC_KINDS else "str" for name in table.columns}
    order = [*(name for name in KEYS if name in table), *(name for name in table if name not in KEYS)]
    return table.astype(kinds)[order]
