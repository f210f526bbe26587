"""What may leave of sums over many groups: the findings of each level, those that rest on few withheld."""

from __future__ import annotations

import pandas as pd

from qualityedu.findings.sums import Sums, findings_of, persons_of
from qualityedu.release.policy import DEFAULT, SMALLEST, SMALLEST_SPREAD, Policy

__all__ = ["counted_persons", "releasable_sums"]


def releasable_sums(sums: Sums, policy: Policy = DEFAULT) -> pd.DataFrame:
    """Findings of every group with a `status`: `withheld` where one rests on few schools or persons, else empty.

    As `withhold`, but from sums alone: the schools behind them are not at hand. A missing value that was never known
    has the status `no_data`.
    """
    findings = findings_of(sums)
    few = findings["schools"].between(1, SMALLEST - 1)
    few |= (findings["subject"] == "spread") & findings["schools"].between(1, SMALLEST_SPREAD - 1)
    keys = [*sums.keys, "indicator"]
    own = findings[keys].merge(counted_persons(sums), on=keys, how="left")["persons"]
    few |= own.between(0, policy.threshold, inclusive="neither").to_numpy()
    status = pd.Series("", index=findings.index).mask(findings["value"].isna(), "no_data").mask(few, "withheld")
    return findings.assign(value=findings["value"].mask(few), status=status)


def counted_persons(sums: Sums) -> pd.DataFrame:
    """On how many persons the value of each group rests, one row per group and indicator, as far as sums tell."""
    persons = persons_of(sums).rename(columns=lambda name: name.removesuffix(":persons"))
    return sums.table[sums.keys].join(persons).melt(sums.keys, var_name="indicator", value_name="persons")
