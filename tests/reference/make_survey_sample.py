"""A small sample of pupils, made by a seed: 8 strata, 2 schools in each, 6 pupils in each school."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.linalg import hadamard


def make() -> pd.DataFrame:
    """96 rows: design, weights, four sets of replicate weights, two variables and five plausible values."""
    random = np.random.default_rng(20261121)
    stratum, half = np.repeat(np.arange(8), 12), np.tile(np.repeat([0, 1], 6), 8)
    school = stratum * 2 + half
    weight = np.round(random.uniform(5, 40, 16)[school] * random.uniform(0.8, 1.2, 96), 3)
    x = np.round(random.normal(0, 1, 96) + 0.4 * random.normal(0, 1, 16)[school], 4)
    true = 500 + 30 * x + 25 * random.normal(0, 1, 16)[school] + random.normal(0, 60, 96)
    table = {
        "stratum": stratum + 1,
        "school": school + 101,
        "half": half,
        "population": random.integers(4, 30, 8)[stratum],
        "w": weight,
        "sex": np.where(random.random(96) < 0.5, "boy", "girl"),
        "x": np.where(random.random(96) < 0.06, np.nan, x),
        "y": np.round(true + random.normal(0, 20, 96), 2),
    }
    table |= {f"pv{m}": np.round(true + random.normal(0, 30, 96), 2) for m in range(1, 6)}
    signs = hadamard(8)
    chosen = half == (signs[:, stratum] > 0)
    table |= {f"brr{r + 1}": np.round(weight * np.where(chosen[r], 2, 0), 4) for r in range(8)}
    table |= {f"fay{r + 1}": np.round(weight * np.where(chosen[r], 1.5, 0.5), 4) for r in range(8)}
    others = {r: np.where(stratum == r // 2, 2.0, 1.0) for r in range(16)}
    table |= {f"jkn{r + 1}": np.round(weight * np.where(school == r, 0, others[r]), 4) for r in range(16)}
    table |= {f"jk1_{r + 1}": np.round(weight * np.where(school == r, 0, 16 / 15), 6) for r in range(16)}
    return pd.DataFrame(table)


if __name__ == "__main__":
    make().to_csv(Path(__file__).with_name("survey_sample.csv"), index=False)
