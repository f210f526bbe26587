"""A nation's table measured: ours on every engine, beside the same job written by hand and beside merely decoding.

    python benchmarks/national.py                        # 2 million rows, five rounds; some minutes
    python benchmarks/national.py --rows 200000 --rounds 2
    python benchmarks/national.py --ways "ours, DuckDB" "DuckDB by hand"
    python benchmarks/national.py --grow                 # 0.2, 2 and 20 million rows, from folders of files

The job: 30 ratios by county, province and nation; 7 pupil-weighted difference coefficients by county; how many schools
meet six of the seven standards, none of them below 85 %; all by stage and year. Each way runs in a process of its own,
once cold and once warm, in turn over the rounds; medians. `memory` is the most that the process ever held. Results of
every way are compared with those of pandas by hand before the times are printed.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import gettempdir

import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
from national_table import write, write_years

# Numerator, denominator, per; the first seven are the items of the rule with their standards for both stages.
RATIOS: dict[str, tuple[str, str, float]] = {
    "high_qualified_teachers_per_100": ("high_qualified_teachers", "pupils", 100),
    "backbone_teachers_per_100": ("backbone_teachers", "pupils", 100),
    "pe_art_teachers_per_100": ("pe_art_teachers", "pupils", 100),
    "teaching_area_per_pupil": ("teaching_auxiliary_area-indoor_sports_area", "pupils", 1),
    "sports_area_per_pupil": ("sports_ground_area+indoor_sports_area", "pupils", 1),
    "equipment_value_per_pupil": ("equipment_value", "pupils", 1),
    "multimedia_rooms_per_100": ("multimedia_rooms", "pupils", 100),
    "budget_expenditure_per_pupil": ("budget_expenditure", "pupils", 1),
    "exam_participation_rate": ("candidates", "expected_candidates", 100),
    "training_budget_share": ("training_budget", "public_funds", 100),
    "above_standard_teachers_per_pupil": ("high_qualified_teachers", "pupils", 1),
    "mid_senior_title_teachers_per_pupil": ("mid_senior_title_teachers", "pupils", 1),
    "teacher_certificate_rate": ("certified_teachers", "teachers", 100),
    "teacher_pupil_ratio": ("teachers", "pupils", 1),
    "class_over_limit_share": ("classes_over_limit", "classes", 100),
    "large_class_share": ("large_classes", "classes", 100),
    "mean_class_size": ("pupils", "classes", 1),
    "pupil_teacher_ratio": ("pupils", "teachers", 1),
    "super_large_class_share": ("super_large_classes", "classes", 100),
    "books_per_pupil": ("books", "pupils", 1),
    "computers_per_100": ("computers", "pupils", 100),
    "nearby_enrolment_rate": ("pupils_inside_catchment", "pupils", 100),
    "after_school_service_coverage": ("after_school_pupils", "pupils", 100),
    "excellent_rate": ("excellent_candidates", "candidates", 100),
    "fitness_excellent_rate": ("fitness_excellent", "fitness_tested", 100),
    "fitness_good_excellent_rate": ("fitness_good_excellent", "fitness_tested", 100),
    "fitness_pass_rate": ("fitness_passed", "fitness_tested", 100),
    "low_score_rate": ("low_score_candidates", "candidates", 100),
    "pass_rate": ("passed_candidates", "candidates", 100),
    "myopia_rate": ("myopic_pupils", "vision_examined", 100),
}
ITEMS = list(RATIOS)[:7]
STANDARDS = {"primary": (4.2, 1.0, 0.9, 4.5, 7.5, 2000, 2.3), "junior": (5.3, 1.0, 0.9, 5.8, 10.2, 2500, 2.4)}
KEYS = ["region", "year", "stage"]
LEVELS = {"county": 6, "province": 2, "nation": 0}
FIRST_YEAR = 2016  # from here on the rule is in force: school years that end after its day

# How long a way may take, as a multiple of another, and how much memory it may hold, in MB.
TARGETS = [
    ("ours, Polars", "decode only", 1.8),
    ("ours, Polars", "Polars by hand", 1.1),
    ("ours, DuckDB", "DuckDB by hand", 1.1),
    ("ours, Polars", "pandas by hand", 1 / 6),
    ("ours, DuckDB", "pandas by hand", 1 / 6),
]
MEMORY = {"ours, Polars": 1000, "ours, DuckDB": 650}
SCALES = (200_000, 2_000_000, 20_000_000)

Result = dict[str, pd.DataFrame]


def columns() -> list[str]:
    """The columns that the job needs."""
    named = {part for above, below, _ in RATIOS.values() for part in [*above.replace("-", "+").split("+"), below]}
    return [*KEYS, *sorted(named)]


def _plus(above: str) -> list[tuple[str, int]]:
    if "-" in above:
        first, second = above.split("-")
        return [(first, 1), (second, -1)]
    return [(name, 1) for name in above.split("+")]


def decode(path: str) -> Result:
    """Read the columns and do nothing with them: the limit."""
    import pyarrow.parquet as pq

    pq.read_table(_files(path), columns=columns())
    return {}


def _files(path: str) -> list[str]:
    """A file by itself, or those of a folder."""
    return sorted(map(str, Path(path).glob("*.parquet"))) if Path(path).is_dir() else [path]


def ours(engine_name: str) -> Callable[[str], Result]:
    """The package, on one engine."""

    def run(path: str) -> Result:
        from qualityedu.datasets import Dataset
        from qualityedu.findings.attained import counts_of, verdict_terms
        from qualityedu.findings.sums import add_up, at_level, values_of
        from qualityedu.intake.scanning import engine_for, scan, table_files

        with engine_for(engine_name, master="local[2]") as engine:
            frame = scan(table_files([path]), engine, Dataset("nation", Path(path), {"zh": "", "en": ""})).frame
            sums = add_up(frame, RATIOS, spreads=ITEMS, counting=verdict_terms(frame))
            found = {level: values_of(sums if level == "county" else at_level(sums, level)) for level in LEVELS}
            found["met"] = counts_of(sums)
        return found

    return run


def pandas_by_hand(path: str) -> Result:
    """Plain pandas."""
    table = pd.read_parquet(path, columns=columns())
    terms: dict[str, pd.Series] = {}
    reached: dict[str, pd.Series] = {}
    for name, (above, below, per) in RATIOS.items():
        numerator = sum(table[part] * sign for part, sign in _plus(above))
        known = numerator.notna() & (table[below] > 0)
        terms[f"{name}:n"], terms[f"{name}:d"] = per * numerator.where(known), table[below].where(known)
        if name in ITEMS:
            reached[name] = terms[f"{name}:n"] / terms[f"{name}:d"]
            terms[f"{name}:nx"] = terms[f"{name}:n"] * reached[name]
    sums = pd.DataFrame(terms).groupby([table[key] for key in KEYS]).sum(min_count=1).reset_index()
    found = _closed(sums)
    rows = table["year"] >= FIRST_YEAR
    falls, low = pd.Series(0, index=table.index), pd.Series(False, index=table.index)
    for position, name in enumerate(ITEMS):
        limit = table["stage"].map({stage: values[position] for stage, values in STANDARDS.items()})
        falls += (reached[name] < limit * (1 - 1e-12)).astype(int)
        low |= reached[name] < 0.85 * limit * (1 - 1e-12)
    lacking = pd.concat([each.isna() for each in reached.values()], axis=1).any(axis=1)
    unmet = (falls > 1) | low
    counts = pd.DataFrame({"schools": 1, "met": ~unmet & ~lacking, "unmet": unmet, "cannot_judge": ~unmet & lacking})
    found["met"] = counts[rows].groupby([table.loc[rows, key] for key in KEYS]).sum().reset_index()
    return found


def polars_by_hand(path: str) -> Result:
    """Polars, lazily and streaming, one pass."""
    import polars as pl

    units, sums = [], []
    for name, (above, below, per) in RATIOS.items():
        parts = [pl.col(part) if sign > 0 else -pl.col(part) for part, sign in _plus(above)]
        numerator = parts[0] if len(parts) == 1 else parts[0] + parts[1]
        known = numerator.is_not_null() & (pl.col(below) > 0)
        units += [
            pl.when(known).then(numerator if per == 1 else per * numerator).alias(f"{name}:n"),
            pl.when(known).then(pl.col(below)).alias(f"{name}:d"),
        ]
        sums += [pl.col(f"{name}:n").sum(), pl.col(f"{name}:d").sum()]
    x = {name: pl.col(f"{name}:n") / pl.col(f"{name}:d") for name in ITEMS}
    sums += [(pl.col(f"{name}:n") * each).sum().alias(f"{name}:nx") for name, each in x.items()]
    limit = {
        name: pl.when(pl.col("stage") == "primary")
        .then(STANDARDS["primary"][place])
        .otherwise(STANDARDS["junior"][place])
        for place, name in enumerate(ITEMS)
    }
    falls = pl.sum_horizontal([(x[name] < limit[name] * (1 - 1e-12)).fill_null(False) for name in ITEMS])
    low = pl.any_horizontal([(x[name] < 0.85 * limit[name] * (1 - 1e-12)).fill_null(False) for name in ITEMS])
    unmet, lacking = (falls > 1) | low, pl.any_horizontal([each.is_null() for each in x.values()])
    counts = {"schools": pl.lit(1), "met": ~unmet & ~lacking, "unmet": unmet, "cannot_judge": ~unmet & lacking}
    numbers = [name for name in columns() if name not in KEYS]
    lazy = pl.scan_parquet(_files(path)).with_columns(  # a NaN of pandas is missing, too
        [pl.when(pl.col(name).is_nan()).then(None).otherwise(pl.col(name)).alias(name) for name in numbers]
    )
    lazy = lazy.select(*KEYS, *units)
    lazy = lazy.with_columns(**{name: each.cast(pl.Int64) for name, each in counts.items()})
    table = lazy.group_by(KEYS).agg(*sums, *(pl.col(name).sum() for name in counts)).collect(engine="streaming")
    frame = table.to_pandas()
    return _closed(frame.drop(columns=list(counts))) | {"met": frame[frame["year"] >= FIRST_YEAR][[*KEYS, *counts]]}


def duckdb_by_hand(path: str) -> Result:
    """DuckDB, one statement."""
    import duckdb

    units, sums = [], []
    for name, (above, below, per) in RATIOS.items():
        numerator = " + ".join(part if sign > 0 else f"(-{part})" for part, sign in _plus(above))
        scaled = numerator if per == 1 else f"{per} * ({numerator})"
        units.append(f'CASE WHEN {below} > 0 AND ({numerator}) IS NOT NULL THEN {scaled} END AS "{name}:n"')
        units.append(f'CASE WHEN {below} > 0 AND ({numerator}) IS NOT NULL THEN {below} END AS "{name}:d"')
        sums += [f'sum("{name}:n") AS "{name}:n"', f'sum("{name}:d") AS "{name}:d"']
    x = {name: f'("{name}:n" / "{name}:d")' for name in ITEMS}
    sums += [f'sum("{name}:n" * {each}) AS "{name}:nx"' for name, each in x.items()]
    limit = {
        name: f"CASE stage WHEN 'primary' THEN {STANDARDS['primary'][n]} ELSE {STANDARDS['junior'][n]} END"
        for n, name in enumerate(ITEMS)
    }
    falls = " + ".join(f"coalesce(({x[n]} < {limit[n]} * (1 - 1e-12))::INT, 0)" for n in ITEMS)
    low = " OR ".join(f"coalesce({x[n]} < 0.85 * {limit[n]} * (1 - 1e-12), false)" for n in ITEMS)
    lacking = " OR ".join(f"{each} IS NULL" for each in x.values())
    counts = {
        "schools": "true",
        "met": "NOT unmet AND NOT lacking",
        "unmet": "unmet",
        "cannot_judge": "NOT unmet AND lacking",
    }
    numbers = [f"nullif({name}, 'nan'::DOUBLE) AS {name}" for name in columns() if name not in KEYS]
    statement = f"""
        WITH given AS (SELECT {", ".join([*KEYS, *numbers])} FROM read_parquet({_files(path)})),
        units AS (SELECT {", ".join(KEYS)}, {", ".join(units)} FROM given),
        judged AS (SELECT *, ({falls}) > 1 OR ({low}) AS unmet, {lacking} AS lacking FROM units)
        SELECT {", ".join(KEYS)}, {", ".join(sums)},
               {", ".join(f"sum(({each})::INT)::BIGINT AS {name}" for name, each in counts.items())}
        FROM judged GROUP BY ALL"""
    frame = duckdb.connect().sql(statement).df()
    return _closed(frame.drop(columns=list(counts))) | {"met": frame[frame["year"] >= FIRST_YEAR][[*KEYS, *counts]]}


def _closed(sums: pd.DataFrame) -> Result:
    """Values by level and difference coefficients of counties, from sums."""
    found: Result = {}
    for level, digits in LEVELS.items():
        table = sums
        if level != "county":
            coarser = sums["region"].str[:digits] if digits else "0"
            table = sums.assign(region=coarser).groupby(KEYS, as_index=False).sum(min_count=1)
        values = {f"{name}:region": table[f"{name}:n"] / table[f"{name}:d"] for name in RATIOS}
        if level == "county":
            for name in ITEMS:
                n, d, nx = (table[f"{name}:{part}"] for part in ("n", "d", "nx"))
                values[f"{name}:spread"] = (nx * d / n**2 - 1).clip(lower=0) ** 0.5
        found[level] = pd.concat([table[KEYS], pd.DataFrame(values)], axis=1)
    return found


WAYS: dict[str, Callable[[str], Result]] = {
    "decode only": decode,
    "ours, Polars": ours("polars"),
    "Polars by hand": polars_by_hand,
    "ours, DuckDB": ours("duckdb"),
    "DuckDB by hand": duckdb_by_hand,
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


def _most_held() -> int:
    """Kilobytes. Of this program alone: what getrusage says counts in the process that started it, where Linux is."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))


def once(way: str, path: str, check: bool) -> dict[str, float]:
    """One way in this process: cold, warm, the work of all cores in the warm call, and the most memory held."""
    times, work = [], []
    for _ in range(2):
        result: Result = {}  # what the first call gave is let go before the second
        start, before = time.perf_counter(), _work()
        result = WAYS[way](path)
        times.append(time.perf_counter() - start)
        work.append(_work() - before)
    held = _most_held() / 1024
    worst = agree(result, pandas_by_hand(path)) if check else 0.0
    return {"first": times[0], "warm": times[1], "work": work[1], "memory": held, "worst": worst}


def _work() -> float:
    """Seconds of all cores so far; unlike the seconds that pass, they hardly depend on what else a machine does."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


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
    lines = ["| way | rows | warm s | s per million rows | work per million rows | memory MB |", "|---|" + "---:|" * 5]
    for way in ways:
        for rows in scales:
            folder = place / f"national-{rows}"
            if not folder.is_dir():
                write_years(folder, rows)
            (runs,) = measured_in_turn([way], folder, rounds, check=False).values()
            found, millions = _middle(runs), rows / 1e6
            each, work = found["warm"] / millions, found["work"] / millions
            figures = f"{found['warm']:.2f} | {each:.2f} | {work:.2f} | {found['memory']:,.0f}"
            lines.append(f"| {way} | {rows:,} | {figures} |")
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
        grow(given.grow or list(SCALES), given.ways or ["ours, Polars", "ours, DuckDB"], given.rounds, given.place)
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
