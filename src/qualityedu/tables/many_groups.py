"""Findings of very many groups as files: Parquet, or CSV in pieces, each value with its unit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from qualityedu.datasets import Dataset
from qualityedu.indicators import catalogue
from qualityedu.tables.export import safe_csv

__all__ = ["FORMATS", "write_findings", "write_table"]

FORMATS = ("parquet", "csv")

# So many rows are made into text at a time.
_PIECE = 100_000


def write_findings(findings: pd.DataFrame, path: Path, dataset: Dataset, *, lang: str) -> Path:
    """Write findings to `path`, as its ending says, with the unit of each value; the file is there whole or not at all.

    A difference coefficient has no unit. Values are unrounded.
    """
    units = {name: catalogue()[name].unit_in(lang, dataset.currency) for name in findings["indicator"].unique()}
    unit = findings["indicator"].map(units).mask(findings["subject"] == "spread", "")
    return write_table(findings.assign(unit=unit), path)


def write_table(table: pd.DataFrame, path: Path) -> Path:
    """Write a table to `path`, as its ending says; the file is there whole or not at all."""
    aside = path.with_name(f".{path.name}.new")
    if path.suffix == ".csv":
        _write_csv(table, aside, list(table.columns))
    else:
        words = [name for name in table.columns if not pd.api.types.is_numeric_dtype(table[name])]
        held = table.astype(dict.fromkeys(words, "category"))
        pq.write_table(pa.Table.from_pandas(held, preserve_index=False), aside, compression="zstd")
    aside.replace(path)
    return path


def _write_csv(table: pd.DataFrame, path: Path, columns: Sequence[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        for start in range(0, max(len(table), 1), _PIECE):
            text = safe_csv(columns, table.iloc[start : start + _PIECE].to_dict("records"))
            file.write(text if start == 0 else text.split("\r\n", 1)[1])
