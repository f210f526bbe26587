"""Sums of pupils kept in files that are not for release, so that a further month or county can be added."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from qualityedu.errors import RequestError
from qualityedu.findings.pupils.asked import Asked, Lines
from qualityedu.findings.pupils.sums import PupilSums

__all__ = ["read_pupil_sums", "write_pupil_sums"]

_KEY = b"qualityedu-pupil-sums"
_FILES = ("sums.parquet", "distribution.parquet")


def write_pupil_sums(sums: PupilSums, folder: Path) -> None:
    """Keep sums as two Parquet files in `folder`: those of schools, small ones too, and the counts of values."""
    of = {"asked": asdict(sums.asked), "step": sums.step, "rows": sums.rows, "without_key": sums.without_key}
    note = {_KEY: json.dumps(of, ensure_ascii=False).encode()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in zip(_FILES, (sums.schools, sums.distribution), strict=True):
        aside = folder / f".{name}.new"
        arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(note)
        pq.write_table(arrow, aside, compression="zstd")
        aside.replace(folder / name)


def read_pupil_sums(folder: Path) -> PupilSums:
    """Sums as `write_pupil_sums` kept them. Raises RequestError where the folder holds none."""
    try:
        schools, lines = (pq.read_table(folder / name) for name in _FILES)
        of = json.loads(schools.schema.metadata[_KEY])
    except (OSError, pa.ArrowException, KeyError, TypeError) as error:
        raise RequestError("no_pupil_sums", folder=folder) from error
    asked = dict(of["asked"])
    lined = {name: Lines(**each) for name, each in asked.pop("lines").items()}
    scores = tuple(asked.pop("scores"))
    tables: tuple[pd.DataFrame, pd.DataFrame] = (schools.to_pandas(), lines.to_pandas())
    return PupilSums(*tables, Asked(scores, lined, **asked), of["step"], of["rows"], of["without_key"])
