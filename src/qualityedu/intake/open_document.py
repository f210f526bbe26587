"""Workbooks of the kind .ods, read from their XML: the fast reader would show a failed formula as a blank."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from qualityedu.intake.archive import DAMAGE, opened_archive, parsed
from qualityedu.intake.limits import Limits
from qualityedu.intake.open_xml import percent_text
from qualityedu.intake.sheet import FormulaFault, Marks, Merged, Sheet, Unreadable

__all__ = ["open_document_sheets"]

_NAMES = "urn:oasis:names:tc:opendocument:xmlns"
_TABLE, _OFFICE, _TEXT = f"{{{_NAMES}:table:1.0}}", f"{{{_NAMES}:office:1.0}}", f"{{{_NAMES}:text:1.0}}"
_STYLE = f"{{{_NAMES}:style:1.0}}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_GROUPS = tuple(f"{_TABLE}{name}" for name in ("table-row-group", "table-rows", "table-header-rows"))
_COLUMN_GROUPS = tuple(f"{_TABLE}{name}" for name in ("table-column-group", "table-columns", "table-header-columns"))
_ERRORS = ("#", "Err:")


def open_document_sheets(content: bytes, name: str, lang: str, limits: Limits) -> list[Sheet]:
    """The sheets. Raises Unreadable with the reason and the remedy."""
    try:
        with opened_archive(content, name, limits) as archive:
            if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise Unreadable("password", name)
            root = parsed(archive.read("content.xml"))
        hidden = _hidden_styles(root)
        return [_sheet(table, name, lang, hidden, limits) for table in root.iter(f"{_TABLE}table")]
    except DAMAGE:
        raise Unreadable("damaged_workbook", name) from None


def _hidden_styles(root: Element) -> set[str]:
    properties = f"{_STYLE}table-properties"
    return {
        style.get(f"{_STYLE}name", "")
        for style in root.iter(f"{_STYLE}style")
        if any(each.get(f"{_TABLE}display") == "false" for each in style.iter(properties))
    }


@dataclass
class _Grid:
    """The rows found so far, and what was seen of them. `number` is the row that comes next."""

    where: str
    limits: Limits
    rows: list[list[object]] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    blanks: set[tuple[int, int]] = field(default_factory=set)
    filtered: bool = False
    number: int = 0
    widest: int = 0


def _sheet(table: Element, name: str, lang: str, hidden_styles: set[str], limits: Limits) -> Sheet:
    title = table.get(f"{_TABLE}name", "")
    grid = _Grid(f"{name} {title}", limits)
    for row in _rows_of(table):
        _add(row, grid)
    marks = Marks(
        tuple(grid.merged),
        frozenset(grid.hidden),
        frozenset(_hidden_columns(table)),
        grid.filtered,
        frozenset(grid.blanks),
        (),
        grid.number,
    )
    return Sheet(title, grid.rows, lang, hidden=table.get(f"{_TABLE}style-name") in hidden_styles, marks=marks)


def _add(row: Element, grid: _Grid) -> None:
    times, shown, cells = _times(row, "rows"), row.get(f"{_TABLE}visibility", "visible"), _cells(row, grid)
    if shown != "visible" and len(grid.hidden) <= grid.limits.rows:
        grid.hidden.update(range(grid.number, grid.number + min(times, grid.limits.rows)))
        grid.filtered |= shown == "filter"
    if cells:
        grid.widest = max(grid.widest, len(cells))
        # One element may stand for a million rows of a thousand cells, so this comes before they are made.
        grid.limits.refuse_rows(grid.where, grid.number + times)
        grid.limits.refuse_cells(grid.where, (grid.number + times) * grid.widest)
        grid.rows += [[] for _ in range(grid.number - len(grid.rows))]
        grid.rows += [list(cells) for _ in range(times)]
    grid.number += times


def _rows_of(table: Element) -> Iterator[Element]:
    for each in table:
        if each.tag == f"{_TABLE}table-row":
            yield each
        elif each.tag in _GROUPS:
            yield from _rows_of(each)


def _cells(row: Element, grid: _Grid) -> list[object]:
    found: list[tuple[int, object]] = []
    column = 0
    for cell in row:
        if cell.tag not in _CELLS:
            continue
        times, value = _times(cell, "columns"), _value(cell)
        if value is not None:
            grid.limits.refuse_cells(grid.where, column + times)
        _mark(cell, grid, column, value)
        found.append((times, value))
        column += times
    while found and found[-1][1] is None:
        found.pop()
    return [value for times, value in found for _ in range(times)]


def _mark(cell: Element, grid: _Grid, column: int, value: object) -> None:
    down, across = (int(cell.get(f"{_TABLE}number-{way}-spanned", "1")) - 1 for way in ("rows", "columns"))
    if down or across:
        grid.merged.append(Merged(grid.number, column, grid.number + down, column + across))
    if value == "" and cell.get(f"{_TABLE}formula"):
        grid.blanks.add((grid.number, column))


def _times(element: Element, what: str) -> int:
    return int(element.get(f"{_TABLE}number-{what}-repeated", "1"))


def _value(cell: Element) -> object:
    kind = cell.get(f"{_OFFICE}value-type", "")
    words = "\n".join(_words(each) for each in cell.findall(f"{_TEXT}p"))
    calculated = cell.get(f"{_TABLE}formula") is not None
    if calculated and (cell.get(f"{_CALC}value-type") == "error" or words.startswith(_ERRORS)):
        return FormulaFault(words)
    if not kind:
        return FormulaFault("") if calculated else None
    if kind in ("float", "currency", "percentage"):
        value = float(cell.get(f"{_OFFICE}value", "nan"))
        return percent_text(value) if kind == "percentage" else value
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    return words or cell.get(f"{_OFFICE}string-value", "") if kind == "string" else cell.get(f"{_OFFICE}{kind}-value")


def _words(paragraph: Element) -> str:
    inside = {f"{_TEXT}s": " ", f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
    parts = [paragraph.text or ""]
    for each in paragraph:
        times = int(each.get(f"{_TEXT}c", "1"))
        parts += [inside[each.tag] * min(times, 1000) if each.tag in inside else _words(each), each.tail or ""]
    return "".join(parts)


def _hidden_columns(table: Element) -> Iterator[int]:
    place = 0
    for column in _columns_of(table):
        times = _times(column, "columns")
        if column.get(f"{_TABLE}visibility", "visible") != "visible":
            yield from range(place, place + min(times, 1000))
        place += times


def _columns_of(table: Element) -> Iterator[Element]:
    for each in table:
        if each.tag == f"{_TABLE}table-column":
            yield each
        elif each.tag in _COLUMN_GROUPS:
            yield from _columns_of(each)
