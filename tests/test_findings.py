"""From tables of units to findings: worked by hand, by published tables, and on other engines."""

from __future__ import annotations

import dataclasses
import math
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from conftest import MakeSchools
from qualityedu.findings import in_scope, judge, measure, orientation, school_values
from qualityedu.indicators import catalogue
from qualityedu.inequality import spread
from qualityedu.standards import school_year_end, threshold_for, thresholds

BACKBONE = "backbone_teachers_per_100"
EQUIPMENT = "equipment_value_per_pupil"

# A worked example circulated to county education offices (https://m.777doc.com/doc-2019910.html and two more hosts):
# five primary schools, mean 6.33, sum of weighted squared deviations 10.65, coefficient 0.52.
PUPILS = np.array([45, 37, 89, 76, 55])
BOOKS = np.array([279, 137, 935, 160, 402])


def _value(findings: pd.DataFrame, subject: str = "region") -> float:
    return float(findings.loc[findings["subject"] == subject, "value"].item())


def _is_plain_zero(value: float) -> bool:
    return value == 0 and math.copysign(1, value) > 0


class TestTheCirculatedExample:
    def test_spread(self) -> None:
        assert spread(BOOKS / PUPILS, PUPILS) == pytest.approx(0.515257, abs=5e-7)
        assert f"{spread(BOOKS / PUPILS, PUPILS):.2f}" == "0.52"

    def test_its_steps(self) -> None:
        mean = BOOKS.sum() / PUPILS.sum()
        squares = float(np.sum(PUPILS / PUPILS.sum() * (BOOKS / PUPILS - mean) ** 2))
        assert (round(mean, 2), round(squares, 2)) == (6.33, 10.65)
        assert spread(BOOKS / PUPILS, PUPILS) == pytest.approx(math.sqrt(squares) / mean, rel=1e-12)

    def test_through_measure(self, make_schools: MakeSchools) -> None:
        # Books are no indicator here; any amount per pupil has the same arithmetic.
        schools = make_schools([{"pupils": p, "equipment_value": b} for p, b in zip(PUPILS, BOOKS, strict=True)])
        findings = measure(schools, [EQUIPMENT])
        assert _value(findings, "spread") == pytest.approx(0.515257, abs=5e-7)
        assert _value(findings) == pytest.approx(6.334437, abs=5e-7)

    def test_what_other_programs_give_differs(self) -> None:
        ratios = BOOKS / PUPILS
        each_school_alike = float(np.std(ratios) / np.mean(ratios))
        as_a_sample = float(np.std(ratios, ddof=1) / np.mean(ratios))
        assert (round(each_school_alike, 4), round(as_a_sample, 4)) == (0.4888, 0.5465)
        assert abs(spread(ratios, PUPILS) - each_school_alike) > 0.02
        assert abs(spread(ratios, PUPILS) - as_a_sample) > 0.02
        assert all(wrong in str(spread.__doc__) for wrong in ("0.515257", "0.4888", "0.5465"))


class TestSpread:
    def test_schools_with_a_missing_side_are_left_out(self) -> None:
        with_gaps = spread([1.5, math.nan, 0.625, 9.0, 7.0], [400, 300, 1600, math.nan, 0])
        assert with_gaps == pytest.approx(0.4375, rel=1e-12)  # sqrt(0.2 * 0.7 ** 2 + 0.8 * 0.175 ** 2) / 0.8

    @pytest.mark.parametrize(
        ("values", "weights"),
        [([], []), ([1.0], [10]), ([1.0, math.nan], [10, 10]), ([0.0, 0.0], [10, 20]), ([1.0, -1.0], [10, 10])],
    )
    def test_undefined_is_not_zero(self, values: list[float], weights: list[float]) -> None:
        assert math.isnan(spread(values, weights))

    @pytest.mark.parametrize("value", [1.0, 0.1, 1 / 3, 97.4, 12345.678])
    def test_equal_schools_have_exactly_none(self, value: float) -> None:
        assert _is_plain_zero(spread([value] * 5, [50, 100, 200, 400, 800]))
        assert _is_plain_zero(spread([value] * 5, [3, 7, 11, 13, 17.5]))

    def test_a_small_spread_survives(self) -> None:
        # Two equal halves at 1 ± e: the coefficient is e.
        assert spread([1 - 1e-4, 1 + 1e-4], [500, 500]) == pytest.approx(1e-4, rel=1e-6)


class TestMeasure:
    def test_a_region_is_a_ratio_of_sums(self, make_schools: MakeSchools) -> None:
        findings = measure(make_schools("pupils backbone_teachers\n400 6\n1600 10"), [BACKBONE])
        assert _value(findings) == pytest.approx(100 * 16 / 2000, rel=1e-12)
        assert _value(findings) != pytest.approx((1.5 + 0.625) / 2)

    @pytest.mark.parametrize(
        ("table", "basis", "region", "between"),
        [
            ("pupils backbone_teachers\n400 6\n1600 10", "counts", 0.8, 0.4375),
            # (400 * 1.5 + 1600 * 0.625) / 2000
            ("pupils backbone_teachers_per_100\n400 1.5\n1600 0.625", "stated_weighted", 0.8, 0.4375),
            # (1.5 + 0.625) / 2, and half the difference over it
            ("backbone_teachers_per_100\n1.5\n0.625", "stated", 1.0625, 0.4375 / 1.0625),
            # both given: the parts are the evidence
            ("pupils backbone_teachers backbone_teachers_per_100\n400 6 9\n1600 10 9", "counts", 0.8, 0.4375),
        ],
    )
    def test_the_three_bases(
        self, make_schools: MakeSchools, table: str, basis: str, region: float, between: float
    ) -> None:
        findings = measure(make_schools(table), [BACKBONE])
        assert set(findings["basis"]) == {basis}
        assert _value(findings) == pytest.approx(region, rel=1e-12)
        assert _value(findings, "spread") == pytest.approx(between, rel=1e-9)

    def test_a_numerator_of_several_columns(self, make_schools: MakeSchools) -> None:
        # Teaching area is without indoor sports, sports area is with it: 5000 - 500 and 500 + 7000 for 1000 pupils.
        areas = {"teaching_auxiliary_area": 5000, "indoor_sports_area": 500, "sports_ground_area": 7000}
        schools = make_schools([{"pupils": 1000, **areas}])
        values = measure(schools).query("subject == 'region'").set_index("indicator")["value"]
        assert values["teaching_area_per_pupil"] == pytest.approx(4.5, rel=1e-12)
        assert values["sports_area_per_pupil"] == pytest.approx(7.5, rel=1e-12)

    def test_missing_parts_are_left_out_and_counted(self, make_schools: MakeSchools) -> None:
        rows = "pupils backbone_teachers\n400 6\n1600 10\n500 NaN\nNaN 7\n0 3\nNaN NaN"
        findings = measure(make_schools(rows), [BACKBONE])
        assert _value(findings) == pytest.approx(0.8, rel=1e-12)
        assert _value(findings, "spread") == pytest.approx(0.4375, rel=1e-9)
        assert set(findings["schools"]) == {2}
        assert set(findings["left_out"]) == {4}

    def test_a_missing_part_of_several_leaves_the_school_out(self, make_schools: MakeSchools) -> None:
        rows = "pupils teaching_auxiliary_area indoor_sports_area\n100 500 50\n100 500 NaN"
        findings = measure(make_schools(rows), ["teaching_area_per_pupil"])
        assert _value(findings) == pytest.approx(4.5, rel=1e-12)
        assert set(findings["left_out"]) == {1}

    def test_all_missing_is_no_data_on_no_schools(self, make_schools: MakeSchools) -> None:
        judged = judge(measure(make_schools("pupils backbone_teachers\n400 NaN\n0 5"), [BACKBONE]))
        assert judged["value"].isna().all()
        assert set(judged["schools"]) == {0}
        assert set(judged["left_out"]) == {2}
        assert set(judged["status"]) == {"no_data"}
        assert not judged["rounding"].any()

    def test_one_school_has_a_value_and_no_spread(self, make_schools: MakeSchools) -> None:
        judged = judge(measure(make_schools("pupils backbone_teachers\n400 6"), [BACKBONE]))
        assert _value(judged) == pytest.approx(1.5, rel=1e-12)
        assert math.isnan(_value(judged, "spread"))
        assert judged.set_index("subject").loc["spread", "status"] == "no_data"

    def test_a_mean_of_zero_has_no_spread(self, make_schools: MakeSchools) -> None:
        findings = measure(make_schools("pupils backbone_teachers\n400 0\n600 0"), [BACKBONE])
        assert _value(findings) == 0
        assert math.isnan(_value(findings, "spread"))

    def test_equal_schools_have_exactly_no_spread(self, make_schools: MakeSchools) -> None:
        findings = measure(make_schools("pupils backbone_teachers\n300 1\n600 2\n900 3\n2100 7"), [BACKBONE])
        assert _is_plain_zero(_value(findings, "spread"))

    def test_stages_years_and_regions_are_kept_apart(self, make_schools: MakeSchools) -> None:
        schools = make_schools(
            """
            region  school  stage    year  pupils  backbone_teachers
            330106  A       primary  2021     100                  1
            330106  A       primary  2022     100                  2
            330106  A       junior   2022     100                  3
            001234  B       primary  2022     100                  4
            001234  C       senior   2022     100                  5
            """
        )
        findings = measure(schools, [BACKBONE]).query("subject == 'region'")
        found = {tuple(row) for row in findings[["region", "year", "stage", "value"]].itertuples(index=False)}
        assert found == {
            ("330106", 2021, "primary", 1.0),
            ("330106", 2022, "primary", 2.0),
            ("330106", 2022, "junior", 3.0),
            ("001234", 2022, "primary", 4.0),
        }

    def test_larger_regions_add_up_without_the_schools(self, make_schools: MakeSchools) -> None:
        schools = make_schools("region pupils backbone_teachers\n330106 400 6\n330108 1600 10")
        findings = measure(schools, [BACKBONE], by=())
        assert _value(findings) == pytest.approx(0.8, rel=1e-12)
        assert "region" not in findings.columns

    def test_a_table_that_gives_nothing_gives_no_findings(self, make_schools: MakeSchools) -> None:
        findings = measure(make_schools("books\n10"))
        assert findings.empty
        assert list(findings.columns) == list(measure(make_schools("pupils teachers\n10 1")).columns)

    def test_the_callers_table_is_not_touched(self, make_schools: MakeSchools) -> None:
        schools = make_schools("pupils backbone_teachers\n400 6\n1600 NaN")
        before = schools.copy(deep=True)
        judge(measure(schools))
        school_values(schools)
        pd.testing.assert_frame_equal(schools, before)

    def test_the_rate_is_over_those_who_sat(self, make_schools: MakeSchools) -> None:
        # 50 pupils, mean 70, 36 pass, 10 excellent; five who average 30 and do not pass are kept from the exam:
        # (3500 - 150) / 45, 36 / 45, 10 / 45. The numbers rise and nobody has learnt anything.
        head = "pupils candidates score_total passed_candidates excellent_candidates\n"
        names = ["mean_score", "pass_rate", "excellent_rate"]

        def values(row: str) -> list[float]:
            found = (
                measure(make_schools(head + row), names).query("subject == 'region'").set_index("indicator")["value"]
            )
            return [float(found[name]) for name in names]

        assert values("50 50 3500 36 10") == pytest.approx([70.0, 72.0, 20.0])
        assert values("50 45 3350 36 10") == pytest.approx([74.4444, 80.0, 22.2222], abs=5e-5)


# Xinjiang Production and Construction Corps, statistical yearbook 2020, table 17-26, row 总计 (all divisions), 2019:
# pupils per class, teachers per class, pupils per teacher (http://tjj.xjbt.gov.cn/2020nj/table/17-26.htm).
XPCC_ALL = {"primary": (38.96, 2.76, 14.12), "junior": (39.99, 4.02, 9.95), "senior": (49.25, 3.87, 12.73)}


def _pupils_per_teacher(make_schools: MakeSchools, stage: str, printed: list[tuple[float, float]]) -> list[float]:
    """What `measure` gives for a thousand classes of each printed size with the printed number of teachers."""
    rows = [
        {"region": f"{place:06}", "classes": 1000, "pupils": size * 1000, "teachers": teachers * 1000}
        for place, (size, teachers) in enumerate(printed)
    ]
    findings = measure(make_schools(rows, stage=stage)).query("subject == 'region'").set_index("region")
    sizes = findings.loc[findings["indicator"] == "mean_class_size", "value"].tolist()
    assert sizes == pytest.approx([size for size, _ in printed], rel=1e-12)
    found: list[float] = findings.loc[findings["indicator"] == "pupil_teacher_ratio", "value"].tolist()
    return found


def _rounding(per_class: float, teachers: float) -> float:
    """How far pupils per teacher may be off where all three are printed with two decimals."""
    return 0.005 + 0.005 / teachers + 0.005 * per_class / teachers**2 + 1e-4


class TestPublishedClassSizes:
    @pytest.mark.parametrize("stage", XPCC_ALL)
    def test_the_whole_corps(self, make_schools: MakeSchools, stage: str) -> None:
        size, teachers, published = XPCC_ALL[stage]
        (found,) = _pupils_per_teacher(make_schools, stage, [(size, teachers)])
        assert found == pytest.approx(published, abs=_rounding(size, teachers))

    @pytest.mark.parametrize("stage", XPCC_ALL)
    def test_every_division(self, make_schools: MakeSchools, domain: Path, stage: str) -> None:
        table = pd.read_csv(domain / "tables" / "xpcc_2019_class_size_by_division.csv", comment="#")
        printed = list(zip(table[f"class_size_{stage}"], table[f"teachers_per_class_{stage}"], strict=True))
        found = _pupils_per_teacher(make_schools, stage, printed)
        off = [
            division
            for (division, theirs), ours, each in zip(
                table[["division_zh", f"ptr_{stage}"]].itertuples(index=False), found, printed, strict=True
            )
            if abs(ours - theirs) > _rounding(*each)
        ]
        assert len(table) >= 12
        assert off == []


@pytest.fixture(scope="module")
def many(make_schools: MakeSchools) -> pd.DataFrame:
    """Two hundred units with gaps: three regions, two stages, two years, whole items missing in places."""
    draw = np.random.default_rng(20170419)
    rows = 200
    table = pd.DataFrame(
        {
            "region": draw.choice(["330106", "330108", "001234"], rows),
            "school": [f"S{n}" for n in range(rows)],
            "stage": draw.choice(["primary", "junior"], rows),
            "year": draw.choice([2021, 2022], rows),
            "pupils": draw.integers(0, 2000, rows).astype(float),
            "teachers": draw.integers(1, 150, rows).astype(float),
            "backbone_teachers": draw.integers(0, 30, rows).astype(float),
            "teaching_auxiliary_area": draw.uniform(500, 9000, rows).round(2),
            "indoor_sports_area": draw.uniform(0, 500, rows).round(2),
            "equipment_value_per_pupil": draw.uniform(500, 9000, rows).round(2),
            "life_satisfaction": draw.uniform(4, 9, rows).round(2),
        }
    )
    for name in table.columns[4:]:
        table.loc[draw.random(rows) < 0.1, name] = np.nan
    table.loc[table["region"] == "001234", "backbone_teachers"] = np.nan
    return make_schools(table.to_dict("records"))


ENGINES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "polars": lambda table: pl.from_pandas(table),
    "polars lazy": lambda table: pl.from_pandas(table).lazy(),
    "polars with nan": lambda table: pl.from_pandas(table, nan_to_null=False),
    "arrow": lambda table: pa.Table.from_pandas(table, preserve_index=False),
    "pandas nullable": lambda table: table.convert_dtypes(),
}


class TestOtherEngines:
    @pytest.mark.parametrize("engine", ENGINES)
    def test_the_same_findings(self, many: pd.DataFrame, engine: str) -> None:
        ours, theirs = measure(many), measure(ENGINES[engine](many))
        assert len(ours) > 50
        assert ours["value"].notna().sum() > 30
        pd.testing.assert_frame_equal(theirs, ours, check_dtype=False, rtol=1e-12, atol=1e-15)

    @pytest.mark.parametrize("engine", ENGINES)
    def test_the_same_school_values(self, many: pd.DataFrame, engine: str) -> None:
        ours, theirs = school_values(many), school_values(ENGINES[engine](many))
        names = [name for name in ours.columns if name in catalogue()]
        pd.testing.assert_frame_equal(
            theirs.astype(dict.fromkeys(names, "float64")), ours, check_dtype=False, rtol=1e-12, atol=1e-15
        )


DECREED = sorted(thresholds())


class TestJudge:
    @pytest.mark.parametrize(("indicator", "stage", "subject"), DECREED)
    def test_only_with_what_was_decreed_for_the_same_subject(self, indicator: str, stage: str, subject: str) -> None:
        on, place = school_year_end(2022), "CN-330106"
        found = {
            each: threshold_for(indicator, stage, each, on=on, place=place) for each in ("region", "spread", "school")
        }
        own = {each: threshold.value for each, threshold in found.items() if threshold}
        assert subject in own or not any(
            each.regulation.place == "CN" and each.regulation.effective <= on and not each.kinds and not each.due
            for each in thresholds()[indicator, stage, subject]
        )
        rows = [
            {"region": "330106", "year": 2022, "indicator": indicator, "stage": stage, "subject": each, "value": value}
            for each in ("region", "spread", "school")
            for value in (-1.0, 0.0, 0.47, 1.0, 95.0, 1e9, math.nan)
        ]
        for row in judge(pd.DataFrame(rows)).to_dict("records"):
            has_own = row["subject"] in own
            assert row["standard"] == own[row["subject"]] if has_own else math.isnan(row["standard"])
            allowed = {"no_data"} if math.isnan(row["value"]) else {"met", "unmet"} if has_own else {"no_standard"}
            assert row["status"] in allowed

    def test_a_mean_above_the_standard_hides_no_school_below_it(self, make_schools: MakeSchools) -> None:
        # The county has 1.6 for every 100 and two of its three schools have fewer than one.
        schools = make_schools("pupils backbone_teachers\n1000 40\n1000 5\n1000 3")
        judged = judge(measure(schools, [BACKBONE])).set_index("subject")
        assert judged.loc["region", "status"] == "no_standard"
        assert judged.loc["spread", "status"] == "unmet"

    def test_what_is_added(self, make_schools: MakeSchools) -> None:
        schools = make_schools("pupils backbone_teachers\n400 6\n1600 16")
        judged = judge(measure(schools, [BACKBONE])).set_index("subject")
        row = judged.loc["spread"]
        assert (row["standard"], row["rule"], row["regulation"]) == (0.5, "at_most", "教督〔2017〕6号")
        assert row["clause"] == "资源配置校际差异系数"
        region = judged.loc["region"]
        assert (region["rule"], region["regulation"], region["clause"]) == ("", "", "")

    def test_a_day_may_be_named(self, make_schools: MakeSchools) -> None:
        findings = measure(make_schools("pupils backbone_teachers\n400 6\n1600 16", year=2012), [BACKBONE])
        assert set(judge(findings)["status"]) == {"no_standard"}
        assert "met" in set(judge(findings, on=date(2024, 8, 31))["status"])
        assert set(judge(findings, country="", on=date(2024, 8, 31))["status"]) == {"no_standard"}

    def test_no_findings_are_judged_to_none(self, make_schools: MakeSchools) -> None:
        judged = judge(measure(make_schools("books\n10")))
        assert judged.empty
        assert {"standard", "rule", "regulation", "clause", "status", "rounding"} <= set(judged.columns)

    def test_retention_of_a_county(self, make_schools: MakeSchools) -> None:
        table = "cohort_at_entry cohort_deaths graduates transferred_in transferred_out\n1000 0 {} 0 0"
        for graduates, status in ((950, "met"), (949, "unmet")):
            judged = judge(measure(make_schools(table.format(graduates), stage="junior")))
            assert judged.set_index("subject").loc["region", "status"] == status


# Ningguo City, Anhui, monitoring of 2022, open-government page of 2022-12-06
# (https://275167.com/OpennessContent/download/2668105.html): coefficients of the seven items in the regulation's order.
NINGGUO = {
    "primary": (0.677, 0.674, 0.618, 0.519, 0.597, 0.167, 0.759),
    "junior": (0.542, 1.055, 0.507, 0.587, 0.686, 0.254, 0.496),
}
ITEMS = (
    "high_qualified_teachers_per_100", BACKBONE, "pe_art_teachers_per_100", "teaching_area_per_pupil",
    "sports_area_per_pupil", EQUIPMENT, "multimedia_rooms_per_100",
)  # fmt: skip


class TestNingguo2022:
    @pytest.mark.parametrize("stage", NINGGUO)
    def test_only_equipment_is_within_the_limits(self, stage: str) -> None:
        findings = pd.DataFrame({"indicator": ITEMS, "value": NINGGUO[stage]}).assign(
            region="341881", year=2022, stage=stage, subject="spread"
        )
        judged = judge(findings).set_index("indicator")["status"]
        assert judged[judged == "met"].index.tolist() == [EQUIPMENT]
        assert (judged == "unmet").sum() == 6

    def test_the_values_are_those_of_the_table(self, domain: Path) -> None:
        table = pd.read_csv(domain / "tables" / "ningguo_2022_seven_items.csv", comment="#", index_col="stage")
        assert {stage: tuple(row) for stage, row in zip(table.index, table.to_numpy(), strict=True)} == NINGGUO


class TestScope:
    def test_whom_the_regulation_leaves_out(self, make_schools: MakeSchools) -> None:
        schools = make_schools(
            """
            school  school_kind     pupils
            A       primary             30
            B       teaching_point      49
            C       teaching_point      50
            D       special            200
            E       vocational         900
            F       nine_year          800
            """
        )
        inside, outside = in_scope(schools, country="CN")
        assert inside["school"].tolist() == ["A", "C", "F"]
        assert dict(zip(outside["school"], outside["reason"], strict=True)) == {
            "B": "teaching_point",
            "D": "kind",
            "E": "kind",
        }
        assert list(inside.columns) == list(schools.columns)

    def test_a_teaching_point_of_unknown_size_stays_in(self, make_schools: MakeSchools) -> None:
        inside, outside = in_scope(make_schools("school_kind pupils\nteaching_point NaN"), country="CN")
        assert (len(inside), len(outside)) == (1, 0)

    @pytest.mark.parametrize(("country", "year"), [("", 2022), ("US", 2022), ("CN", 2015)])
    def test_where_nothing_is_decreed_all_are_in(self, make_schools: MakeSchools, country: str, year: int) -> None:
        inside, outside = in_scope(make_schools("school_kind pupils\nspecial 10", year=year), country=country)
        assert (len(inside), len(outside)) == (1, 0)

    def test_without_the_kind_of_school_all_are_in(self, make_schools: MakeSchools) -> None:
        inside, outside = in_scope(make_schools("pupils\n10"), country="CN")
        assert (len(inside), len(outside)) == (1, 0)


class TestOrientation:
    def test_against_all_regions_of_the_table(self, make_schools: MakeSchools) -> None:
        # Pass rates 70, 80, 90: mean 80, sample deviation 10.
        schools = make_schools("region candidates passed_candidates\nA 100 70\nB 100 80\nC 100 90")
        found = orientation(measure(schools), "C").iloc[0]
        assert (found["leaning"], found["indicator"], found["regions"]) == ("exam", "pass_rate", 3)
        assert (found["mean"], found["deviation"], found["score"]) == pytest.approx((80.0, 10.0, 1.0))

    @pytest.mark.parametrize("table", ["A 100 70\nB 100 80", "A 100 70\nB 200 140\nC 300 210"])
    def test_no_score_of_two_regions_or_of_equal_ones(self, make_schools: MakeSchools, table: str) -> None:
        schools = make_schools("region candidates passed_candidates\n" + table)
        assert orientation(measure(schools), "A")["score"].isna().all()

    def test_more_is_better_also_where_less_is(
        self, make_schools: MakeSchools, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        turned = {"pass_rate": dataclasses.replace(catalogue()["pass_rate"], better="lower")}
        monkeypatch.setattr(sys.modules["qualityedu.findings.orientation"], "catalogue", lambda: turned)
        schools = make_schools("region candidates passed_candidates\nA 100 70\nB 100 80\nC 100 90")
        assert orientation(measure(schools), "C")["score"].item() == pytest.approx(-1.0)

    def test_resources_that_both_need_are_not_in_it(self, make_schools: MakeSchools) -> None:
        schools = make_schools("region pupils teachers\nA 100 7\nB 100 8\nC 100 9")
        assert orientation(measure(schools), "A").empty
