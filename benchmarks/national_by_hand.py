"""The job of `national.py` written by hand, in pandas, Polars and DuckDB, and merely decoding its columns.

Each definition is written down once for each engine. What `alike` adds is what ours gives besides: how many schools
each value rests on, and difference coefficients that are bounded by the range, so that equal schools give exactly 0.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

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


def polars_by_hand(path: str, *, alike: bool = False) -> Result:
    """Polars, lazily and streaming, one pass; where `alike`, with all that ours gives."""
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
    if alike:
        sums += [pl.len().alias("units"), *(pl.col(f"{name}:d").count().alias(f"{name}:known") for name in RATIOS)]
        sums += [each.min().alias(f"{name}:low") for name, each in x.items()]
        sums += [each.max().alias(f"{name}:high") for name, each in x.items()]
    numbers = [name for name in columns() if name not in KEYS]
    lazy = pl.scan_parquet(_files(path)).with_columns(  # a NaN of pandas is missing, too
        [pl.when(pl.col(name).is_nan()).then(None).otherwise(pl.col(name)).alias(name) for name in numbers]
    )
    lazy = lazy.select(*KEYS, *units)
    lazy = lazy.with_columns(**{name: each.cast(pl.Int64) for name, each in counts.items()})
    table = lazy.group_by(KEYS).agg(*sums, *(pl.col(name).sum() for name in counts)).collect(engine="streaming")
    frame = table.to_pandas()
    return _closed(frame.drop(columns=list(counts))) | {"met": frame[frame["year"] >= FIRST_YEAR][[*KEYS, *counts]]}


def duckdb_by_hand(path: str, *, alike: bool = False) -> Result:
    """DuckDB, one statement; where `alike`, with all that ours gives."""
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
    if alike:
        sums += ["count(*) AS units", *(f'count("{name}:d") AS "{name}:known"' for name in RATIOS)]
        sums += [
            f'{of}({each}) AS "{name}:{end}"'
            for name, each in x.items()
            for of, end in (("min", "low"), ("max", "high"))
        ]
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
    range_of_x = [f"{name}:{end}" for name in ITEMS for end in ("low", "high") if f"{name}:{end}" in sums]
    for level, digits in LEVELS.items():
        table = sums
        if level != "county":
            coarser = sums["region"].str[:digits] if digits else "0"
            table = sums.drop(columns=range_of_x).assign(region=coarser).groupby(KEYS, as_index=False).sum(min_count=1)
        values = {f"{name}:region": table[f"{name}:n"] / table[f"{name}:d"] for name in RATIOS}
        if level == "county":
            values |= {f"{name}:spread": _spread(table, name) for name in ITEMS}
        counts = [name for name in table if name == "units" or name.endswith(":known")]
        found[level] = pd.concat([table[KEYS + counts], pd.DataFrame(values)], axis=1)
    return found


def _spread(table: pd.DataFrame, name: str) -> pd.Series:
    n, d, nx = (table[f"{name}:{part}"] for part in ("n", "d", "nx"))
    variance = (nx * d / n**2 - 1).clip(lower=0)
    if f"{name}:low" not in table:
        return variance**0.5
    mean, low, high = n / d, table[f"{name}:low"], table[f"{name}:high"]
    return variance.clip(upper=((mean - low) * (high - mean) / mean**2).clip(lower=0)) ** 0.5
