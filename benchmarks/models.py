"""Models at national size, as ratios to a named baseline measured in the same run.

Two-way absorbed school and year levels against pyfixest called directly; random intercepts of pupils in schools (and
districts) from group sums against statsmodels' MixedLM, which is run on fewer pupils and scaled up in proportion.
Every pair is also compared figure by figure: a fast wrong answer stops the run.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyfixest
from statsmodels.regression.mixed_linear_model import MixedLM

from qualityedu.models import Fit, fit

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


def say(name: str, seconds: float, baseline: str, baseline_seconds: float) -> None:
    ratio = seconds / baseline_seconds
    print(f"{name:<44} {seconds:8.3f} s   {ratio:6.3f} × {baseline} ({baseline_seconds:.3f} s)")  # noqa: T201


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


def main() -> None:
    """Read `--rows` and `--rounds`, run both."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--rows", type=int, default=2_000_000, help="rows of the panel; half as many pupils")
    reader.add_argument("--rounds", type=int, default=3)
    asked = reader.parse_args()
    two_way(asked.rows, asked.rounds)
    random_intercepts(asked.rows // 2, asked.rounds)


if __name__ == "__main__":
    main()
