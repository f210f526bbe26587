"""A name or code that holds the markup of a web page. It is kept as text, and written as text everywhere."""

from __future__ import annotations

import re

from qualityedu.intake.reading import Complaint, Reading

SINCE = "0.2.0"
STAGE = "content"

_MARKUP = re.compile(r"<[a-zA-Z!/?]|&(?:#[0-9]+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});|javascript:", re.IGNORECASE)


def complaints(reading: Reading) -> list[Complaint]:
    """One for each such text in a column, to be confirmed: a name seldom has angle brackets."""
    return [
        reading.complain("markup_in_text", index, name, level="ask", column=reading.title(0, name), seen=_short(text))
        for name, column in reading.columns.items()
        if column.kind in ("text", "code") and name in reading.table.columns
        for index, text in reading.table[name].dropna().drop_duplicates().items()
        if isinstance(text, str) and _MARKUP.search(text)
    ]


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
