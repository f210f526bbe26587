"""The reviewer's digest: fixed-width text, which is what nbval compares."""

from __future__ import annotations

from math import floor, log10

import pandas as pd

from qualityedu.models import Fit

__all__ = ["digest", "fit_digest", "fixed"]

# What lies beyond is the noise of binary arithmetic, which differs between machines.
_MOST_DECIMALS = 8


def digest(findings: pd.DataFrame) -> str:
    """One line per finding: region, year, indicator, stage, subject, value, standard, status.

    A value that is missing is a dash; a finding that is withheld has no value here either.
    """
    columns = ["region", "year", "indicator", "stage", "subject"]
    widths = {name: max((len(str(value)) for value in findings[name]), default=0) for name in columns}
    lines = [
        " ".join(
            [
                *(str(getattr(row, name)).ljust(widths[name]) for name in columns),
                fixed(row.value),
                fixed(row.standard),
                str(row.status),
            ]
        )
        for row in findings.itertuples()
    ]
    return "\n".join(lines)


def fit_digest(fitted: Fit) -> str:
    """One line per term of a fitted model (estimate, standard error), then the rows and clusters behind them."""
    width = max(len(term) for term in fitted.table["term"])
    lines = [
        f"{fitted.outcome} {row.term.ljust(width)} {fixed(row.estimate)} {fixed(row.standard_error)}"
        for row in fitted.table.itertuples()
    ]
    return "\n".join([*lines, f"{fitted.outcome} rows {fitted.rows} clusters {fitted.clusters or '—'}"])


def fixed(value: float, width: int = 14) -> str:
    """A number as it stands in a digest: four decimals, below 0.1 as many as give five significant digits, up to eight.

    A dash where it is missing.
    """
    if value != value:
        return "—".rjust(width)
    decimals = 4
    if 0 < abs(value) < 0.1:
        decimals = min(4 - floor(log10(abs(value))), _MOST_DECIMALS)
    return f"{value + 0.0:.{decimals}f}".rjust(width)
