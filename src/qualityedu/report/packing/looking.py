"""One region of a pack that is being made: what it holds, what is to be mended, and the mark of its rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from qualityedu.columns import KEYS
from qualityedu.datasets import Dataset
from qualityedu.datasets.pack import PackedRegion
from qualityedu.errors import Problem, refusing
from qualityedu.report.contents import mark_of, marks_of, names_of
from qualityedu.report.fingerprints import hash_of, hash_of_reader, sha256
from qualityedu.report.packing.sorting import write_table

__all__ = ["Looked", "look_at", "reader_of"]


@dataclass(frozen=True)
class Looked:
    """What was found of a region: its `columns` are those that it fills as the intake reads it."""

    code: str
    region: PackedRegion
    columns: tuple[str, ...]


def reader_of(dataset: Dataset, *, checked: bool) -> str:
    """The fingerprint of what looks at a region: while it is the same, so is what it finds in the same bytes."""
    own = sha256(Path(__file__))
    return hash_of([hash_of_reader(), own, dataset.unit, dataset.country, dataset.lang, checked])


def look_at(code: str, path: Path, dataset: Dataset, *, checked: bool, read: Path, lang: str) -> Looked:
    """Look at the file of one region, with the ordinary intake where it is to be `checked`.

    Where the intake reads the rows of a region otherwise than they stand, what it reads is put into the folder `read`.
    """
    with pq.ParquetFile(path, pre_buffer=False) as opened:
        packed: pd.DataFrame = opened.read(use_threads=False).to_pandas(use_threads=False)
    # Headings and constants of the description are in the file by now, under our names.
    own = replace(dataset, table=path, columns={}, constants={})
    table, problems = _checked(own, lang) if checked else (packed, [])
    otherwise = not problems and not _same(table, packed)
    if otherwise and len(table):
        write_table(pa.Table.from_pandas(table, preserve_index=False), read / path.name)
    held = packed if problems else table
    found = PackedRegion(
        names=names_of(held) if len(held) else {},
        units={str(int(year)): int(count) for year, count in held.groupby("year").size().items()} if len(held) else {},
        marks=_marks(packed),
        sha256=sha256(path),
        to_mend=tuple(_plain(each) for each in problems),
        read_otherwise=otherwise,
    )
    return Looked(code, found, tuple(held.columns) if len(held) else ())


def _checked(dataset: Dataset, lang: str) -> tuple[pd.DataFrame, list[Problem]]:
    from qualityedu.intake import check

    intake = check(dataset, lang=lang)
    return intake.table, refusing(intake.problems)


def _same(table: pd.DataFrame, packed: pd.DataFrame) -> bool:
    names = list(packed.columns)
    return set(names) == set(table.columns) and bool(table[names].equals(packed))


def _marks(packed: pd.DataFrame) -> dict[str, str]:
    marked = packed[list(KEYS)].assign(_mark=marks_of(packed))
    return {str(int(year)): mark_of(rows["_mark"].tolist()) for year, rows in marked.groupby("year")}


def _plain(problem: Problem) -> Problem:
    """A problem that JSON can hold: what its sentence quotes as a number or as text."""
    values = {name: _plain_value(each) for name, each in problem.values.items()}
    return replace(problem, values=values)


def _plain_value(value: object) -> object:
    if isinstance(value, (str, bool, int, float)) or value is None:
        return value
    return value.item() if hasattr(value, "item") else str(value)
