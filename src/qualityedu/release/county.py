"""A county's verdict as it may be shown: judged on all figures, and silent on those that rest on few."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from qualityedu.findings import CountyVerdict
from qualityedu.findings.judge import decimals_of
from qualityedu.findings.persons import persons_behind
from qualityedu.indicators import catalogue
from qualityedu.release.policy import DEFAULT, SMALLEST, SMALLEST_SPREAD, Policy
from qualityedu.release.regions import CLOSE
from qualityedu.standards import COMPULSORY

__all__ = ["releasable_county"]


def releasable_county(
    verdict: CountyVerdict,
    shown: set[str],
    *,
    rows: pd.DataFrame | None = None,
    findings: pd.DataFrame | None = None,
    policy: Policy = DEFAULT,
) -> CountyVerdict:
    """A verdict in which a line that rests on few has no value, and schools are named only where they may be.

    `shown` are the indicators that may be shown by school, `rows` the whole table of the county and year, `findings`
    those of it that are published. What is a fact of the county itself (what a civil servant earns) rests on no school.
    A line counts schools that the findings leave out, such as the smallest teaching points, and some lines add both
    stages up: where a line less the findings would tell what is not published to within a tenth, the line's value is
    withheld. `status` of the whole stands as it was judged.
    """
    lines = verdict.lines
    if lines.empty:
        return verdict
    of_schools = lines["indicator"].map(lambda name: name == "" or "school" in catalogue()[name].levels)
    measured = lines["subject"].isin(["region", "spread"])
    few = lines["schools"].between(1, SMALLEST - 1) & of_schools & measured
    few |= (lines["subject"] == "spread") & lines["schools"].between(1, SMALLEST_SPREAD - 1)
    if rows is not None and findings is not None and len(rows):
        persons = _persons_of(rows)
        counted = [persons.get((row.indicator, row.stage), float("nan")) for row in lines.itertuples()]
        few |= measured & pd.Series(counted, index=lines.index).between(0, policy.threshold, inclusive="neither")
        few |= (lines["subject"] == "sample") & (lines["value"] < policy.threshold)
        telling = [
            row.subject == "region" and _tells(row, findings, persons, policy.threshold) for row in lines.itertuples()
        ]
        few |= pd.Series(telling, index=lines.index)
    named = (lines["indicator"] == "") | lines["indicator"].isin(shown)
    hidden = pd.Series([()] * len(lines), index=lines.index, dtype=object)
    return replace(
        verdict,
        lines=lines.assign(
            **{name: lines[name].mask(few) for name in ("value", "lower", "upper")},
            status=lines["status"].mask(few, "withheld"),
            concerned=lines["concerned"].where(named, hidden),
            relaxed=lines["relaxed"].where(named, hidden),
        ),
    )


def _persons_of(rows: pd.DataFrame) -> dict[tuple[str, str], float]:
    """On how many persons each line rests at the most, by indicator and stage, both stages together as well."""
    if "school_kind" in rows.columns:
        rows = rows.assign(stage=rows["stage"].mask(rows["school_kind"] == "special", "special"))
    found = persons_behind(rows)
    apart = found.set_index(["indicator", "stage"])["persons"]
    together = found[found["stage"].isin(["primary", "junior", "special"])].groupby("indicator")["persons"]
    both = {(str(name), COMPULSORY): value for name, value in together.sum(min_count=1).items()}
    return {(str(name), str(stage)): float(value) for (name, stage), value in apart.items()} | both


def _tells(line: object, findings: pd.DataFrame, persons: dict[tuple[str, str], float], threshold: int) -> bool:
    """Whether a line's value, less what the findings publish of the same indicator, tells the rest too closely.

    The line is V_T of P_T persons, the findings V_S of P_S, both known to half of their last digit u. The rest of P_H =
    P_T − P_S persons is then known to ± u·(P_T + P_S)/P_H.
    """
    name, stage = line.indicator, line.stage  # type: ignore[attr-defined]
    value, schools = line.value, line.schools  # type: ignore[attr-defined]
    total = persons.get((name, stage), float("nan"))
    stages = ["primary", "junior"] if stage == COMPULSORY else [stage]
    own = findings[(findings["indicator"] == name) & findings["stage"].isin(stages) & findings["value"].notna()]
    if value != value or total != total or own.empty or own["persons"].isna().any():
        return False
    part, rest_schools = float(own["persons"].sum()), schools - int(own["schools"].sum())
    rest = total - part
    alone = rest_schools < SMALLEST and catalogue()[name].release != "school"
    small = alone or rest < threshold
    if rest <= 0 or rest_schools <= 0 or not small:
        return False
    amount = value * total - float((own["value"] * own["persons"]).sum())
    half_digit = 0.5 * 10.0 ** -decimals_of(name, "region")
    return half_digit * (total + part) < CLOSE * abs(amount)
