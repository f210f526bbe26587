"""Which files a table of many files is made of, and what each holds, told from its schema alone."""

from __future__ import annotations

import csv
import glob
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from qualityedu.columns import KEYS, Column
from qualityedu.errors import Problem, RequestError
from qualityedu.intake.vocabulary import Vocabulary

__all__ = ["TableFile", "is_number", "is_text", "is_word", "look", "table_files", "text_in", "unreadable"]

_FORMATS = {".parquet": "parquet", ".csv": "csv"}


@dataclass(frozen=True)
class TableFile:
    """One file of a table: the heading and the factor to our unit for each column of ours that it holds.

    `lacking` are the columns among the keys that it does not have, `unknown` the headings that nobody declared.
    `rows` is 0 where only reading would tell.
    """

    path: Path
    format: str
    headings: dict[str, str] = field(default_factory=dict)
    factors: dict[str, float] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    rows: int = 0
    problems: tuple[Problem, ...] = ()


def table_files(patterns: Iterable[str]) -> list[Path]:
    """The files that paths, folders and patterns such as `data/**/*.parquet` stand for, in the order of their names.

    Raises RequestError where one of them stands for no file, or for one that is neither Parquet nor CSV.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        place = Path(pattern)
        if place.is_dir():
            files = sorted(each for each in place.rglob("*") if each.suffix.lower() in _FORMATS)
        else:
            matched = glob.glob(pattern, recursive=True)  # noqa: PTH207 a pattern may begin anywhere, at a drive as well
            files = [Path(each) for each in sorted(matched) if Path(each).is_file()]
        if not files:
            raise RequestError("scan_no_files", pattern=pattern)
        found |= dict.fromkeys(files)
    other = [path for path in found if path.suffix.lower() not in _FORMATS]
    if other:
        raise RequestError("scan_format", name=other[0].name, known=", ".join(sorted(_FORMATS)))
    return list(found)


def look(path: Path, vocabulary: Vocabulary) -> TableFile:
    """What a file holds, and what stands in the way of its being added up: told from its schema, not from its rows.

    A file that cannot be opened, lacks a key, holds a code as a number or a number as text has `problems`; each names
    the file, and the row group where one is at fault.
    """
    kind = _FORMATS[path.suffix.lower()]
    return _parquet(path, vocabulary) if kind == "parquet" else _csv(path, vocabulary)


def is_word(column: Column) -> bool:
    """Whether a column holds words: a code, a name, a choice."""
    return column.kind in ("code", "text", "choice")


def _parquet(path: Path, vocabulary: Vocabulary) -> TableFile:
    try:
        with pq.ParquetFile(path) as opened:
            schema, rows = opened.schema_arrow, opened.metadata.num_rows
    except (pa.ArrowException, OSError):
        return TableFile(path, "parquet", problems=(unreadable(path),))
    headings, factors, unknown, problems = _named(path, schema.names, vocabulary)
    for name, heading in headings.items():
        column, held = vocabulary.column(name), schema.field(heading).type
        if is_word(column) and not is_text(held):
            problems.append(_problem("scan_code", path, heading=heading))
        elif not is_word(column) and is_text(held):
            problems.append(text_in(path, heading))
    return TableFile(path, "parquet", headings, factors, unknown, rows, tuple(problems))


def _csv(path: Path, vocabulary: Vocabulary) -> TableFile:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            first = next(csv.reader(lines), [])
    except UnicodeDecodeError:
        return TableFile(path, "csv", problems=(_problem("scan_encoding", path),))
    except OSError:
        return TableFile(path, "csv", problems=(unreadable(path),))
    headings, factors, unknown, problems = _named(path, first, vocabulary)
    return TableFile(path, "csv", headings, factors, unknown, 0, tuple(problems))


def _named(
    path: Path, names: Sequence[str], vocabulary: Vocabulary
) -> tuple[dict[str, str], dict[str, float], tuple[str, ...], list[Problem]]:
    headings: dict[str, str] = {}
    factors: dict[str, float] = {}
    unknown, problems = [], []
    for heading in names:
        said = vocabulary.meaning(heading)
        if said is None:
            unknown += [] if heading.startswith("__index_level_") else [heading]  # pandas keeps its index so
            continue
        if said.factor is None:
            problems.append(_problem("scan_unit", path, heading=heading, unit=said.unit))
        for column in said.columns:
            if column.name in headings:
                problems.append(_problem("scan_twice", path, heading=heading, other=headings[column.name]))
            headings[column.name], factors[column.name] = heading, said.factor or 1
    constant = vocabulary.dataset.constants
    lacking = [name for name in KEYS if name not in headings and name not in constant]
    if lacking:
        problems.append(_problem("scan_lacking", path, columns=", ".join(lacking), seen=", ".join(map(str, names[:8]))))
    return headings, factors, tuple(unknown), problems


def is_text(held: pa.DataType) -> bool:
    """Whether a column of such a type is text, coded or not."""
    inner = held.value_type if pa.types.is_dictionary(held) else held
    return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner) or pa.types.is_string_view(inner))


def text_in(path: Path, heading: str) -> Problem:
    """A number kept as text, with the first row group and value that is none, where there is one."""
    with pq.ParquetFile(path) as opened:
        for group in range(opened.num_row_groups):
            held = opened.read_row_group(group, columns=[heading]).column(0).unique().to_pylist()
            strange = next((value for value in held if value is not None and not is_number(value)), None)
            if strange is not None:
                return _problem("scan_text", path, group=group + 1, heading=heading, seen=str(strange)[:40])
    return _problem("scan_text_throughout", path, heading=heading)


def is_number(value: object) -> bool:
    """Whether a value can be read as a number."""
    try:
        float(str(value))
    except ValueError:
        return False
    return True


def unreadable(path: Path) -> Problem:
    """A file that cannot be opened, or that holds nothing."""
    empty = path.exists() and path.stat().st_size == 0
    return _problem("scan_empty" if empty else "scan_unreadable", path)


def _problem(key: str, path: Path, **values: object) -> Problem:
    return Problem(key, path.name, values)
