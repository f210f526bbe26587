"""A nation's table measured: ours on every engine, beside the same job written by hand and beside merely decoding.

    python benchmarks/national.py                        # 2 million rows, five rounds; some minutes
    python benchmarks/national.py --rows 200000 --rounds 2
    python benchmarks/national.py --ways "ours, DuckDB" "DuckDB by hand"
    python benchmarks/national.py --grow                 # 0.2, 2 and 20 million rows, from folders of files

The job: 30 ratios by county, province and nation; 7 pupil-weighted difference coefficients by county; how many schools
meet six of the seven standards, none of them below 85 %; all by stage and year. Each way runs in a process of its own,
once cold and once warm, in turn over the rounds; medians. `alike` is by hand with all that ours gives (see
national_by_hand.py). `memory` is the most that the process ever held. Results of every way are compared with those of
pandas by hand before the times are printed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import gettempdir

sys.path.insert(0, str(Path(__file__).parent))
from memory import most_held, work
from national_by_hand import (
    ITEMS,
    KEYS,
    LEVELS,
    RATIOS,
    Result,
    decode,
    duckdb_by_hand,
    pandas_by_hand,
    polars_by_hand,
)
from national_table import write, write_years

# How long a way may take, as a multiple of another, and how much memory it may hold, in MB.
TARGETS = [
    ("ours, Polars", "decode only", 1.8),
    ("ours, Polars", "Polars by hand", 1.1),
    ("ours, Polars", "Polars by hand, alike", 1.1),
    ("ours, DuckDB", "DuckDB by hand", 1.1),
    ("ours, DuckDB", "DuckDB by hand, alike", 1.1),
    ("ours, Polars", "pandas by hand", 1 / 6),
    ("ours, DuckDB", "pandas by hand", 1 / 6),
]
MEMORY = {"ours, Polars": 1000, "ours, DuckDB": 650}
SCALES = (200_000, 2_000_000, 20_000_000)
GROWING = ("ours, Polars", "Polars by hand, alike", "ours, DuckDB", "DuckDB by hand, alike", "decode only")


def ours(engine_name: str) -> Callable[[str], Result]:
    """The package, on one engine."""

    def run(path: str) -> Result:
        from qualityedu.datasets import Dataset
        from qualityedu.findings.attained import counts_of, verdict_terms
        from qualityedu.findings.levels import values_by_level
        from qualityedu.findings.sums import add_up
        from qualityedu.intake.scanning import engine_for, scan, table_files

        with engine_for(engine_name, master="local[2]") as engine:
            frame = scan(table_files([path]), engine, Dataset("nation", Path(path), {"zh": "", "en": ""})).frame
            sums = add_up(frame, RATIOS, spreads=ITEMS, counting=verdict_terms(frame))
            found = values_by_level(sums, LEVELS)
            found["met"] = counts_of(sums)
        return found

    return run


WAYS: dict[str, Callable[[str], Result]] = {
    "decode only": decode,
    "ours, Polars": ours("polars"),
    "Polars by hand": polars_by_hand,
    "Polars by hand, alike": partial(polars_by_hand, alike=True),
    "ours, DuckDB": ours("duckdb"),
    "DuckDB by hand": duckdb_by_hand,
    "DuckDB by hand, alike": partial(duckdb_by_hand, alike=True),
    "ours, Spark": ours("spark"),
    "pandas by hand": pandas_by_hand,
}


def agree(found: Result, reference: Result) -> float:
    """The worst relative difference of any value of a way from pandas by hand; raises where a count differs."""
    worst = 0.0
    for level in LEVELS if found else ():
        wide = found[level]
        own, other = (each.set_index(KEYS).sort_index() for each in (wide, reference[level]))
        own = own[other.columns]
        # One school has no difference coefficient by the package and 0 by hand; equal schools leave 1e-8 by hand.
        apart = ((own - other).abs() / other.abs()).where(other.abs() > 1e-6)
        worst = max(worst, float(apart.max().max()))
    if found:
        own, other = (each["met"].set_index(KEYS).sort_index().astype("int64") for each in (found, reference))
        if not own.equals(other[own.columns]):
            raise AssertionError("the schools that meet the rule are counted differently")
    return worst


def once(way: str, path: str, check: bool) -> dict[str, float]:
    """One way in this process: cold, warm, the work of all cores in the warm call, and the most memory held."""
    times, works = [], []
    for _ in range(2):
        result: Result = {}  # what the first call gave is let go before the second
        start, before = time.perf_counter(), work()
        result = WAYS[way](path)
        times.append(time.perf_counter() - start)
        works.append(work() - before)
    held = most_held()
    worst = agree(result, pandas_by_hand(path)) if check else 0.0
    return {"first": times[0], "warm": times[1], "work": works[1], "memory": held, "worst": worst}


def measured_in_turn(ways: list[str], path: Path, rounds: int, *, check: bool) -> dict[str, list[dict[str, float]]]:
    """Each way in a process of its own, in turn, forwards and backwards."""
    measured: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    for round_ in range(rounds):
        for way in ways if round_ % 2 == 0 else reversed(ways):
            command = [sys.executable, __file__, "--table", str(path), "--once", way]
            command += ["--check"] if check and round_ == 0 else []
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            measured[way].append(json.loads(done.stdout.splitlines()[-1]))
    return measured


def grow(scales: list[int], ways: list[str], rounds: int, place: Path) -> None:
    """Seconds per million rows and memory at each scale; the table of each is a folder with a file for every year."""
    middle: dict[tuple[str, int], dict[str, float]] = {}
    for rows in scales:
        folder = place / f"national-{rows}"
        if not folder.is_dir():
            write_years(folder, rows)
        for way, runs in measured_in_turn(ways, folder, rounds, check=False).items():
            middle[way, rows] = _middle(runs)
    lines = ["| way | rows | warm s | s per million rows | work per million rows | memory MB | to by hand, alike |"]
    lines.append("|---|" + "---:|" * 6)
    for way in ways:
        for rows in scales:
            found, millions = middle[way, rows], rows / 1e6
            base = middle.get((f"{way.removeprefix('ours, ')} by hand, alike", rows))
            ratio = f"{found['warm'] / base['warm']:.2f}" if base else "–"
            figures = f"{found['warm']:.2f} | {found['warm'] / millions:.2f} | {found['work'] / millions:.2f}"
            lines.append(f"| {way} | {rows:,} | {figures} | {found['memory']:,.0f} | {ratio} |")
    sys.stdout.write("\n".join(lines) + "\n")


def main() -> None:
    """Time the ways in turn and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ways", nargs="+", choices=list(WAYS))
    parser.add_argument("--grow", nargs="*", type=int, metavar="ROWS", help="how time and memory grow with the rows")
    parser.add_argument("--place", type=Path, default=Path(gettempdir()), help="where the tables are kept")
    parser.add_argument("--table", type=Path)
    parser.add_argument("--once", help=argparse.SUPPRESS)
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    path = given.table or given.place / f"national-{given.rows}.parquet"
    if given.once:
        sys.stdout.write(json.dumps(once(given.once, str(path), given.check)))
        return
    if given.grow is not None:
        grow(given.grow or list(SCALES), given.ways or list(GROWING), given.rounds, given.place)
        return
    if not path.exists():
        write(path, given.rows)
    ways = given.ways or [name for name in WAYS if name != "ours, Spark"]
    _print(measured_in_turn(ways, path, given.rounds, check=True), given.rows)


def _middle(runs: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(each[name] for each in runs) for name in runs[0]}


def _print(measured: dict[str, list[dict[str, float]]], rows: int) -> None:
    middle = {way: _middle(runs) for way, runs in measured.items()}
    bases = [way for way in ("decode only", "Polars by hand", "DuckDB by hand", "pandas by hand") if way in middle]
    lines = [f"{rows:,} rows; `work` is the seconds of all cores; ratios of warm seconds to each baseline", ""]
    heads = "".join(f"to {base} | " for base in bases)
    lines.append(f"| way | first s | warm s | work s | memory MB | {heads}differs by |")
    lines.append("|---|" + "---:|" * (len(bases) + 5))
    for way, found in middle.items():
        ratios = "".join(f"{found['warm'] / middle[base]['warm']:.2f} | " for base in bases)
        worst = f"{measured[way][0]['worst']:.0e}" if measured[way][0]["worst"] else "–"
        figures = f"{found['first']:.1f} | {found['warm']:.2f} | {found['work']:.2f} | {found['memory']:,.0f}"
        lines.append(f"| {way} | {figures} | {ratios}{worst} |")
    sys.stdout.write("\n".join([*lines, "", *_targets(middle)]) + "\n")


def _targets(middle: dict[str, dict[str, float]]) -> list[str]:
    """Which targets are reached, by the seconds that pass and by the work done."""
    lines = []
    for way, base, most in TARGETS:
        if way in middle and base in middle:
            warm, work = (middle[way][name] / middle[base][name] for name in ("warm", "work"))
            word = "reached" if warm <= most else "missed"
            lines.append(f"- {word}: {way}, at most {most:.2f} × {base}: {warm:.2f} (work {work:.2f})")
    for way, most in MEMORY.items():
        if way in middle:
            word = "reached" if middle[way]["memory"] <= most else "missed"
            lines.append(f"- {word}: {way}, at most {most:,} MB: {middle[way]['memory']:,.0f}")
    return lines


if __name__ == "__main__":
    main()
