"""The rows of all files sorted by an engine that spills to disk, and cut into a file for each region."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qualityedu.columns import COLUMNS, KEYS
from qualityedu.errors import RequestError
from qualityedu.intake.scanning.files import is_word

__all__ = ["Tally", "tables_by_region", "tally", "write_table"]

# As many rows are handed over at a time: some tens of megabytes.
_BATCH = 65_536
_CODE = re.compile(r"[A-Za-z0-9-]+")
_QUOTED = 8


@dataclass(frozen=True)
class Tally:
    """How many rows each region has, and the years of the table."""

    rows: dict[str, int]
    years: list[int]

    @property
    def total(self) -> int:
        """The rows of all regions."""
        return sum(self.rows.values())


def tally(frame: Any) -> Tally:
    """Count the rows of a DuckDB relation by region.

    Raises RequestError for rows without a key, for codes of regions that cannot be the name of a file everywhere, and
    where there are no rows.
    """
    lacking = " OR ".join([*(f"coalesce({name}, '') = ''" for name in ("region", "school", "stage")), "year IS NULL"])
    counted = f"region, year, count(*) AS units, count(*) FILTER ({lacking}) AS lacking"
    groups = frame.aggregate(counted, "region, year").fetchall()
    if not groups:
        raise RequestError("pack_no_rows")
    if count := sum(each[3] for each in groups):
        first = frame.filter(lacking).select(*KEYS).limit(1).fetchall()[0]
        seen = ", ".join(
            f"{name}={'—' if each in (None, '') else each}" for name, each in zip(KEYS, first, strict=True)
        )
        raise RequestError("pack_key_lacking", count=count, seen=seen)
    rows: dict[str, int] = {}
    for region, _, units, _ in sorted(groups):
        rows[region] = rows.get(region, 0) + units
    _refuse_codes(list(rows))
    return Tally(rows, sorted({int(each[1]) for each in groups}))


def tables_by_region(frame: Any) -> Iterator[tuple[str, pa.Table]]:
    """The rows of a DuckDB relation, region after region in the order of their codes; one region is held at a time."""
    reader = frame.order("region").to_arrow_reader(_BATCH)
    code, held = "", list[pa.RecordBatch]()
    try:
        for batch in reader:
            start = 0
            runs = pc.run_end_encode(batch.column("region").cast(pa.string()))
            for region, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True):
                if region != code and held:
                    yield code, pa.Table.from_batches(held)
                    held = []
                code = region
                held.append(batch.slice(start, end - start))
                start = end
    finally:
        reader.close()
    if held:
        yield code, pa.Table.from_batches(held)


def write_table(table: pa.Table, path: Path) -> None:
    """Write the rows of a region, the same bytes for the same rows: sorted, with the columns that it fills."""
    filled = [name for name in table.column_names if table.column(name).null_count < len(table)]
    names = sorted(filled, key=[*KEYS, *COLUMNS, *sorted(set(filled) - set(COLUMNS))].index)
    rows = _sorted(table.select(names).cast(pa.schema([(name, _type(name)) for name in names])))
    pq.write_table(rows.combine_chunks().replace_schema_metadata(None), path, compression="zstd")


def _type(name: str) -> pa.DataType:
    if name in COLUMNS and is_word(COLUMNS[name]):
        return pa.string()
    return pa.int64() if name in COLUMNS and COLUMNS[name].kind == "year" else pa.float64()


def _sorted(table: pa.Table) -> pa.Table:
    keys = list(KEYS)
    distinct = table.select(keys).group_by(keys).aggregate([]).num_rows
    # Where a unit stands there twice its other columns decide, or the order of the files would show.
    names = keys if distinct == len(table) else [*keys, *(name for name in table.column_names if name not in keys)]
    return table.sort_by([(name, "ascending") for name in names])


def _refuse_codes(codes: list[str]) -> None:
    if strange := [code for code in codes if not _CODE.fullmatch(code)]:
        quoted = ", ".join(repr(code) for code in strange[:_QUOTED])
        raise RequestError("pack_region_code", count=len(strange), seen=quoted)
    folded: dict[str, str] = {}
    for code in codes:
        other = folded.setdefault(code.casefold(), code)
        if other != code:
            raise RequestError("pack_region_case", seen=code, other=other)
