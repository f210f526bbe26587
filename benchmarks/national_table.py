"""Makes a table of a whole imaginary nation, the same for the same seed: nothing in it is real.

    python benchmarks/national_table.py national.parquet --rows 2000000
    python benchmarks/national_table.py national/ --rows 20000000     # a folder: a file for every year

One row per school, stage and year: about 70 schools a county up to two million rows, where there are 2,850 counties;
beyond that a nation has no more of them but more schools in each. Ten years, two stages, 40 columns. One value in fifty
is missing, one school in a thousand has no pupils, some counties have one school, and one school in fifty is a
through-train school with a row for each stage.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from qualityedu.columns import COLUMNS

YEARS = tuple(range(2014, 2024))
SCHOOLS_PER_COUNTY = 70
MOST_COUNTIES = 2857
# What a pupil has of each thing, in the middle of all schools.
PER_PUPIL = {
    "classes": 1 / 42,
    "teachers": 1 / 16,
    "high_qualified_teachers": 0.055,
    "backbone_teachers": 0.0125,
    "pe_art_teachers": 0.0115,
    "mid_senior_title_teachers": 0.03,
    "certified_teachers": 0.062,
    "teaching_auxiliary_area": 5.6,
    "indoor_sports_area": 0.4,
    "sports_ground_area": 9.2,
    "equipment_value": 2600.0,
    "multimedia_rooms": 0.027,
    "computers": 0.15,
    "books": 30.0,
    "music_rooms": 1 / 500,
    "art_rooms": 1 / 500,
    "budget_expenditure": 14000.0,
    "public_funds": 3000.0,
    "training_budget": 160.0,
    "large_classes": 1 / 500,
    "super_large_classes": 1 / 2500,
    "classes_over_limit": 1 / 300,
    "pupils_inside_catchment": 0.9,
    "after_school_pupils": 0.8,
    "expected_candidates": 0.165,
    "candidates": 0.16,
    "passed_candidates": 0.14,
    "excellent_candidates": 0.05,
    "low_score_candidates": 0.01,
    "fitness_tested": 0.98,
    "fitness_excellent": 0.1,
    "fitness_good_excellent": 0.42,
    "fitness_passed": 0.92,
    "vision_examined": 0.97,
    "myopic_pupils": 0.4,
}


def counties(schools: int) -> list[str]:
    """Codes of imaginary counties: provinces 71 to 99, ten cities each, as many counties as the schools need."""
    count = min(max(1, round(schools / SCHOOLS_PER_COUNTY)), MOST_COUNTIES)
    return [f"{71 + n % 29}{n // 29 % 10:02d}{n // 290 + 1:02d}" for n in range(count)]


def batches(rows: int, *, seed: int, years: tuple[int, ...] = YEARS) -> Iterator[pa.Table]:
    """The table year by year; what a school is stays the same, what it has grows a little."""
    schools = rows // len(years)
    random = np.random.default_rng(seed)
    codes = np.array(sorted(counties(schools)))
    home = np.sort(random.integers(0, len(codes), schools))
    twin = (random.random(schools) < 0.02) & (home == np.roll(home, 1))  # the second row of a through-train school
    twin &= ~np.roll(twin, 1)
    twin[0] = False
    first = np.roll(twin, -1)
    number = np.arange(schools) - np.cumsum(twin)
    junior = (random.random(schools) < 0.25) & ~first | twin
    kind = np.where(twin | first, "nine_year", np.where(junior, "junior", "primary"))
    size = np.clip(random.lognormal(6.4, 0.7, schools), 12, 6000).round()
    richness = random.lognormal(0, 0.25, (len(codes), len(PER_PUPIL)))[home] * random.lognormal(
        0, 0.2, (schools, len(PER_PUPIL))
    )
    empty = random.random(schools) < 0.001
    for year in years:
        pupils = np.where(empty, 0, (size * random.normal(1, 0.03, schools).clip(0.8, 1.2)).round())
        held = {
            "region": pa.array(codes[home]),
            "school": pa.array([f"{71 + place % 29}{each:08d}" for place, each in zip(home, number, strict=True)]),
            "stage": pa.array(np.where(junior, "junior", "primary")),
            "year": pa.array(np.full(schools, year, dtype=np.int64)),
            "school_kind": pa.array(kind),
            "pupils": _with_blanks(pupils, random),
        }
        amounts = {"pupils": pupils}
        for position, (name, each) in enumerate(PER_PUPIL.items()):
            amount = pupils * each * richness[:, position] * (1 + 0.02 * (year - years[0]))
            amounts[name] = amount.round() if COLUMNS[name].kind == "count" else amount.round(1)
        over = np.maximum(amounts["classes_over_limit"], amounts["large_classes"])  # whichever limit its stage has
        amounts["classes_over_limit"] = over
        held |= {name: _with_blanks(_no_more_than_whole(name, amounts), random) for name in PER_PUPIL}
        yield pa.table(held)


def write(path: Path, rows: int, *, seed: int = 20261) -> Path:
    """One Parquet file, a row group for every hundred thousand rows or so."""
    writer: pq.ParquetWriter | None = None
    for table in batches(rows, seed=seed):
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table, row_group_size=122_880)
    assert writer is not None
    writer.close()
    return path


def write_years(folder: Path, rows: int, *, seed: int = 20261) -> Path:
    """A file for every year in a folder, for a table that is more than is held at once."""
    aside = folder.with_name(f".{folder.name}.new")
    aside.mkdir(parents=True, exist_ok=True)
    for year, table in zip(YEARS, batches(rows, seed=seed), strict=True):
        pq.write_table(table, aside / f"{year}.parquet", compression="zstd", row_group_size=122_880)
    aside.rename(folder)
    return folder


def _no_more_than_whole(name: str, amounts: dict[str, np.ndarray]) -> np.ndarray:
    """What a school has of a thing, or of the things that this one is a part of where that is less."""
    whole = COLUMNS[name].at_most
    return amounts[name] if whole is None else np.minimum(amounts[name], _no_more_than_whole(whole, amounts))


def _with_blanks(values: np.ndarray, random: np.random.Generator) -> pa.Array:
    return pa.array(values.astype("float64"), mask=random.random(len(values)) < 0.02)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--seed", type=int, default=20261)
    given = parser.parse_args()
    written = write if given.path.suffix == ".parquet" else write_years
    sys.stdout.write(f"{written(given.path, given.rows, seed=given.seed)}\n")
