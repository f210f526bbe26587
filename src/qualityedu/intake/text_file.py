"""Text files: which separator, which rows, and what was put right on the way."""

from __future__ import annotations

import csv
import io
from collections import Counter

from qualityedu.errors import Problem
from qualityedu.intake.encoding import decoded
from qualityedu.intake.limits import Limits
from qualityedu.intake.sheet import Sheet, Unreadable

__all__ = ["SEPARATORS", "text_sheet"]

SEPARATORS = (",", "\t", ";", "，")

_CODECS = {"gb18030": "GB 18030", "utf-16": "UTF-16"}


def text_sheet(content: bytes, name: str, lang: str, limits: Limits) -> tuple[Sheet, str, list[Problem]]:
    """The rows of a text file, its encoding, and a line for each thing that had to be found out.

    Raises Unreadable where encoding or separator is unclear.
    """
    text, encoding = decoded(content, name)
    # Line breaks inside cells make more lines than rows, but never so many.
    limits.refuse_rows(name, text.count("\n") // 10)
    separator, rows = _rows(text, name)
    limits.refuse_rows(name, len(rows))
    return Sheet(name, rows, lang, grid=False, even=True), encoding, _repairs(name, encoding, separator, rows)


def _repairs(name: str, encoding: str, separator: str, rows: list[list[str]]) -> list[Problem]:
    found = []
    if encoding == "utf-8-sig":
        found.append(Problem("mark_stripped", name, {}, "repaired", name))
    if encoding in _CODECS:
        found.append(Problem("encoding_read", name, {"encoding": _CODECS[encoding]}, "repaired", name))
    if separator != ",":
        found.append(Problem("separator_read", name, {"separator": _shown(separator)}, "repaired", name))
    broken = sum("\n" in cell.strip() or "\r" in cell.strip() for row in rows for cell in row)
    if broken:
        found.append(Problem("line_breaks", name, {"count": broken}, "repaired", name))
    return found


def _rows(text: str, name: str) -> tuple[str, list[list[str]]]:
    readings: dict[str, list[list[str]]] = {}
    broken: csv.Error | None = None
    for separator in SEPARATORS:
        if separator != "," and separator not in text:
            continue
        try:
            readings[separator] = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
        except csv.Error as error:
            broken = broken or error
    divided = {separator: width for separator, rows in readings.items() if (width := _agreed_width(rows))}
    if not divided:
        if "," not in readings:
            raise Unreadable("quotes", name, level="mend") from broken
        return ",", readings[","]
    widest, *others = sorted(divided, key=lambda separator: divided[separator], reverse=True)
    # A Chinese comma inside one text column also divides every row, but into far fewer parts.
    if any(divided[other] * 2 > divided[widest] for other in others):
        raise Unreadable("separator", name, level="mend", first=_shown(widest), second=_shown(others[0]))
    return widest, readings[widest]


def _agreed_width(rows: list[list[str]]) -> int:
    """The width that at least half of the rows with anything in them share; 0 for none."""
    widths = Counter(len(row) for row in rows if any(cell.strip() for cell in row))
    if not widths:
        return 0
    width, count = widths.most_common(1)[0]
    return width if width > 1 and count * 2 >= widths.total() else 0


def _shown(separator: str) -> str:
    return "Tab" if separator == "\t" else separator
