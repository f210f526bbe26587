"""Models at national size, as ratios to a named baseline measured in the same run.

Two-way absorbed school and year levels against pyfixest called directly; random intercepts of pupils in schools (and
districts) from group sums against statsmodels' MixedLM, which is run on fewer pupils and scaled up in proportion.
Every pair is also compared figure by figure: a fast wrong answer stops the run.

Then the same from a Parquet file, with schools and counties as text and columns that no model needs, each way in a
process of its own whose peak memory is read at its end: through Polars, DuckDB and pandas, and pyfixest on what pandas
reads.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyfixest
from statsmodels.regression.mixed_linear_model import MixedLM

from qualityedu.models import Fit, fit

sys.path.insert(0, str(Path(__file__).parent))
from memory import most_held

YEARS = 10
SCHOOL_PUPILS = 100


def panel(rows: int) -> pd.DataFrame:
    """Schools over ten years, clustered in counties of about 70 schools."""
    random = np.random.default_rng(1)
    schools = max(rows // YEARS, 20)
    school, year = np.repeat(np.arange(schools), YEARS), np.tile(np.arange(YEARS), schools)
    own = random.normal(size=schools)[school]
    x = random.normal(size=len(school)) + own
    z = random.normal(size=len(school)) + 0.1 * year
    y = x + 0.5 * z + own + random.normal(size=len(school))
    return pd.DataFrame({"y": y, "x": x, "z": z, "school": school, "year": year, "county": school // 70})


def pupils(rows: int) -> pd.DataFrame:
    """Pupils in schools of 100 in districts of 20 schools."""
    random = np.random.default_rng(2)
    school = np.repeat(np.arange(max(rows // SCHOOL_PUPILS, 40)), SCHOOL_PUPILS)
    district = school // 20
    ses = random.normal(size=len(school)) + random.normal(size=school.max() + 1)[school]
    y = 50 + 2 * ses + random.normal(0, 3, school.max() + 1)[school] + random.normal(0, 6, len(school))
    y += random.normal(0, 2, district.max() + 1)[district]
    return pd.DataFrame({"y": y, "ses": ses, "school": school, "district": district})


def timed(job: Callable[[], Any], rounds: int) -> tuple[float, Any]:
    """The median time of a job after a first call that does not count, and what it gave."""
    result = job()
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        result = job()
        taken.append(time.perf_counter() - begun)
    return float(np.median(taken)), result


def interleaved(ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int) -> tuple[float, float, Any, Any]:
    """Both in turn, so that a busy machine slows both alike."""
    ours(), theirs()
    taken: tuple[list[float], list[float]] = ([], [])
    results: list[Any] = [None, None]
    for _ in range(rounds):
        for place, job in enumerate((ours, theirs)):
            begun = time.perf_counter()
            results[place] = job()
            taken[place].append(time.perf_counter() - begun)
    return float(np.median(taken[0])), float(np.median(taken[1])), results[0], results[1]


def say(name: str, seconds: float, baseline: str, baseline_seconds: float, peak: float = 0) -> None:
    ratio = seconds / baseline_seconds
    memory = f"   {peak:,.0f} MB at most" if peak else ""
    print(f"{name:<62} {seconds:8.3f} s   {ratio:6.3f} × {baseline} ({baseline_seconds:.3f} s){memory}")  # noqa: T201


def two_way(rows: int, rounds: int) -> None:
    """Absorbed schools and years, clustered by county."""
    table = panel(rows)

    def ours() -> Fit:
        return fit(
            "y ~ x + z", table, estimator="panel", effects=("school", "year"), errors="cluster", cluster="county",
            small_sample="clusters",
        )  # fmt: skip

    def theirs() -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return pyfixest.feols("y ~ x + z | school + year", table, vcov={"CRV1": "county"}, fixef_rm="none")

    mine, library, fitted, result = interleaved(ours, theirs, rounds)
    np.testing.assert_allclose(fitted.table["estimate"], result.coef(), rtol=1e-6)
    np.testing.assert_allclose(fitted.table["standard_error"], result.se(), rtol=1e-5)
    say(f"two-way absorbed, {len(table):,} rows", mine, "pyfixest.feols", library)


def random_intercepts(rows: int, rounds: int) -> None:
    """Two levels and three, from group sums; MixedLM on fewer pupils."""
    small = pupils(min(rows, 20_000))
    begun = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        design = np.column_stack([np.ones(len(small)), small["ses"]])
        library = MixedLM(small["y"], design, groups=small["school"]).fit(method="powell")
    taken = time.perf_counter() - begun
    same = fit("y ~ ses", small, estimator="multilevel", groups="school")
    np.testing.assert_allclose(same.table["estimate"], library.fe_params, rtol=1e-4)
    table = pupils(rows)
    scaled = taken * len(table) / len(small)
    baseline = f"MixedLM on {len(small):,} pupils, scaled up"
    for groups in (("school",), ("district", "school")):
        seconds, _ = timed(lambda each=groups: fit("y ~ ses", table, estimator="multilevel", groups=each), rounds)
        name = f"{len(groups) + 1} levels from sums, {len(table):,} pupils"
        say(name, seconds, baseline, scaled)


def from_polars(path: Path, _: list[str]) -> Any:
    """A lazy frame, of which nothing is read yet."""
    import polars

    return polars.scan_parquet(path)


def from_duckdb(path: Path, _: list[str]) -> Any:
    """A relation, of which nothing is read yet."""
    import duckdb

    return duckdb.read_parquet(str(path))


def from_pandas(path: Path, columns: list[str]) -> pd.DataFrame:
    """The columns of the model and no others, as one would write it by hand."""
    return pd.read_parquet(path, columns=columns)


def panel_by_fit(table: Any) -> list[float]:
    """Our estimates of the panel."""
    how: dict[str, Any] = {"effects": ("school", "year"), "cluster": "county", "small_sample": "clusters"}
    return list(fit("y ~ x + z", table, estimator="panel", errors="cluster", **how).table["estimate"])


def panel_by_pyfixest(table: pd.DataFrame) -> list[float]:
    """Those of pyfixest."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = pyfixest.feols("y ~ x + z | school + year", table, vcov={"CRV1": "county"}, fixef_rm="none")
    return list(result.coef())


def levels_by_fit(table: Any) -> list[float]:
    """Our estimates of two levels."""
    return list(fit("y ~ ses", table, estimator="multilevel", groups="school").table["estimate"])


Job = Callable[[Any], list[float]]
Opened = Callable[[Path, list[str]], Any]


def alone(opened: Opened, job: Job, path: Path, columns: list[str], rounds: int) -> tuple[float, float, list[float]]:
    """The median time after a first call, the peak memory in MB and the estimates, of a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as own:
        return own.apply(_alone, (opened, job, path, columns, rounds))


def _alone(opened: Opened, job: Job, path: Path, columns: list[str], rounds: int) -> tuple[float, float, list[float]]:
    seconds, found = timed(lambda: job(opened(path, columns)), rounds)
    return seconds, most_held(), found


def from_parquet(rows: int, rounds: int) -> None:
    """The panel and two levels from a file, by every way in."""
    ways: dict[str, Opened] = {"Polars, lazily": from_polars, "DuckDB": from_duckdb, "pandas": from_pandas}
    jobs: list[tuple[str, pd.DataFrame, list[str], Job, Job]] = [
        ("panel", panel(rows), ["y", "x", "z", "school", "year", "county"], panel_by_fit, panel_by_pyfixest),
        ("two levels", pupils(rows // 2), ["y", "ses", "school"], levels_by_fit, levels_by_fit),
    ]
    for name, table, columns, job, by_hand in jobs:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.parquet"
            words = {
                each: "33" + table[each].astype(str).str.zfill(8) for each in ("school", "county") if each in table
            }
            unused = {f"unused{place}": np.random.default_rng(place).normal(size=len(table)) for place in range(8)}
            table.assign(**words, **unused).to_parquet(path, row_group_size=200_000)
            baseline = "pyfixest on pandas" if by_hand is not job else "fit on pandas"
            least, peak, expected = alone(from_pandas, by_hand, path, columns, rounds)
            say(f"{name} from Parquet, {len(table):,} rows, {baseline}", least, "itself", least, peak)
            for way, opened in ways.items():
                if by_hand is job and opened is from_pandas:
                    continue
                seconds, peak, found = alone(opened, job, path, columns, rounds)
                np.testing.assert_allclose(found, expected, rtol=1e-6)
                say(f"{name} from Parquet, {way}", seconds, baseline, least, peak)


def main() -> None:
    """Read `--rows` and `--rounds`, run all."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--rows", type=int, default=2_000_000, help="rows of the panel; half as many pupils")
    reader.add_argument("--rounds", type=int, default=3)
    asked = reader.parse_args()
    two_way(asked.rows, asked.rounds)
    random_intercepts(asked.rows // 2, asked.rounds)
    from_parquet(asked.rows, asked.rounds)


if __name__ == "__main__":
    main()
