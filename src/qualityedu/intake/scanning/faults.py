"""Where a scan broke off: the file and the row group, or the line, that cannot be read."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from qualityedu.columns import COLUMNS
from qualityedu.errors import Problem
from qualityedu.intake.scanning.files import TableFile, is_number, is_word

__all__ = ["faults_inside"]


def faults_inside(files: Iterable[TableFile]) -> list[Problem]:
    """Every row group that cannot be decoded, and in text files the first cell of a column that is no number.

    Reads everything once more, so it is for after an engine gave up.
    """
    return [problem for file in files for problem in (_groups(file) if file.format == "parquet" else _cells(file))]


def _groups(file: TableFile) -> Iterator[Problem]:
    with pq.ParquetFile(file.path) as opened:
        for group in range(opened.num_row_groups):
            try:
                opened.read_row_group(group, columns=list(file.headings.values()))
            except (pa.ArrowException, OSError):
                yield Problem("scan_group", file.path.name, {"group": group + 1, "groups": opened.num_row_groups})


def _cells(file: TableFile) -> Iterator[Problem]:
    numbers = {
        heading: name for name, heading in file.headings.items() if not (name in COLUMNS and is_word(COLUMNS[name]))
    }
    said: set[str] = set()
    with file.path.open(encoding="utf-8-sig", newline="") as lines:
        for line, row in enumerate(csv.DictReader(lines), start=2):
            for heading in numbers:
                value = row.get(heading)
                if heading not in said and value and not is_number(value):
                    said.add(heading)
                    yield Problem("scan_cell", file.path.name, {"line": line, "heading": heading, "seen": value[:40]})
