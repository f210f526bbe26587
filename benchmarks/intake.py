"""A workbook of 10,000 schools checked, as a ratio to the bare read of its cells in the same run.

The baseline is `CalamineWorkbook.to_python`, which knows neither merged nor hidden cells nor failed formulas and
understands nothing. The promise is 10 seconds and 500 MB on two cores; the run fails where it is not kept.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

from qualityedu.columns import COLUMNS

sys.path.insert(0, str(Path(__file__).parent))
from memory import most_held

SECONDS, MEGABYTES = 10, 500
SCHOOLS_IN_A_COUNTY = 70
ERROR_EVERY = 500


def workbook(path: Path, schools: int, columns: int) -> Path:
    """An imaginary province; one cell in so many is a percent, a word or a space where a figure should be."""
    random = np.random.default_rng(1)
    keys = ["region", "region_name", "school", "school_name", "stage", "year"]
    counts = [name for name, column in COLUMNS.items() if column.kind in ("count", "amount") and column.at_most is None]
    names = [*keys, *counts][:columns]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("学校基本情况")
        sheet.write_row(0, 0, [COLUMNS[name].zh for name in names])
        for row in range(1, schools + 1):
            county = 990000 + row // SCHOOLS_IN_A_COUNTY
            pupils = int(random.integers(300, 1500))
            figures: list[Any] = [_plausible(name, pupils, random.uniform(0.9, 1.1)) for name in names[len(keys) :]]
            if row % ERROR_EVERY == 0:
                figures[row // ERROR_EVERY % len(figures)] = "约三百"
            cells = [
                str(county),
                f"示例{county}县",
                f"{county}{row % SCHOOLS_IN_A_COUNTY:04d}",
                f"示例第{row}学校",
                "小学",
                "2023",
            ]
            sheet.write_row(row, 0, [*cells, *figures])
    return path


# Per pupil, so that no check of plausibility speaks on every row; what is not here is small.
_PER_PUPIL = {
    "pupils": 1.0, "classes": 1 / 40, "teachers": 1 / 16, "books": 30, "equipment_value": 3000, "computers": 1 / 8,
    "teaching_auxiliary_area": 5, "sports_ground_area": 8, "budget_expenditure": 15_000, "public_funds": 1500,
    "multimedia_rooms": 1 / 40, "funded_pupils": 1.0,
}  # fmt: skip


def _plausible(name: str, pupils: int, noise: float) -> int:
    most = COLUMNS[name].maximum or 10**9
    return round(min(pupils * noise * _PER_PUPIL.get(name, 0.01), most))


def bare_read(path: Path) -> int:
    """The rows of the first sheet, by the reader that stands below ours."""
    from python_calamine import CalamineWorkbook

    return len(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False))


def checked(path: Path) -> int:
    """The rows that `check` accounts for."""
    from qualityedu.intake import check

    return check(path).rows_read


def _measured(job: Any, path: Path, results: Any) -> None:
    job(path)  # what is loaded once does not count
    # Of the processor: one process does it all, and what else the machine does is not its doing.
    begun = time.process_time()
    rows = job(path)
    results.put((time.process_time() - begun, most_held(), rows))


def alone(job: Any, path: Path) -> tuple[float, float, int]:
    """Seconds of the processor, peak megabytes and rows of a job in a process of its own."""
    context = get_context("spawn")
    results = context.Queue()
    process = context.Process(target=_measured, args=(job, path, results))
    process.start()
    measured: tuple[float, float, int] = results.get()
    process.join()
    return measured


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--schools", type=int, default=10_000)
    parser.add_argument("--columns", type=int, default=40)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = workbook(Path(folder) / "schools.xlsx", asked.schools, asked.columns)
        base, base_memory, rows = alone(bare_read, path)
        seconds, memory, read = alone(checked, path)
    size = f"{asked.schools:,} schools × {asked.columns} columns"
    print(f"bare calamine read of {size}: {base:.2f} s, {base_memory:.0f} MB")  # noqa: T201
    print(f"check: {seconds:.2f} s, {seconds / base:.1f} × bare read, {memory:.0f} MB")  # noqa: T201
    if read != rows - 1 or seconds > SECONDS or memory > MEGABYTES:
        sys.exit(f"promised: {rows - 1:,} rows in {SECONDS} s and {MEGABYTES} MB; rows read: {read:,}")


if __name__ == "__main__":
    main()
