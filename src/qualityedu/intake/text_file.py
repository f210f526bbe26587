"""Text files: which encoding, which separator, which rows."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter

from qualityedu.intake.sheet import Sheet, Unreadable

__all__ = ["SEPARATORS", "decoded", "text_sheet"]

SEPARATORS = (",", "\t", ";", "，")

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def text_sheet(content: bytes, name: str, lang: str) -> tuple[Sheet, str]:
    """The rows of a text file and the encoding it was read in. Raises Unreadable where either is unclear."""
    text, encoding = decoded(content, name)
    rows = _rows(text, name)
    return Sheet(name, rows, lang, grid=False, even=True), encoding


def decoded(content: bytes, name: str) -> tuple[str, str]:
    """The text and its encoding: by its mark, else strict UTF-8, else GB 18030; never a guess beyond these."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding, name), encoding
    for encoding in ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text, encoding
    raise Unreadable("encoding", name, line=_first_unclear_line(content))


def _strictly(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("encoding", name, line=_first_unclear_line(content)) from None


def _first_unclear_line(content: bytes) -> int:
    if (nothing := content.find(b"\x00")) >= 0:
        return content.count(b"\n", 0, nothing) + 1
    furthest = 0
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError as error:
            furthest = max(furthest, error.start)
    return content.count(b"\n", 0, furthest) + 1


def _rows(text: str, name: str) -> list[list[str]]:
    readings: dict[str, list[list[str]]] = {}
    broken: csv.Error | None = None
    for separator in SEPARATORS:
        try:
            readings[separator] = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
        except csv.Error as error:
            broken = broken or error
    divided = {separator: width for separator, rows in readings.items() if (width := _agreed_width(rows))}
    if not divided:
        if "," not in readings:
            raise Unreadable("quotes", name) from broken
        return readings[","]
    widest, *others = sorted(divided, key=lambda separator: divided[separator], reverse=True)
    # A Chinese comma inside one text column also divides every row, but into far fewer parts.
    if any(divided[other] * 2 > divided[widest] for other in others):
        raise Unreadable("separator", name, first=_shown(widest), second=_shown(others[0]))
    return readings[widest]


def _agreed_width(rows: list[list[str]]) -> int:
    """The width that at least half of the rows with anything in them share; 0 for none."""
    widths = Counter(len(row) for row in rows if any(cell.strip() for cell in row))
    if not widths:
        return 0
    width, count = widths.most_common(1)[0]
    return width if width > 1 and count * 2 >= widths.total() else 0


def _shown(separator: str) -> str:
    return "Tab" if separator == "\t" else separator
