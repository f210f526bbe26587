"""The description of a data set, as it goes into a report's folder: beside its table, and naming no other place."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["keep_description"]

_TABLE = re.compile(r"""^(\s*table\s*=\s*)(?:"[^"\n]*"|'[^'\n]*')""", re.MULTILINE)


def keep_description(source: Path, into: Path, *, table: str) -> Path:
    """Write a description (.toml) into a folder in which its table lies as `table`, and say where it is.

    Only the place of the table is another; what is said of the data stays to the letter.
    """
    text = source.read_text(encoding="utf-8")
    kept = into / source.name
    named = table.replace("\\", "\\\\").replace('"', '\\"')
    kept.write_text(_TABLE.sub(lambda match: f'{match[1]}"{named}"', text, count=1), encoding="utf-8", newline="\n")
    return kept
