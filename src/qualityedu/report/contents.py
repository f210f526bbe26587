"""What a table holds, region by region: how many units, and a fingerprint of the rows that is blind to their order.

The table is read once; what was found is kept beside the reports by the content of the file, so that a run in which
nothing changed does not read it again.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualityedu.datasets import Dataset
from qualityedu.datasets.pack import read_pack
from qualityedu.errors import IntakeError, Problem, RequestError
from qualityedu.report.fingerprints import hash_of, hash_of_description, hash_of_reader, sha256

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Basis",
    "Contents",
    "RegionRows",
    "basis_of",
    "contents_of",
    "hash_of_table",
    "keep_contents",
    "mark_of",
    "marks_of",
    "names_of",
]

_READ: dict[str, Contents] = {}

# Marks are written in letters: among thousands of hexadecimal ones, some would look like a telephone number.
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


@dataclass(frozen=True)
class RegionRows:
    """The rows of one region in all years: its name and number of units by year, and a mark of each row, sorted.

    Of a pack there is a mark of each year instead, `2023@…`.
    """

    names: dict[str, str]
    units: dict[str, int]
    marks: list[str]

    @cached_property
    def rows(self) -> str:
        """The SHA-256 of the rows, in whatever order they stand."""
        return hash_of(self.marks)


@dataclass(frozen=True)
class Contents:
    """The regions of a table by code. `faulty` are those with cells to mend, which are not among `regions`.

    `elsewhere` is what the rows of regions add to the total that belong to the table and are not here. Where faulty
    ones are `set_aside`, a report over all regions goes on without them.
    """

    table: str
    regions: dict[str, RegionRows]
    years: list[int]
    faulty: dict[str, tuple[str, list[Problem]]] = field(default_factory=dict)
    elsewhere: int = 0
    set_aside: bool = False

    @cached_property
    def total(self) -> int:
        """The hashes of all regions' rows, added up."""
        return (sum(int(each.rows, 16) for each in self.regions.values()) + self.elsewhere) % 2**256


@dataclass(frozen=True)
class Basis:
    """What of a table decides a report: its own rows, and apart from them the rows of all other regions.

    `table` is the SHA-256 of the file, `marks` one short mark for each of its own rows (for each region, where the
    report is about all of them).
    """

    table: str
    rows: str
    others: str = ""
    marks: tuple[str, ...] = ()


def contents_of(dataset: Dataset, *, lang: str, kept: Path | None = None) -> Contents:
    """Read a table, or take what `keep_contents` has kept in that folder of an earlier reading of the same content.

    Raises IntakeError with all cells to mend where they cannot be put down to some of the regions, the others being
    clean; RequestError where the file is gone.
    """
    if dataset.is_pack:
        return _packed(dataset)
    content = hash_of_table(dataset)
    key = hash_of([content, hash_of_description(dataset), hash_of_reader()])[:16]
    if kept and (found := _remembered(kept / f"{key}.json", content)):
        return found
    seen = _read(dataset, content, lang)
    if not seen.faulty:
        _READ[key] = seen
    return seen


def keep_contents(kept: Path) -> None:
    """Remember in a folder what this process has read, for the next run."""
    for key, seen in _READ.items():
        _remember(kept / f"{key}.json", seen)


def basis_of(contents: Contents, region: str | None) -> Basis:
    """What decides a report on one region, or on all of them where `region` is None.

    Raises RequestError for a region that the table does not hold, IntakeError for one with cells to mend.
    """
    every = [] if contents.set_aside else list(contents.faulty.values())
    own_faults = every if region is None else [contents.faulty.get(region, ("", []))]
    if problems := [problem for _, found in own_faults for problem in found]:
        raise IntakeError(problems)
    total = contents.total
    if region is None:
        marks = tuple(f"{code}:{each.rows[:8]}" for code, each in sorted(contents.regions.items()))
        return Basis(contents.table, hash_of(total), "", marks)
    if region not in contents.regions:
        raise RequestError("unknown_region", region=region, known=", ".join(sorted(contents.regions)[:12]))
    own = contents.regions[region]
    # What the others add is what is left of the sum, whatever their order.
    others = hash_of((total - int(own.rows, 16)) % 2**256)
    return Basis(contents.table, own.rows, others, tuple(own.marks))


def hash_of_table(dataset: Dataset) -> str:
    """The SHA-256 of a table's file; of a pack that of what is in it, whether all of it is here or a part.

    Raises RequestError where the file is gone.
    """
    if dataset.is_pack:
        return _packed(dataset).table
    try:
        return sha256(dataset.table)
    except FileNotFoundError as error:
        raise RequestError("table_gone", name=dataset.table.name) from error


def _packed(dataset: Dataset) -> Contents:
    """What a pack says of itself: no row is read."""
    pack = read_pack(dataset.table.parent)
    names = {code: max(each.names.items(), default=("", code))[1] for code, each in pack.regions.items()}
    found = Contents(
        table="",
        regions={
            code: RegionRows(dict(each.names), dict(each.units), each.rows)
            for code, each in pack.regions.items()
            if not each.to_mend
        },
        years=pack.years,
        faulty={code: (names[code], list(each.to_mend)) for code, each in pack.regions.items() if each.to_mend},
        elsewhere=pack.elsewhere,
        set_aside=True,
    )
    return replace(found, table=hash_of([found.total, hash_of_description(dataset)]))


def _read(dataset: Dataset, content: str, lang: str) -> Contents:
    from qualityedu.intake.regions import read_clean_regions  # pandas takes half a second to load

    table, faulty = read_clean_regions(dataset, lang=lang)
    marked = table.assign(_mark=marks_of(table)) if len(table) else table
    regions = {str(code): _region(rows) for code, rows in marked.groupby("region")} if len(table) else {}
    years = [int(year) for year in sorted(table["year"].unique())] if len(table) else []
    return Contents(content, regions, years, faulty)


def _region(rows: pd.DataFrame) -> RegionRows:
    units = Counter(str(int(year)) for year in rows["year"])
    return RegionRows(names_of(rows), dict(sorted(units.items())), sorted(rows["_mark"]))


def names_of(rows: pd.DataFrame) -> dict[str, str]:
    """What a region is called in each year, by the year as text; its code where the table has no names."""
    column = "region_name" if "region_name" in rows.columns else "region"
    named = rows.dropna(subset=[column]).groupby("year")[column].last()
    return {str(int(year)): str(name) for year, name in named.items()}


def mark_of(marks: list[str]) -> str:
    """One mark for rows with such marks, in whatever order they stand."""
    return hash_of(sorted(marks))[:16].translate(_LETTERS)


def marks_of(table: pd.DataFrame) -> list[str]:
    """One mark for each row, which depends on its values alone.

    The sum over columns of (hash of the value × hash of the column's name) modulo 2⁶⁴; a missing value adds nothing,
    so that a column that only other regions fill does not change the mark.
    """
    import numpy as np
    from pandas.util import hash_array

    total = np.zeros(len(table), dtype="uint64")
    for name in sorted(table.columns):
        column = table[name]
        values = column.to_numpy(dtype="float64") if column.dtype.kind in "if" else column.to_numpy(dtype=object)
        if values.dtype == object:
            values = np.where(column.isna().to_numpy(), "", values)
        weight = np.uint64(int(hash_of(name)[:16], 16) | 1)
        total += np.where(column.isna().to_numpy(), np.uint64(0), hash_array(values, categorize=True)) * weight
    return [f"{each:016x}".translate(_LETTERS) for each in total.tolist()]


def _remembered(place: Path, content: str) -> Contents | None:
    try:
        given: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
        regions = {code: RegionRows(**each) for code, each in given["regions"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Contents(content, regions, given["years"]) if given["seal"] == hash_of(given["regions"]) else None


def _remember(place: Path, seen: Contents) -> None:
    regions = {code: asdict(each) for code, each in seen.regions.items()}
    text = json.dumps({"years": seen.years, "seal": hash_of(regions), "regions": regions}, ensure_ascii=False)
    aside = place.with_suffix(".new")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(text, encoding="utf-8")
        aside.replace(place)
    except OSError:  # it only saves time
        aside.unlink(missing_ok=True)
