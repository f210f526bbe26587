"""A region in brief: every number in its sentences is the one in the section that it leads to."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from conftest import Released
from qualityedu.findings import orientation
from qualityedu.indicators import catalogue
from qualityedu.models import RegionalModel
from qualityedu.release import Release
from qualityedu.tables import brief
from qualityedu.tables.brief import APART
from qualityedu.text import LANGUAGES, say

COUNTIES = ("999901", "999902", "999903", "999904", "999908")
Models = dict[str, list[RegionalModel]]


def _sentences(release: Release, models: list[RegionalModel], lang: str = "zh") -> dict[str, str]:
    """The sentences by the section that each leads to."""
    fragment = brief(release, models, lang)
    keys = re.findall(r'href="#(\w+)"', fragment.html)
    return dict(zip(keys, fragment.text.splitlines()[1:], strict=True))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("county", COUNTIES)
def test_each_sentence_leads_to_a_section(released: Released, models: Models, county: str, lang: str) -> None:
    found = _sentences(released("demo", county), models["demo"], lang)
    assert {"spreads", "county", "profile", "models", "years"} <= set(found)
    assert all(say(f"section.{key}", lang) for key in found)


def test_the_item_that_most_schools_miss(released: Released, models: Models) -> None:
    """Worked again from the ledger: 13 primary schools of 999901 lack sports area, 35,201 square metres in all."""
    release = released("demo", "999901")
    gaps = release.ledger[release.ledger["status"] == "unmet"]
    counts = gaps.value_counts(["indicator", "stage"])
    assert counts.index[0] == ("sports_area_per_pupil", "primary")
    sports = gaps[(gaps["indicator"] == "sports_area_per_pupil") & (gaps["stage"] == "primary")]
    said = _sentences(release, models["demo"])["shortfalls"]
    assert f"共{counts.iloc[0]}所" in said
    assert f"{sports['missing'].sum():,.1f}" in said
    assert f"{release.verdict.schools_unmet}所未达标" in said


def test_what_is_not_known_is_not_added_up(released: Released, models: Models) -> None:
    release = released("demo", "999901")
    unknown = release.ledger.assign(missing=float("nan"))
    assert "还差" not in _sentences(replace(release, ledger=unknown), models["demo"])["shortfalls"]


def test_a_spread_that_rounds_to_its_limit_is_printed_with_the_digits_that_decide(
    released: Released, models: Models
) -> None:
    said = _sentences(released("demo", "999904"), models["demo"])["spreads"]
    assert "0.502" in said
    assert "0.50。" in said


def test_withheld_spreads_are_not_called_within(released: Released, models: Models) -> None:
    release = released("demo", "999904")
    spread = release.findings["subject"] == "spread"
    hidden = release.findings.assign(
        value=release.findings["value"].mask(spread), status=release.findings["status"].mask(spread, "withheld")
    )
    said = _sentences(replace(release, findings=hidden), models["demo"])["spreads"]
    assert "不予公布" in said
    assert "1项超过限值" in said


@pytest.mark.parametrize("county", COUNTIES)
def test_the_leaning_is_that_of_the_profile(released: Released, models: Models, county: str) -> None:
    release = released("demo", county)
    scored = orientation(release.peers, county).dropna(subset=["score"])
    above = {leaning: own["score"] > 0 for leaning, own in scored.groupby("leaning")}
    apart = above["exam"].mean() - above["quality"].mean()
    said = _sentences(release, models["demo"])["profile"]
    side = "两边相近" if abs(apart) < APART else "应试一边" if apart > 0 else "素质一边"
    assert side in said
    assert f"应试取向{len(above['exam'])}项中{above['exam'].sum()}项" in said
    assert f"素质取向{len(above['quality'])}项中{above['quality'].sum()}项" in said


@pytest.mark.parametrize("county", COUNTIES)
def test_the_changes_are_counted_once(released: Released, models: Models, county: str) -> None:
    release = released("demo", county)
    last = release.changes[release.changes["year"] == release.year]
    last = last[last["movement"].isin(["rose", "fell", "steady"])]
    moved = last[last["movement"] != "steady"]
    good = pd.Series(
        [
            (row.movement == "rose") == (row.subject == "region" and catalogue()[row.indicator].better == "higher")
            for row in moved.itertuples()
            if row.subject == "spread" or catalogue()[row.indicator].better in ("higher", "lower")
        ]
    )
    said = _sentences(release, models["demo"])["years"]
    assert f"{len(last)}项变化中{len(moved)}项超出波动：{good.sum()}项向好，{(~good).sum()}项向差" in said


def test_the_standings_are_those_of_the_models(released: Released, models: Models) -> None:
    rows = [model.standings.set_index("region").loc["999901"] for model in models["demo"]]
    above, below = sum(row["lower"] > 0 for row in rows), sum(row["upper"] < 0 for row in rows)
    said = _sentences(released("demo", "999901"), models["demo"])["models"]
    assert f"{len(rows)}项结果中{above}项较高、{below}项较低、{len(rows) - above - below}项" in said
    assert above
    assert below


def test_an_economy_has_no_verdict_and_no_gap(released: Released, models: Models) -> None:
    found = _sentences(released("world", "039"), models["world"], "en")
    assert set(found) == {"profile", "models", "years"}
