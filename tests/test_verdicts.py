"""The verdict on each school and on a county: six of seven, 85 %, and nothing unknown passes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from conftest import MakeSchools
from qualityedu.datasets import Dataset
from qualityedu.errors import RequestError
from qualityedu.findings import Appraisal, appraise, attainment, overview, school_values, school_verdicts
from qualityedu.standards import Rule, rule_for, school_year_end
from qualityedu.text import LANGUAGES

# 教督〔2017〕6号: what every primary and junior school must reach.
STANDARDS = {
    "high_qualified_teachers_per_100": {"primary": 4.2, "junior": 5.3},
    "backbone_teachers_per_100": {"primary": 1.0, "junior": 1.0},
    "pe_art_teachers_per_100": {"primary": 0.9, "junior": 0.9},
    "teaching_area_per_pupil": {"primary": 4.5, "junior": 5.8},
    "sports_area_per_pupil": {"primary": 7.5, "junior": 10.2},
    "equipment_value_per_pupil": {"primary": 2000.0, "junior": 2500.0},
    "multimedia_rooms_per_100": {"primary": 2.3, "junior": 2.4},
}
FIRST, SECOND, THIRD = list(STANDARDS)[:3]
NO = math.nan


def _school(shares: Mapping[str, float] | None = None, stage: str = "primary") -> dict[str, object]:
    """A school of 500 at 1.2 times every standard, but for those items whose share of the standard is given."""
    items = {name: standards[stage] * (shares or {}).get(name, 1.2) for name, standards in STANDARDS.items()}
    return {"stage": stage, "pupils": 500, **items}


def _rule() -> Rule:
    rule = rule_for("resource_allocation", on=school_year_end(2022), place="CN-330106")
    assert rule is not None
    return rule


def _verdict(make_schools: MakeSchools, shares: Mapping[str, float] | None = None) -> pd.Series:
    reached = attainment(school_values(make_schools([_school(shares)])))
    return school_verdicts(reached, _rule()).iloc[0]


class TestAttainment:
    def test_every_item_of_every_school(self, make_schools: MakeSchools) -> None:
        reached = attainment(school_values(make_schools([_school(), _school(stage="junior")])))
        assert len(reached) == 14
        assert set(reached["status"]) == {"met"}
        found = {(row.indicator, row.stage): row.standard for row in reached.itertuples()}
        assert found == {(name, stage): each[stage] for name, each in STANDARDS.items() for stage in each}
        assert reached["share"].tolist() == pytest.approx([1.2] * 14)

    def test_status_share_and_clause(self, make_schools: MakeSchools) -> None:
        reached = attainment(school_values(make_schools([_school({FIRST: 1.0, SECOND: 0.9, THIRD: NO})])))
        rows = reached.set_index("indicator")
        assert rows.loc[[FIRST, SECOND, THIRD], "status"].tolist() == ["met", "unmet", "no_data"]
        assert rows.loc[SECOND, "share"] == pytest.approx(0.9)
        assert math.isnan(rows["share"][THIRD])
        assert rows.loc[FIRST, "clause"] == "资源配置第1项"

    def test_rounding_is_told(self, make_schools: MakeSchools) -> None:
        schools = make_schools([_school({SECOND: 0.996, THIRD: 0.9})])
        reached = attainment(school_values(schools)).set_index("indicator")
        assert (reached.loc[SECOND, "status"], reached.loc[SECOND, "rounding"]) == ("unmet", True)  # prints as 1.00
        assert (reached.loc[THIRD, "status"], reached.loc[THIRD, "rounding"]) == ("unmet", False)

    def test_from_counts_on_the_boundary(self, make_schools: MakeSchools) -> None:
        # 21 of 500 and 63 of 1500 are 4.2 for every 100.
        schools = make_schools("pupils high_qualified_teachers\n500 21\n1500 63\n1500 62")
        reached = attainment(school_values(schools))
        assert reached.loc[reached["indicator"] == FIRST, "status"].tolist() == ["met", "met", "unmet"]

    def test_an_item_that_the_table_lacks_is_seen(self, make_schools: MakeSchools) -> None:
        schools = make_schools([_school(), _school()]).drop(columns=THIRD)
        reached = attainment(school_values(schools))
        assert reached.loc[reached["indicator"] == THIRD, "status"].tolist() == ["no_data", "no_data"]

    @pytest.mark.parametrize(("country", "year"), [("", 2022), ("US", 2022), ("CN", 2015)])
    def test_nothing_where_nothing_is_decreed(self, make_schools: MakeSchools, country: str, year: int) -> None:
        assert attainment(school_values(make_schools([_school()], year=year)), country=country).empty


class TestSchoolVerdicts:
    @pytest.mark.parametrize(
        ("shares", "verdict"),
        [
            ({}, "met"),
            ({FIRST: 1.0, SECOND: 1.0}, "met"),  # the number itself is within
            ({FIRST: 0.9}, "met"),  # six of seven
            ({FIRST: 0.85}, "met"),  # the floor itself is within
            ({FIRST: 0.8499}, "unmet"),
            ({FIRST: 0.5}, "unmet"),
            ({FIRST: 0.99, SECOND: 0.99}, "unmet"),  # five of seven
            ({FIRST: NO}, "cannot_judge"),
            ({FIRST: NO, SECOND: 0.9}, "cannot_judge"),
            ({FIRST: NO, SECOND: 0.8}, "unmet"),  # below the floor, whatever the missing one is
            ({FIRST: 0.9, SECOND: 0.9, THIRD: NO}, "unmet"),  # two missed already
            (dict.fromkeys(STANDARDS, NO), "cannot_judge"),
        ],
    )
    def test_six_of_seven(self, make_schools: MakeSchools, shares: dict[str, float], verdict: str) -> None:
        assert _verdict(make_schools, shares)["verdict"] == verdict

    @pytest.mark.parametrize("item", STANDARDS)
    @pytest.mark.parametrize("stage", ["primary", "junior"])
    def test_the_floor_of_every_item(self, make_schools: MakeSchools, item: str, stage: str) -> None:
        # In decimal: 0.85 * 4.2 is 3.57, as an office would work it out.
        exact = round(0.85 * STANDARDS[item][stage], 6)
        verdicts = [
            school_verdicts(attainment(school_values(make_schools([{**_school(stage=stage), item: value}]))), _rule())
            for value in (exact, exact * 0.9999)
        ]
        assert [each["verdict"].item() for each in verdicts] == ["met", "unmet"]

    def test_what_it_rests_on(self, make_schools: MakeSchools) -> None:
        found = _verdict(make_schools, {FIRST: 0.9, SECOND: 0.7, THIRD: NO})
        assert (found["items_met"], found["items_unmet"], found["items_missing"]) == (4, 2, 1)
        assert found["lowest_share"] == pytest.approx(0.7)
        assert (found["short_of"], found["lacking"]) == ((FIRST, SECOND), (THIRD,))

    def test_with_nothing_short_there_is_no_lowest_share(self, make_schools: MakeSchools) -> None:
        assert math.isnan(_verdict(make_schools)["lowest_share"])

    def test_a_table_without_an_item_passes_nobody(self, make_schools: MakeSchools) -> None:
        schools = make_schools([_school(), _school(), _school({FIRST: 0.5})]).drop(columns=SECOND)
        found = school_verdicts(attainment(school_values(schools)), _rule())
        assert found["verdict"].tolist() == ["cannot_judge", "cannot_judge", "unmet"]
        assert found["lacking"].tolist() == [(SECOND,)] * 3

    def test_a_school_counts_once_for_each_stage(self, make_schools: MakeSchools) -> None:
        schools = make_schools([{**_school(), "school": "A"}, {**_school({FIRST: 0.5}, "junior"), "school": "A"}])
        found = school_verdicts(attainment(school_values(schools)), _rule()).set_index("stage")
        assert found["verdict"].to_dict() == {"primary": "met", "junior": "unmet"}

    def test_a_missing_name_loses_no_school(self, make_schools: MakeSchools) -> None:
        schools = make_schools([{**_school(), "school_name": "甲小学"}, {**_school(), "school_name": None}])
        assert len(school_verdicts(attainment(school_values(schools)), _rule())) == 2

    def test_no_schools_no_verdicts(self, make_schools: MakeSchools) -> None:
        reached = attainment(school_values(make_schools([_school()], year=2015)))
        assert school_verdicts(reached, _rule()).empty


def _dataset(country: str = "CN") -> Dataset:
    return Dataset(id="made", table=Path("made.csv"), title={"zh": "某县", "en": "A county"}, country=country)


def _appraised(schools: pd.DataFrame, *, year: int = 2022, country: str = "CN") -> Appraisal:
    return appraise(overview(schools, _dataset(country), year=year), "330106")


class TestAppraise:
    def test_met(self, make_schools: MakeSchools) -> None:
        verdict = _appraised(make_schools([_school(), _school(), _school({FIRST: 0.9})])).verdict
        assert verdict.status == "met"
        assert (verdict.schools_met, verdict.schools_unmet, verdict.schools_unknown) == (3, 0, 0)
        assert (verdict.spreads_met, verdict.spreads_unmet, verdict.spreads_unknown) == (7, 0, 0)
        assert verdict.rule is not None

    def test_two_stages_are_judged_apart(self, make_schools: MakeSchools) -> None:
        schools = [_school(), _school(), _school(stage="junior"), _school({FIRST: 0.8}, "junior")]
        verdict = _appraised(make_schools(schools)).verdict
        assert verdict.status == "unmet"
        assert (verdict.schools_met, verdict.schools_unmet) == (3, 1)
        assert verdict.spreads_met == 14

    def test_unmet_by_schools_only(self, make_schools: MakeSchools) -> None:
        verdict = _appraised(make_schools([_school({FIRST: 0.9, SECOND: 0.9})] * 3)).verdict
        assert verdict.status == "unmet"
        assert (verdict.schools_met, verdict.schools_unmet) == (0, 3)
        assert (verdict.spreads_met, verdict.spreads_unmet) == (7, 0)

    def test_unmet_by_spreads_only(self, make_schools: MakeSchools) -> None:
        # Equal schools at 1, 1 and 10 times the standard: mean 4, deviation √18, coefficient 1.06.
        schools = [_school(), _school(), _school()]
        for school, share in zip(schools, (1.0, 1.0, 10.0), strict=True):
            school[SECOND] = STANDARDS[SECOND]["primary"] * share
        appraisal = _appraised(make_schools(schools))
        verdict = appraisal.verdict
        assert verdict.status == "unmet"
        assert (verdict.schools_met, verdict.schools_unmet) == (3, 0)
        assert (verdict.spreads_met, verdict.spreads_unmet) == (6, 1)
        row = appraisal.overview.findings.query("subject == 'spread' and indicator == @SECOND").iloc[0]
        assert row["value"] == pytest.approx(math.sqrt(18) / 4)

    def test_cannot_judge_where_a_cell_is_missing(self, make_schools: MakeSchools) -> None:
        verdict = _appraised(make_schools([_school(), _school(), _school({FIRST: NO})])).verdict
        assert verdict.status == "cannot_judge"
        assert (verdict.schools_met, verdict.schools_unknown) == (2, 1)

    def test_cannot_judge_where_an_item_is_missing(self, make_schools: MakeSchools) -> None:
        verdict = _appraised(make_schools([_school(), _school()]).drop(columns=FIRST)).verdict
        assert verdict.status == "cannot_judge"
        assert (verdict.schools_unknown, verdict.spreads_met, verdict.spreads_unknown) == (2, 6, 1)

    def test_cannot_judge_the_spread_of_one_school(self, make_schools: MakeSchools) -> None:
        verdict = _appraised(make_schools([_school()])).verdict
        assert (verdict.status, verdict.schools_met, verdict.spreads_unknown) == ("cannot_judge", 1, 7)

    def test_what_is_missing_does_not_hide_what_is_unmet(self, make_schools: MakeSchools) -> None:
        verdict = _appraised(make_schools([_school({FIRST: NO}), _school(), _school({SECOND: 0.5})])).verdict
        assert (verdict.status, verdict.schools_unknown, verdict.schools_unmet) == ("unmet", 1, 1)

    def test_cannot_judge_a_county_of_another_stage(self, make_schools: MakeSchools) -> None:
        schools = make_schools("pupils classes\n1000 20\n900 20", stage="senior")
        assert _appraised(schools).verdict.status == "cannot_judge"

    @pytest.mark.parametrize(("country", "year"), [("", 2022), ("CN", 2015)])
    def test_no_standard(self, make_schools: MakeSchools, country: str, year: int) -> None:
        appraisal = _appraised(make_schools([_school(), _school()], year=year), year=year, country=country)
        assert (appraisal.verdict.status, appraisal.verdict.rule) == ("no_standard", None)
        assert appraisal.schools.empty

    def test_schools_out_of_scope_do_not_count(self, make_schools: MakeSchools) -> None:
        poor = {**_school(dict.fromkeys(STANDARDS, 0.1)), "school_kind": "special"}
        schools = make_schools([{**_school(), "school_kind": "primary"}, {**_school(), "school_kind": "primary"}, poor])
        appraisal = _appraised(schools)
        assert appraisal.verdict.status == "met"
        assert appraisal.left_out["reason"].tolist() == ["kind"]
        assert len(appraisal.overview.values) == 2

    def test_other_regions_and_years_stay_out_of_the_verdict(self, make_schools: MakeSchools) -> None:
        poor = _school(dict.fromkeys(STANDARDS, 0.1))
        schools = make_schools(
            [
                {**_school(), "school": "A"},
                {**_school(), "school": "B"},
                {**poor, "school": "C", "region": "330108"},
                {**poor, "school": "A", "year": 2021},
            ]
        )
        appraisal = _appraised(schools)
        assert appraisal.verdict.status == "met"
        assert len(appraisal.schools) == 2
        assert set(appraisal.reached["region"]) == {"330106"}
        assert set(appraisal.overview.values["region"]) == {"330106", "330108"}
        assert set(appraisal.overview.findings["year"]) == {2021, 2022}

    def test_names_of_regions(self, make_schools: MakeSchools) -> None:
        named = make_schools([_school(), _school()], region_name="西湖区")
        assert _appraised(named).region_name == "西湖区"
        assert set(_appraised(named).overview.findings["region_name"]) == {"西湖区"}
        assert _appraised(make_schools([_school(), _school()])).region_name == "330106"

    def test_a_region_named_in_part_of_its_rows(self, make_schools: MakeSchools) -> None:
        schools = make_schools([{**_school(), "region_name": None}, {**_school(), "region_name": "西湖区"}])
        assert _appraised(schools).region_name == "西湖区"

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_an_unknown_region_is_refused_with_those_there_are(self, make_schools: MakeSchools, lang: str) -> None:
        seen = overview(make_schools([_school()]), _dataset(), year=2022)
        with pytest.raises(RequestError) as refused:
            appraise(seen, "330109")
        assert refused.value.key == "unknown_region"
        sentence = refused.value.sentence(lang)
        assert "330109" in sentence
        assert "330106" in sentence

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_an_unknown_year_is_refused_with_those_there_are(self, make_schools: MakeSchools, lang: str) -> None:
        schools = make_schools([{**_school(), "year": 2020}, {**_school(), "year": 2022}])
        with pytest.raises(RequestError) as refused:
            overview(schools, _dataset(), year=2021)
        assert refused.value.key == "unknown_year"
        sentence = refused.value.sentence(lang)
        assert all(year in sentence for year in ("2020", "2021", "2022"))

    def test_a_region_of_another_year_is_not_appraised(self, make_schools: MakeSchools) -> None:
        schools = make_schools([{**_school(), "region": "330108", "year": 2021}, {**_school(), "year": 2022}])
        with pytest.raises(RequestError):
            appraise(overview(schools, _dataset(), year=2022), "330108")
