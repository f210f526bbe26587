"""A region of a pack: its own rows read, measured and judged, beside what it is compared with."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from qualityedu.datasets import Dataset
from qualityedu.datasets.pack import Pack, check_prepared, read_pack, unaltered
from qualityedu.errors import IntakeError, RequestError
from qualityedu.findings.appraisal import AllRegions, Overview, overview
from qualityedu.intake.regions import clean_regions

__all__ = ["WITHHELD", "all_regions", "packed_overview", "published"]

# Beside the values of an indicator, whether they may not be shown of a unit.
WITHHELD = "withheld:"


def packed_overview(dataset: Dataset, *, year: int, region: str) -> Overview:
    """The overview of one region of a pack, which is all that is read of its rows.

    `all_regions` of the overview is what it is compared with. Raises RequestError where no region is named, for one
    that the pack does not hold, for a year that was not prepared, and where a file is not as it was packed; IntakeError
    for the region's cells to mend.
    """
    pack = read_pack(dataset.table.parent)
    if region not in pack.regions:
        key = "unknown_region" if region else "pack_by_region"
        raise RequestError(key, region=region, known=", ".join(list(pack.regions)[:12]), path=pack.folder)
    own = pack.regions[region]
    if own.to_mend:
        raise IntakeError(list(own.to_mend), name=pack.table_of(region).name)
    intake, _ = clean_regions(replace(dataset, table=unaltered(pack.table_of(region), own.sha256)))
    asked = tuple(problem for problem in intake.problems if problem.level in ("ask", "explained"))
    described = replace(dataset, breaks=(*dataset.breaks, *intake.breaks))
    seen = overview(intake.table, described, year=year, county_items=intake.county_items, questions=asked)
    return replace(seen, all_regions=all_regions(pack, year))


def all_regions(pack: Pack, year: int) -> AllRegions:
    """What is known of all regions of a pack in a year. Raises RequestError where it was packed without."""
    check_prepared(pack, year)
    values, findings = pack.prepared[str(year)]
    return _read(pack.values_of(year), values, pack.findings_of(year), findings)


def published(pack: Pack, year: int) -> pd.DataFrame:
    """What may be shown of every region of a pack in a year, as `AllRegions` has it; raises as `all_regions` does."""
    check_prepared(pack, year)
    return _table(pack.findings_of(year), pack.prepared[str(year)][1])


@lru_cache(maxsize=1)
def _read(values: Path, of_values: str, findings: Path, of_findings: str) -> AllRegions:
    table = _table(values, of_values)
    marks = [name for name in table.columns if name.startswith(WITHHELD)]
    withheld = table[marks].rename(columns=lambda name: name.removeprefix(WITHHELD))
    return AllRegions(table.drop(columns=marks), withheld, _table(findings, of_findings))


def _table(path: Path, sha256: str) -> pd.DataFrame:
    # Without threads of its own: a process that has some cannot be forked safely.
    with pq.ParquetFile(io.BytesIO(unaltered(path, sha256).read_bytes()), pre_buffer=False) as opened:
        table: pd.DataFrame = opened.read(use_threads=False).to_pandas(use_threads=False)
    return table
