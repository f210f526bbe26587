"""Sums kept in a file, so that a further month's or county's rows can be added to them later."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from qualityedu.errors import RequestError
from qualityedu.findings.sums import Sums, workings_of

__all__ = ["read_sums", "write_sums"]

_KEY = b"qualityedu-sums"


def write_sums(sums: Sums, path: Path) -> None:
    """Keep sums as Parquet, with what is needed to go on from them.

    The shares of leading units do not add up and are not kept: they are missing from what is read back.
    """
    table = pa.Table.from_pandas(sums.table, preserve_index=False)
    kept = [name for name in sums.workings if name not in sums.leading]
    uneven = sorted(sums.uneven & set(kept))
    of = {"by": sums.by, "columns": sums.columns, "uneven": uneven, "indicators": kept}
    aside = path.with_name(f".{path.name}.new")
    pq.write_table(table.replace_schema_metadata({_KEY: json.dumps(of).encode()}), aside, compression="zstd")
    aside.replace(path)


def read_sums(path: Path, *, years: Collection[int] | None = None) -> Sums:
    """Sums as `write_sums` kept them, of all years or those named. Raises RequestError for a file that holds none."""
    try:
        table = pq.read_table(path, filters=None if years is None else [("year", "in", list(years))])
    except (OSError, pa.ArrowException) as error:
        raise RequestError("no_sums", name=path.name) from error
    if _KEY not in (table.schema.metadata or {}):
        raise RequestError("no_sums", name=path.name)
    of = json.loads(table.schema.metadata[_KEY])
    workings = workings_of(of["columns"], of["indicators"])
    frame: pd.DataFrame = table.to_pandas()
    return Sums(frame, tuple(of["by"]), workings, frozenset(of["uneven"]), columns=tuple(of["columns"]))
