"""A table of a database as it was when its reports were made: a file that can lie in their folders."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from qualityedu.datasets import Dataset, open_dataset
from qualityedu.errors import IntakeError, RequestError
from qualityedu.intake.database import database_sheet
from qualityedu.intake.limits import limits_in_force
from qualityedu.intake.sheet import Unreadable
from qualityedu.report.record import slug

__all__ = ["snapshot"]


def snapshot(dataset: Dataset, folder: Path, *, lang: str) -> Dataset:
    """Read a table of a database once, keep it as Parquet in a folder, and give back the data set of that file.

    The address does not travel with it. Raises what reading the table raises, and RequestError where the folder cannot
    be written to.
    """
    try:
        sheet = database_sheet(dataset, lang, limits_in_force())
    except Unreadable as refusal:
        raise IntakeError([refusal.problem], name=dataset.sheet) from refusal
    head, *rows = sheet.rows
    table = pd.DataFrame(rows, columns=[str(name) for name in head]).infer_objects()
    words = [name for name in table.columns if table[name].dtype == object]
    table = table.assign(**{name: table[name].map(lambda each: each if each is None else str(each)) for name in words})
    path = folder / f"{slug(dataset.id)}.parquet"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.new")
        table.to_parquet(aside, index=False)
        aside.replace(path)
    except OSError as error:
        raise RequestError("no_place", path=folder) from error
    return open_dataset(path)
