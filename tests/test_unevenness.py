"""Unevenness of a table of schools, region by region and between regions; and groups of schools on both aims."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
import pytest
from html_reading import complaints_of_tables, read_html

from conftest import MakeSchools
from qualityedu import figures, tables
from qualityedu.findings import Overview, group_orientation, measure, unevenness, unevenness_parts
from qualityedu.inequality import EQUAL, gini, theil_parts
from qualityedu.release import releasable_groups, releasable_overview, releasable_unevenness
from qualityedu.text import LANGUAGES, say

BOOKS = "books_per_pupil"
SIX = """
region  school  pupils  books
330106       A     100    100
330106       B     100    300
330106       C     200    400
330107       D     100    400
330107       E     100    800
330107       F     400   1200
"""


class TestOfATable:
    def test_by_hand_weighted_by_pupils(self, make_schools: MakeSchools) -> None:
        # 100 pupils with 1, 100 with 3, 200 with 2 volumes: mean 2; Σ F(1−F)·step ÷ 2 = (¼·¾ + ¾·¼)/2.
        row = unevenness(make_schools(SIX), [BOOKS], weighting="pupils").set_index("region").loc["330106"]
        assert row["gini"] == pytest.approx(0.1875, rel=1e-12)
        assert row["theil_t"] == pytest.approx(0.25 * 0.5 * math.log(0.5) + 0.25 * 1.5 * math.log(1.5), rel=1e-12)
        assert row["quantile_ratio"] == 3
        assert (row["schools"], row["left_out"]) == (3, 0)

    def test_each_school_alike(self, make_schools: MakeSchools) -> None:
        row = unevenness(make_schools(SIX), [BOOKS], weighting="schools").set_index("region").loc["330106"]
        assert row["gini"] == pytest.approx(gini([1, 3, 2], weights=EQUAL), rel=1e-12)

    def test_parts_between_and_within_regions(self, make_schools: MakeSchools) -> None:
        found = unevenness_parts(make_schools(SIX), [BOOKS], weighting="pupils").set_index("index")
        hand = theil_parts([1, 3, 2, 4, 8, 3], list("aaabbb"), weights=[100, 100, 200, 100, 100, 400], form="T")
        assert found.loc["theil_t", "between"] == pytest.approx(hand.between, rel=1e-12)
        assert found.loc["theil_t", "within"] == pytest.approx(hand.within, rel=1e-12)
        sums = found["between"] + found["within"] + found["overlap"]
        assert sums.to_numpy() == pytest.approx(found["total"].to_numpy(), abs=1e-12)
        assert (found["groups"] == 2).all()
        assert (found["schools"] == 6).all()

    def test_by_any_column_of_the_table(self, make_schools: MakeSchools) -> None:
        table = make_schools(SIX).assign(area=["urban", "rural", "urban", "rural", "urban", None])
        found = unevenness_parts(table, [BOOKS], weighting="pupils", groups="area")
        assert found["schools"].tolist() == [5] * 3
        assert unevenness_parts(make_schools(SIX), [BOOKS], weighting="pupils", groups="area").empty

    def test_a_school_without_books_is_left_out(self, make_schools: MakeSchools) -> None:
        table = make_schools(SIX)
        table.loc[0, "books"] = np.nan
        row = unevenness(table, [BOOKS], weighting="pupils").set_index("region").loc["330106"]
        assert (row["schools"], row["left_out"]) == (2, 1)

    def test_how_schools_count_must_be_a_known_word(self, make_schools: MakeSchools) -> None:
        with pytest.raises(ValueError, match="pupils, schools"):
            unevenness(make_schools(SIX), weighting="size")  # type: ignore[arg-type]

    def test_the_whole_demonstration_adds_up(self, overviews: dict[str, Overview]) -> None:
        found = unevenness_parts(overviews["demo"].schools, weighting="pupils")
        known = found[found["total"].notna()]
        assert len(known) > 100
        sums = known["between"] + known["within"] + known["overlap"]
        assert np.abs(sums - known["total"]).max() < 1e-12


class TestWhatMayBeShown:
    def test_a_region_of_two_is_withheld(self, overviews: dict[str, Overview]) -> None:
        found = releasable_unevenness(overviews["world"], weighting="pupils").regions
        assert found.loc[found["schools"] < 3, ["gini", "theil_t", "quantile_ratio"]].isna().all(axis=None)
        assert found.loc[found["schools"] > 2, "gini"].notna().any()

    def test_an_overview_that_is_released_has_no_table_left(self, overviews: dict[str, Overview]) -> None:
        empty = releasable_unevenness(releasable_overview(overviews["demo"]), weighting="pupils")
        assert empty.parts.empty
        for lang in LANGUAGES:
            assert tables.parts_section(empty, lang).html == ""
            assert tables.parts_by_year(empty, lang).html == ""
            assert figures.uneven_section(empty, lang).pieces == ()
            assert say("uneven.none", lang) in tables.unevenness_headline(empty, lang).text
        assert tables.unevenness_digest(empty) == ""

    @pytest.mark.parametrize("lang", LANGUAGES)
    @pytest.mark.parametrize("name", ["demo", "world"])
    def test_the_page_of_all_regions(self, overviews: dict[str, Overview], name: str, lang: str) -> None:
        seen = overviews[name]
        uneven = releasable_unevenness(seen, weighting="pupils")
        report = releasable_overview(seen)
        pieces = [
            tables.regions_heading(report, "between_regions", lang).html,
            tables.unevenness_headline(uneven, lang).html,
            figures.uneven_section(uneven, lang)._repr_html_(),
            tables.spreads_by_region(report, uneven, lang).html,
            tables.parts_by_year(uneven, lang).html,
            tables.parts_section(uneven, lang).html,
        ]
        reading = read_html("\n".join(pieces))
        assert complaints_of_tables(reading) == []
        assert len(reading.all("table")) >= 4
        text = " ".join(each.text for each in reading.all("td", "th", "p", "caption"))
        assert not re.search(r"\b(nan|NaN|None(?! is ))\b|-0\.0000", text)

    def test_the_digest_has_a_line_for_each_index(self, overviews: dict[str, Overview]) -> None:
        lines = tables.unevenness_digest(releasable_unevenness(overviews["demo"], weighting="pupils")).splitlines()
        assert len(lines) % 3 == 0
        assert any(line.startswith("books_per_pupil primary theil_t ") for line in lines)


class TestGroups:
    @pytest.fixture
    def table(self, make_schools: MakeSchools) -> pd.DataFrame:
        rows = [
            {"region": region, "school": f"{region}-{n}", "pupils": 100.0, "fitness_tested": 100.0,
             "fitness_good_excellent": 40.0 + 5 * place + (10 if area == "urban" else 0), "area": area}
            for place, region in enumerate(("330106", "330107", "330108"))
            for n, area in enumerate(["urban"] * 3 + ["rural"] * 3)
        ]  # fmt: skip
        return make_schools(rows)

    def test_against_the_regions_by_hand(self, table: pd.DataFrame) -> None:
        # Regions have 45, 50 and 55 %: mean 50, deviation 5. Urban schools of the first have 50 %, its rural 40 %.
        found = group_orientation(table, measure(table), by="area", year=2022, region="330106")
        own = found[found["indicator"] == "fitness_good_excellent_rate"].set_index("group")
        assert own["score"].to_dict() == pytest.approx({"urban": 0.0, "rural": -2.0})
        assert set(own["reference"]) == {"all_regions"}
        assert set(own["mean"]) == {50.0}

    def test_of_all_regions_together(self, table: pd.DataFrame) -> None:
        found = group_orientation(table, measure(table), by="area", year=2022).set_index("group")
        assert found["value"].to_dict() == pytest.approx({"urban": 55.0, "rural": 45.0})

    def test_a_small_group_withholds_all_groups(self, table: pd.DataFrame) -> None:
        few = table[~((table["region"] == "330106") & table["school"].str.endswith(("-4", "-5")))]
        found = releasable_groups(group_orientation(few, measure(few), by="area", year=2022, region="330106"))
        assert found["schools"].tolist() == [1, 3]
        assert found["value"].isna().all()
        assert found["score"].isna().all()
        assert set(found["status"]) == {"withheld"}

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_the_reference_is_named_in_the_table(self, overviews: dict[str, Overview], lang: str) -> None:
        seen = overviews["demo"]
        peers = releasable_overview(seen).findings.query("year == 2023")
        found = group_orientation(seen.schools, peers, by="area", year=2023)
        text = tables.groups_section(found, seen.dataset, "area", 2023, lang).text
        assert text.count(say("groups.reference.all_regions", lang, regions=8, year=2023)) >= 2
        assert say("leaning.exam", lang) in text

    def test_without_the_column_there_are_no_groups(self, make_schools: MakeSchools) -> None:
        table = make_schools(SIX)
        assert group_orientation(table, measure(table), by="area", year=2022).empty
