"""The reviewer's digest: fixed-width text to four decimals, which is what nbval compares."""

from __future__ import annotations

import pandas as pd

from qualityedu.models import Fit

__all__ = ["digest", "fit_digest"]


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
                _fixed(row.value),
                _fixed(row.standard),
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
        f"{fitted.outcome} {row.term.ljust(width)} {_fixed(row.estimate)} {_fixed(row.standard_error)}"
        for row in fitted.table.itertuples()
    ]
    return "\n".join([*lines, f"{fitted.outcome} rows {fitted.rows} clusters {fitted.clusters or '—'}"])


def _fixed(value: float) -> str:
    return f"{'—':>14}" if value != value else f"{value:14.4f}"
