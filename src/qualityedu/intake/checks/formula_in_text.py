"""A name or code that a spreadsheet would take for a formula. It is kept as text, and no file that we write runs it."""

from __future__ import annotations

import re

from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.2.0"
STAGE = "content"

# OWASP ASVS 1.2.10 names = + - @, tab and carriage return; a lone dash or a number is no formula.
_FORMULA = re.compile(r"[=@\t\r]|[+-](?=[^\d\s+.-])")


def complaints(reading: Reading) -> list[Complaint]:
    """One for each such text in a column, worth knowing."""
    return [
        reading.complain("formula_in_text", index, name, level="note", column=reading.title(0, name), seen=_short(text))
        for name, column in reading.columns.items()
        if column.kind in ("text", "code") and name in reading.table.columns
        for index, text in reading.table[name].dropna().drop_duplicates().items()
        if isinstance(text, str) and _FORMULA.match(text)
    ]


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
