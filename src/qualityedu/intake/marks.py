"""What the values of an .xlsx sheet do not tell: failed formulas, percent signs, merged and hidden cells, filters."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from qualityedu.intake.sheet import FormulaFault, Marks, Merged

__all__ = ["Seen", "position", "seen_in"]

_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
# Another workbook stands in square brackets before the name of its sheet.
_ANOTHER_BOOK = re.compile(r"\[[^\]]+\][^!,;()]*!")
_TRUE = ("1", "true")
_LAST_COLUMN = 16_384


@dataclass
class Seen:
    """What one pass over a sheet found; places are rows and columns counted from 0.

    `cells` are those whose meaning is not their value: failed formulas, and numbers shown in percent as their style.
    `rows` and `columns` reach to the last cell with a value.
    """

    faults: dict[tuple[int, int], FormulaFault] = field(default_factory=dict)
    percents: set[tuple[int, int]] = field(default_factory=set)
    calculated_blanks: set[tuple[int, int]] = field(default_factory=set)
    linked: list[tuple[int, int]] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    filtered: bool = False
    formatted_rows: int = 0
    rows: int = 0
    columns: int = 0

    def marks(self) -> Marks:
        """The part of it that a sheet keeps."""
        return Marks(
            tuple(self.merged),
            frozenset(self.hidden_rows),
            frozenset(self.hidden_columns),
            self.filtered,
            frozenset(self.calculated_blanks),
            tuple(self.linked),
            self.formatted_rows,
        )


def position(address: str) -> tuple[int, int] | None:
    """The row and column of an address such as H4, counted from 0; None for what is no address."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def seen_in(content: bytes, percent_styles: frozenset[str]) -> Seen:
    """What the XML of a sheet says. Raises expat.ExpatError where it is damaged."""
    reader = _Reader(percent_styles)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.Parse(content, True)
    return reader.seen


class _Reader:
    """Follows the elements of one sheet from the first to the last."""

    def __init__(self, percent_styles: frozenset[str]) -> None:
        self.seen = Seen()
        self._percent_styles = percent_styles
        self._row, self._column = -1, -1
        self._kind, self._style = "n", "0"
        self._formula: str | None = None
        self._words = ""
        self._names: dict[str, tuple[Callable[[dict[str, str]], None] | None, Callable[[], None] | None]] = {}
        self._filled = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        opened = self._handlers(name)[0]
        if opened:
            opened(attributes)

    def end(self, name: str) -> None:
        closed = self._handlers(name)[1]
        if closed:
            closed()

    def text(self, words: str) -> None:
        self._words += words

    def _handlers(self, name: str) -> tuple[Callable[[dict[str, str]], None] | None, Callable[[], None] | None]:
        if name not in self._names:
            local = name.rpartition(":")[2]
            opened = {
                "row": self._open_row,
                "c": self._open_cell,
                "f": self._open_words,
                "v": self._open_words,
                "is": self._open_words,
                "col": self._open_column,
                "mergeCell": self._open_merged,
                "filterColumn": self._open_filter,
            }.get(local)
            closed = {"c": self._close_cell, "f": self._close_formula}.get(local)
            self._names[name] = opened, closed
        return self._names[name]

    def _open_row(self, said: dict[str, str]) -> None:
        self._row = int(said["r"]) - 1 if "r" in said else self._row + 1
        self._column = -1
        self.seen.formatted_rows = max(self.seen.formatted_rows, self._row + 1)
        if said.get("hidden") in _TRUE:
            self.seen.hidden_rows.add(self._row)

    def _open_cell(self, said: dict[str, str]) -> None:
        place = position(said["r"]) if "r" in said else None
        self._row, self._column = place or (self._row, self._column + 1)
        self._kind, self._style = said.get("t", "n"), said.get("s", "0")
        self._formula, self._words = None, ""

    def _open_words(self, said: dict[str, str]) -> None:
        self._words = ""

    def _close_formula(self) -> None:
        self._formula, self._words = self._words, ""

    def _close_cell(self) -> None:
        seen, place, value = self.seen, (self._row, self._column), self._words.strip()
        calculated = self._formula is not None
        if calculated and not value:
            if self._kind == "str":
                seen.calculated_blanks.add(place)
            else:
                seen.faults[place] = FormulaFault("")
        elif self._kind == "e":
            seen.faults[place] = FormulaFault(value)
        elif self._style in self._percent_styles and self._kind == "n" and value:
            seen.percents.add(place)
        if self._formula and "[" in self._formula and _ANOTHER_BOOK.search(self._formula):
            seen.linked.append(place)
        if value or calculated:
            seen.rows, seen.columns = max(seen.rows, self._row + 1), max(seen.columns, self._column + 1)

    def _open_column(self, said: dict[str, str]) -> None:
        if said.get("hidden") in _TRUE:
            first, last = int(said.get("min", "1")), int(said.get("max", "1"))
            self.seen.hidden_columns.update(range(first - 1, min(last, _LAST_COLUMN)))

    def _open_merged(self, said: dict[str, str]) -> None:
        first, _, last = said.get("ref", "").partition(":")
        corner, other = position(first), position(last or first)
        if corner and other and other > corner:
            self.seen.merged.append(Merged(*corner, *other))

    def _open_filter(self, said: dict[str, str]) -> None:
        self.seen.filtered = True
