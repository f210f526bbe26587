"""A table laid out region by region, so that a report reads its own region's rows and nothing else.

A pack is a folder: `pack.json`, one Parquet file for each region under `regions/`, and what regions are compared with:
a file for each year under `years/` with the values of all units that models need and one under `findings/` with what
may be shown of every region, and `sums.parquet`, what each region adds up to.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from qualityedu.errors import Problem, RequestError

__all__ = ["PACK", "Pack", "PackedRegion", "check_prepared", "part_of", "read_pack", "unaltered", "write_pack"]

PACK = "pack.json"
_LAYOUT = 1


@dataclass(frozen=True)
class PackedRegion:
    """What a pack holds of a region: `names`, number of `units` and a `marks` of its rows, each by year as text.

    `sha256` is that of its file. `to_mend` are the cells that keep it from being reported on. `read_otherwise` says
    that the intake takes some of its rows for something else than stands there: a total, a share in hundredths.
    """

    names: Mapping[str, str]
    units: Mapping[str, int]
    marks: Mapping[str, str]
    sha256: str
    to_mend: tuple[Problem, ...] = ()
    read_otherwise: bool = False

    @cached_property
    def rows(self) -> list[str]:
        """The marks of its rows, one for each year."""
        return [f"{year}@{mark}" for year, mark in sorted(self.marks.items())]


@dataclass(frozen=True)
class Pack:
    """A pack by what is in it. `head` says what a description (.toml) says under [dataset], `id` is its name.

    `prepared` are the years for which there is what regions are compared with: the SHA-256 of the file with the values
    of all units, and of that with the findings. `elsewhere` is
    the sum of the fingerprints of regions that belong to the table and are not here: a report takes its own region's
    part of a pack with it. `reader` is the fingerprint of what read and checked the regions: packed again by the same,
    a region whose file has not changed need not be. `checked` is false where the cells were not.
    """

    folder: Path
    id: str
    head: Mapping[str, Any]
    regions: Mapping[str, PackedRegion]
    prepared: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    elsewhere: int = 0
    reader: str = ""
    checked: bool = True

    @property
    def years(self) -> list[int]:
        """The years that the regions without anything to mend have."""
        return sorted({int(year) for each in self.regions.values() if not each.to_mend for year in each.units})

    def table_of(self, region: str) -> Path:
        """The file with the rows of a region."""
        return self.folder / "regions" / f"{region}.parquet"

    def values_of(self, year: int) -> Path:
        """The file with the values of all units in a year."""
        return self.folder / "years" / f"{year}.parquet"

    def findings_of(self, year: int) -> Path:
        """The file with what may be shown of every region in a year."""
        return self.folder / "findings" / f"{year}.parquet"

    @property
    def sums(self) -> Path:
        """The file with what every region adds up to."""
        return self.folder / "sums.parquet"


def read_pack(folder: Path) -> Pack:
    """What is in a pack. Raises RequestError where the folder is none, or one of another layout."""
    try:
        seen = (folder / PACK).stat()
    except OSError as error:
        raise RequestError("no_pack", path=folder) from error
    return _read(folder, seen.st_mtime_ns, seen.st_size, seen.st_ino)


@lru_cache(maxsize=2)
def _read(folder: Path, *_: int) -> Pack:
    """Kept for as long as the file is the same: thousands of regions take a moment to read."""
    try:
        given = json.loads((folder / PACK).read_text(encoding="utf-8"))
        if given["layout"] != _LAYOUT:
            raise RequestError("pack_layout", path=folder)
        regions = {code: _region(each) for code, each in given["regions"].items()}
        return Pack(
            folder,
            given["id"],
            given["dataset"],
            regions,
            {year: (values, findings) for year, (values, findings) in given["prepared"].items()},
            int(given["elsewhere"], 16),
            given.get("reader", ""),
            given.get("checked", True),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RequestError("no_pack", path=folder) from error


def write_pack(pack: Pack, folder: Path) -> None:
    """Write `pack.json` into a folder, in one piece. The files beside it are the caller's."""
    regions = {
        code: {**asdict(each), "to_mend": [asdict(problem) for problem in each.to_mend]}
        for code, each in sorted(pack.regions.items())
    }
    text = json.dumps(
        {
            "layout": _LAYOUT,
            "id": pack.id,
            "dataset": dict(pack.head),
            "prepared": dict(pack.prepared),
            "elsewhere": f"{pack.elsewhere:x}",
            "reader": pack.reader,
            "checked": pack.checked,
            "regions": regions,
        },
        ensure_ascii=False,
        indent=1,
        sort_keys=True,
        default=str,
    )
    aside = folder / f".{PACK}.new"
    aside.write_text(text + "\n", encoding="utf-8", newline="\n")
    aside.replace(folder / PACK)


def part_of(pack: Pack, region: str, year: int, *, elsewhere: int) -> Pack:
    """The part of a pack that a report on one region in one year rests on."""
    prepared = {name: each for name, each in pack.prepared.items() if name == str(year)}
    return replace(pack, regions={region: pack.regions[region]}, prepared=prepared, elsewhere=elsewhere)


def check_prepared(pack: Pack, year: int) -> None:
    """Raises RequestError where a pack was made without the values of all units in that year."""
    if str(year) not in pack.prepared:
        raise RequestError("pack_no_year", path=pack.folder, year=year, known=", ".join(sorted(pack.prepared)) or "—")


def unaltered(path: Path, sha256: str) -> Path:
    """A file of a pack that is as it was packed. Raises RequestError where it is gone or is not."""
    try:
        with path.open("rb") as file:
            seen = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise RequestError("table_gone", name=path.name) from error
    if seen != sha256:
        raise RequestError("pack_altered", name=path.name, path=path.parent.parent)
    return path


def _region(given: dict[str, Any]) -> PackedRegion:
    problems = tuple(_problem(each) for each in given.pop("to_mend"))
    return PackedRegion(**given, to_mend=problems)


def _problem(given: dict[str, Any]) -> Problem:
    cell = given.pop("cell")
    return Problem(**given, cell=tuple(cell) if cell else None)
