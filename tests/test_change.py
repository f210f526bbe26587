"""Year beside year: the noise by hand and by simulation, breaks, crossings, and what the tables say of them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from conftest import MakeSchools, Released
from qualityedu import tables
from qualityedu.datasets import Break, open_dataset
from qualityedu.datasets.breaks import break_complaints
from qualityedu.findings import judge, measure
from qualityedu.findings.change import changes
from qualityedu.findings.noise import change_errors
from qualityedu.release import withhold, withhold_changes
from qualityedu.text import LANGUAGES

BACKBONE = "backbone_teachers_per_100"
TWO_YEARS = """
year  school  pupils  backbone_teachers
2022       A     100                  1
2022       B     200                  4
2022       C     300                  3
2023       A     100                  2
2023       B     200                  5
2023       C     300                  4
"""


def _changed(table: pd.DataFrame, **options: object) -> pd.DataFrame:
    findings = judge(measure(table, [BACKBONE]))
    return changes(findings, table, **options)  # type: ignore[arg-type]


def _region(table: pd.DataFrame, **options: object) -> pd.Series:
    found = _changed(table, **options)
    return found[found["subject"] == "region"].iloc[-1]


class TestNoise:
    def test_by_hand(self, make_schools: MakeSchools) -> None:
        # 8/600 → 11/600. Without A: 7/500 → 9/500; without B: 4/400 → 6/400; without C: 5/300 → 7/300.
        row = _region(make_schools(TWO_YEARS))
        without = 100 * np.array([2 / 500, 2 / 400, 2 / 300])
        expected = math.sqrt(2 / 3 * np.sum((without - without.mean()) ** 2))
        assert row["change"] == pytest.approx(0.5, rel=1e-12)
        assert row["error"] == pytest.approx(expected, rel=1e-9)
        assert (row["units"], row["matched"]) == (3, 3)
        assert row["upper"] - row["change"] == pytest.approx(4.302653 * expected, rel=1e-6)  # Student's t, 2 degrees
        assert row["movement"] == "steady"  # 0.5 ± 0.67: three schools tell little

    def test_what_stays_with_a_school_is_no_noise(self, make_schools: MakeSchools) -> None:
        """Schools far apart that all gain the same: between them much differs, of the change nothing."""
        rows = [{"year": year, "school": f"S{n}", "pupils": 500, "backbone_teachers": 2 * n + gain}
                for year, gain in ((2022, 0), (2023, 1)) for n in range(8)]  # fmt: skip
        row = _region(make_schools(rows))
        assert row["error"] == pytest.approx(0, abs=1e-12)
        assert row["movement"] == "rose"

    def test_a_school_that_closes_is_left_out_of_one_year_alone(self, make_schools: MakeSchools) -> None:
        table = make_schools(TWO_YEARS)
        closed = table[~((table["school"] == "C") & (table["year"] == 2023))]
        row = _region(closed)
        # 8/600 → 7/300. Without A 7/500 → 5/200; without B 4/400 → 2/100; without C 5/300 → 7/300.
        without = 100 * np.array([5 / 200 - 7 / 500, 2 / 100 - 4 / 400, 7 / 300 - 5 / 300])
        assert row["error"] == pytest.approx(math.sqrt(2 / 3 * np.sum((without - without.mean()) ** 2)), rel=1e-9)
        assert (row["units"], row["matched"]) == (3, 2)

    def test_two_schools_have_no_error(self, make_schools: MakeSchools) -> None:
        table = make_schools(TWO_YEARS)
        row = _region(table[table["school"] != "C"])
        assert math.isnan(row["error"])
        assert row["movement"] == "unknown"

    def test_chance_alone_is_called_movement_about_once_in_twenty(self, make_schools: MakeSchools) -> None:
        """Three hundred counties of 25 schools whose counts differ between the years by chance alone."""
        generator = np.random.default_rng(20)
        regions = np.repeat([f"{n:06d}" for n in range(300)], 25)
        pupils = generator.integers(300, 1500, len(regions))
        rate = generator.uniform(0.02, 0.06, len(regions))
        years = [
            pd.DataFrame({"region": regions, "school": [f"S{n}" for n in range(len(regions))], "year": year,
                          "pupils": pupils, "backbone_teachers": generator.binomial(pupils, rate)})
            for year in (2022, 2023)
        ]  # fmt: skip
        table = make_schools(pd.concat(years).to_dict("records"))
        found = _changed(table).query("subject == 'region'")
        assert len(found) == 300
        assert 0.02 < found["movement"].isin(["rose", "fell"]).mean() < 0.09
        # The errors are as large as the changes in truth scatter.
        assert found["error"].mean() == pytest.approx(found["change"].std(), rel=0.12)

    def test_every_shape_that_is_smooth_has_an_error(self, overviews: dict[str, object]) -> None:
        table = overviews["demo"].schools  # type: ignore[attr-defined]
        found = change_errors(table[table["region"] == "999901"], [(2022, 2023)])
        assert found.query("subject == 'region'")["error"].notna().mean() > 0.9
        assert (found["error"].dropna() >= 0).all()


class TestBreaks:
    REASON = {"zh": "区划调整", "en": "boundaries moved"}  # noqa: RUF012

    def test_nothing_is_compared_across_a_break(self, make_schools: MakeSchools) -> None:
        row = _region(make_schools(TWO_YEARS), breaks=(Break(2023, self.REASON),))
        assert row["movement"] == "break"
        assert math.isnan(row["change"])
        assert row["reason"] == self.REASON
        assert row["alert"] == ""

    @pytest.mark.parametrize(
        "elsewhere",
        [
            Break(2022, REASON),
            Break(2024, REASON),
            Break(2023, REASON, regions=("999999",)),
            Break(2023, REASON, indicators=("pass_rate",)),
        ],
    )
    def test_a_break_elsewhere_is_none_here(self, make_schools: MakeSchools, elsewhere: Break) -> None:
        row = _region(make_schools(TWO_YEARS), breaks=(elsewhere,))
        assert row["movement"] == "steady"
        assert row["change"] == pytest.approx(0.5)

    def test_a_data_set_declares_its_breaks(self, tmp_path: object) -> None:
        folder = tmp_path  # type: ignore[assignment]
        (folder / "schools.csv").write_text("学校标识码\n", encoding="utf-8")  # type: ignore[operator]
        description = folder / "county.toml"  # type: ignore[operator]
        description.write_text(
            '[dataset]\ntable = "schools.csv"\ntitle = { zh = "县", en = "County" }\n\n'
            '[[break]]\nyear = 2022\nregions = ["330106"]\nreason = { zh = "并县", en = "merged" }\n',
            encoding="utf-8",
        )
        assert open_dataset(description).breaks == (Break(2022, {"zh": "并县", "en": "merged"}, ("330106",)),)

    @pytest.mark.parametrize(
        ("given", "complaint"),
        [
            ({"year": "2022", "reason": REASON}, "first year"),
            ({"year": 2022, "reason": {"zh": "有"}}, "no text in en"),
            ({"year": 2022, "reason": REASON, "region": "1"}, "no such key: region"),
            ({"year": 2022, "reason": REASON, "indicators": ["nothing"]}, "no such indicator: nothing"),
        ],
    )
    def test_a_break_that_is_wrong_is_complained_of(self, given: dict[str, object], complaint: str) -> None:
        assert any(complaint in each for each in break_complaints([given]))


class TestAlerts:
    """Every county's spread of backbone teachers may be at most 0.50 in primary schools (教督〔2017〕6号)."""

    def _spreads(self, make_schools: MakeSchools, before: list[int], after: list[int]) -> pd.Series:
        rows = [{"year": year, "school": f"S{n}", "pupils": 1000, "backbone_teachers": count}
                for year, counts in ((2022, before), (2023, after)) for n, count in enumerate(counts)]  # fmt: skip
        found = _changed(make_schools(rows))
        return found[found["subject"] == "spread"].iloc[-1]

    def test_a_limit_that_is_crossed(self, make_schools: MakeSchools) -> None:
        even, uneven = [9, 10, 11, 10], [2, 20, 3, 15]
        assert self._spreads(make_schools, even, uneven)["alert"] == "crossed_out"
        assert self._spreads(make_schools, uneven, even)["alert"] == "crossed_in"
        assert self._spreads(make_schools, even, even)["alert"] == ""

    def test_a_move_away_from_the_limit(self, make_schools: MakeSchools) -> None:
        near, far = [4, 20, 6, 18, 5, 19, 5, 20] * 3, [2, 22, 4, 20, 3, 21, 3, 22] * 3
        worse = self._spreads(make_schools, near, far)
        assert worse["movement"] == "rose"
        assert worse["alert"] == "against_plan"
        better = self._spreads(make_schools, far, near)
        assert (better["movement"], better["alert"]) == ("fell", "")

    def test_a_new_standard_is_not_taken_for_a_crossing(self, make_schools: MakeSchools) -> None:
        table = make_schools(TWO_YEARS)
        findings = judge(measure(table, [BACKBONE]))
        spread = findings["subject"] == "spread"
        findings.loc[spread & (findings["year"] == 2022), ["status", "standard"]] = ["unmet", 0.3]
        findings.loc[spread & (findings["year"] == 2023), ["status", "standard"]] = ["met", 0.5]
        found = changes(findings, table)
        assert found.loc[found["subject"] == "spread", "alert"].tolist() == ["new_standard"]


def test_years_that_are_not_next_to_each_other_are_paired(make_schools: MakeSchools) -> None:
    table = make_schools(TWO_YEARS.replace("2022", "2018"))
    row = _region(table)
    assert (row["before"], row["year"]) == (2018, 2023)


def test_one_year_has_no_change(make_schools: MakeSchools) -> None:
    assert _changed(make_schools("pupils backbone_teachers\n100 1\n200 3\n300 3")).empty


def test_what_is_withheld_has_no_change(make_schools: MakeSchools) -> None:
    table = make_schools(TWO_YEARS)
    table.loc[(table["year"] == 2022) & (table["school"] == "C"), "backbone_teachers"] = np.nan
    findings = judge(measure(table, [BACKBONE]))
    found = changes(findings, table)
    assert len(found) == 2
    assert withhold_changes(found, withhold(findings)).empty


class TestTheTable:
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_it_says_how_many_would_be_chance(self, released: Released, lang: str) -> None:
        report = released("demo", "999901")
        text = tables.years(report, lang).text
        last = report.changes[(report.changes["year"] == 2023) & (report.changes["subject"] == "region")]
        assert str(len(last)) in text
        assert "2021" in text
        assert "2023" in text

    def test_a_break_is_said(self, released: Released) -> None:
        report = released("demo", "999901")
        broken = report.changes.assign(
            movement="break", reason=[{"zh": "区划调整", "en": "boundaries moved"}] * len(report.changes)
        )
        assert "boundaries moved" in tables.years(replace(report, changes=broken), "en").text

    def test_without_changes_the_values_still_stand(self, released: Released) -> None:
        report = replace(released("demo", "999901"), changes=pd.DataFrame())
        assert "2022" in tables.years(report, "en").text
