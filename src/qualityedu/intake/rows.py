"""The values in the rows of units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from qualityedu.columns import KEYS, Column
from qualityedu.datasets import Dataset
from qualityedu.errors import DefinitionError, Problem
from qualityedu.intake.cells import Fault, Missing, Taken, read_cell, value_of
from qualityedu.intake.headings import Heading, Layout
from qualityedu.intake.reading import At, Complaint, Reading
from qualityedu.intake.sheet import Sheet
from qualityedu.intake.sorting import NUMERIC_KINDS
from qualityedu.intake.vocabulary import Vocabulary

__all__ = ["read_rows"]


def read_rows(
    sheets: list[Sheet], layouts: list[Layout], rows: list[tuple[int, ...]], vocabulary: Vocabulary
) -> tuple[Reading, list[Complaint]]:
    """The values of the given rows of each sheet, and a complaint for each cell that could not be read."""
    columns = {name: column for layout in layouts for name, column in layout.columns.items()}
    columns |= {name: vocabulary.column(name) for name in vocabulary.dataset.constants}
    complaints: list[Complaint] = []
    faulty: set[tuple[int, int, str]] = set()
    taken: list[tuple[At, Taken]] = []
    missing: list[tuple[At, Missing]] = []
    frames, places = [], []
    for number, (sheet, layout, used) in enumerate(zip(sheets, layouts, rows, strict=True)):
        values: dict[str, list[object]] = {}
        for name, heading in layout.by_column.items():
            values[name] = []
            units = vocabulary.units(columns[name])
            for row, cell in zip(used, _column(sheet, heading, columns[name], used, units), strict=True):
                if isinstance(cell, Fault):
                    complaints.append(_cell_complaint(number, row, sheet, heading, cell))
                    faulty.add((number, row, name))
                elif isinstance(cell, Taken):
                    taken.append(((number, row, name), cell))
                elif isinstance(cell, Missing):
                    missing.append(((number, row, name), cell))
                values[name].append(value_of(cell))
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
        tuple(taken),
        tuple(missing),
    )
    return reading, complaints


def _column(
    sheet: Sheet, heading: Heading, column: Column, rows: tuple[int, ...], units: Mapping[str, float]
) -> Iterator[object]:
    factor = 1 if heading.named.factor is None else heading.named.factor
    known: dict[tuple[type, object], object] = {}
    for row in rows:
        raw = sheet.cell(row, heading.position)
        try:
            key = (type(raw), raw)  # without its type, TRUE would be found under 1
            if key not in known:
                known[key] = read_cell(raw, column, factor, units)
            yield known[key]
        except TypeError:  # a list in a data frame cannot be a key
            yield read_cell(raw, column, factor, units)


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
        if isinstance(value, (Fault, Taken, Missing)):
            raise DefinitionError(f"{dataset.id}.toml: [constants] {name}: {dataset.constants[name]!r} cannot be read.")
    return read


def _typed(table: pd.DataFrame, columns: dict[str, Column]) -> pd.DataFrame:
    kinds = {name: "float64" if columns[name].kind in NUMERIC_KINDS else "str" for name in table.columns}
    order = [*(name for name in KEYS if name in table), *(name for name in table if name not in KEYS)]
    return table.astype(kinds)[order]
