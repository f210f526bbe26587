"""Findings held against what has been decreed for their own subject, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pandas as pd

from qualityedu.indicators import catalogue
from qualityedu.standards import (
    Subject,
    Threshold,
    meets,
    place_of,
    regulations,
    school_year_end,
    threshold_for,
    thresholds,
)
from qualityedu.text import half_up

__all__ = ["alike_in_law", "decimals_of", "judge", "rounding_decides", "threshold_of"]

SPREAD_DECIMALS = 2  # the limits on the difference coefficient are decreed with two


def judge(
    findings: pd.DataFrame, *, country: str = "CN", on: date | None = None, plan: str | None = None
) -> pd.DataFrame:
    """Findings with what was decreed: adds `standard`, `rule`, `regulation`, `clause`, `status`, `rounding`.

    A finding is compared only with a threshold for its own subject: a county's mean is never held against what
    every school must reach. The comparison is of unrounded values. `status` is `met`, `unmet`, `no_standard` or
    `no_data`; `rounding` is true where the value as printed would get the other verdict. `on` is the day whose
    regulations count, the last of each finding's school year if not given; `country` is empty for tables of which
    no country's regulations speak, only international conventions. `plan` is the id of a document that applies only
    by name. For a band (`within`) `standard` is its lower end.
    """
    decreed = _decreed(findings, country, on, plan)
    values = findings["value"].tolist()
    return findings.assign(
        standard=[each.value if each else float("nan") for each in decreed],
        rule=[each.rule if each else "" for each in decreed],
        regulation=[each.regulation.number if each else "" for each in decreed],
        clause=[each.clause if each else "" for each in decreed],
        status=[_status(value, each) for value, each in zip(values, decreed, strict=True)],
        rounding=[
            each is not None and rounding_decides(value, each) for value, each in zip(values, decreed, strict=True)
        ],
    )


def alike_in_law(regions: Iterable[str], country: str) -> dict[str, tuple[bool, ...]]:
    """Regions with the same mark are spoken of by the same regulations and thresholds, whatever the year."""
    of_thresholds = {place for several in thresholds().values() for each in several for place in each.places}
    places = sorted({each.place for each in regulations().values()} | of_thresholds)
    return {region: tuple(map(place_of(country, str(region)).startswith, places)) for region in regions}


def threshold_of(row: object, *, country: str, on: date | None = None, plan: str | None = None) -> Threshold | None:
    """What was decreed for the subject of one row with `region`, `year`, `indicator`, `stage` and `subject`."""
    subject: Subject = row.subject  # type: ignore[attr-defined]
    threshold = threshold_for(
        row.indicator,  # type: ignore[attr-defined]
        row.stage,  # type: ignore[attr-defined]
        subject,
        on=on or school_year_end(row.year),  # type: ignore[attr-defined]
        place=place_of(country, row.region),  # type: ignore[attr-defined]
        plan=plan,
    )
    if threshold and threshold.basis and getattr(row, "basis", threshold.basis) != threshold.basis:
        return None
    return threshold


def decimals_of(indicator: str, subject: str) -> int:
    """With how many decimals a value of that subject is printed."""
    return SPREAD_DECIMALS if subject == "spread" else catalogue()[indicator].decimals


def rounding_decides(value: float, threshold: Threshold) -> bool:
    """Whether the value as printed would get the other verdict."""
    if value != value:
        return False
    decimals = decimals_of(threshold.indicator, threshold.subject)
    return meets(float(half_up(value, decimals)), threshold) != meets(value, threshold)


def _decreed(findings: pd.DataFrame, country: str, on: date | None, plan: str | None) -> list[Threshold | None]:
    """What was decreed for each row, looked up once for all rows that cannot differ in it."""
    if findings.empty:
        return []
    alike = findings["region"].map(alike_in_law(findings["region"].unique(), country))
    keys = [name for name in ("year", "indicator", "stage", "subject", "basis") if name in findings.columns]
    places = findings.groupby([alike, *keys], sort=False, dropna=False).ngroup().to_numpy()
    of_each = findings[~pd.Series(places, index=findings.index).duplicated()].itertuples()
    limits = [threshold_of(row, country=country, on=on, plan=plan) for row in of_each]
    return [limits[place] for place in places]


def _status(value: float, threshold: Threshold | None) -> str:
    if value != value:
        return "no_data"
    if threshold is None:
        return "no_standard"
    return "met" if meets(value, threshold) else "unmet"
