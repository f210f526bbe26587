"""Nothing withheld can be worked out from what a report prints: held to by linear programming, format by format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import nbformat
import pandas as pd
import pypdf
import pytest
from disclosure_audit import (
    Claim,
    County,
    Printed,
    Range,
    claims_of,
    numbers_in,
    ranges,
    tables_of_html,
    tables_of_word,
    tables_of_workbook,
)

from conftest import MakeSchools
from qualityedu import figures, tables
from qualityedu.datasets import Dataset
from qualityedu.findings import Overview, appraise, in_scope, overview
from qualityedu.findings.persons import persons_of_units
from qualityedu.indicators import catalogue
from qualityedu.release import DEFAULT, Policy, Release, releasable
from qualityedu.release.units import is_share
from qualityedu.render import render
from qualityedu.text import say

LANG = "en"
NAMES = ["Ash", "Birch", "Cedar", "Date", "Elm", "Fir", "Gum", "Hazel", "Iris", "Juniper", "Kauri", "Larch", "Maple"]


def _school(number: int, stage: str, pupils: int, *, kind: str = "", region: str = "330106") -> dict[str, object]:
    """A school whose figures go up and down with its number, so that no two are alike."""
    turn = (number * 37) % 11
    teachers = max(1, round(pupils / (13 + turn / 2)))
    return {
        "region": region,
        "region_name": "Audit County",
        "school": f"{region}{stage[0]}{number:02d}",
        "school_name": f"{NAMES[number]} {stage}",
        "stage": stage,
        "school_kind": kind or stage,
        "pupils": pupils,
        "classes": max(1, round(pupils / 38)),
        "teachers": teachers,
        "high_qualified_teachers": max(0, round(teachers * (0.5 + turn / 30))),
        "backbone_teachers": max(0, round(pupils * (0.006 + turn / 1500))),
        "pe_art_teachers": max(0, round(pupils * (0.007 + turn / 2500))),
        "certified_teachers": teachers,
        "teaching_auxiliary_area": pupils * (3.5 + turn / 5) + 11,
        "indoor_sports_area": 30 + turn,
        "sports_ground_area": pupils * (6 + turn / 4) + 13,
        "equipment_value": pupils * (1700 + 91 * turn) + 501,
        "multimedia_rooms": max(1, round(pupils / (40 + turn))),
        "fitness_tested": pupils,
        "fitness_good_excellent": round(pupils * (0.4 + turn / 40)),
        "after_school_pupils": round(pupils * (0.7 + turn / 60)),
        "whole_person_rated": pupils,
        "whole_person_good": round(pupils * (0.6 + turn / 50)),
        "candidates": pupils,
        "passed_candidates": round(pupils * (0.5 + turn / 35)),
    }


def _three(make: MakeSchools) -> pd.DataFrame:
    """Three primary schools, one of four pupils."""
    rows = [_school(n, "primary", size) for n, size in enumerate([4, 410, 730])]
    return make(rows + [_school(n, "junior", 300 + 40 * n) for n in range(6)], year=2022)


def _tiny_and_left_out(make: MakeSchools) -> pd.DataFrame:
    """Twelve primary schools, one of seven pupils, two junior ones, and a teaching point of six that no rule counts."""
    rows = [_school(n, "primary", 7 if n == 3 else 260 + 30 * n) for n in range(12)]
    rows += [_school(n, "junior", 390 + 20 * n) for n in range(2)]
    return make([*rows, _school(12, "primary", 6, kind="teaching_point")], year=2022)


def _three_of_four(make: MakeSchools) -> pd.DataFrame:
    """Four primary schools; the fourth has nine pupils, so three are published."""
    rows = [_school(n, "primary", size) for n, size in enumerate([350, 420, 510, 9])]
    return make(rows + [_school(n, "junior", 500 + 17 * n) for n in range(5)], year=2022)


def _two_tiny(make: MakeSchools) -> pd.DataFrame:
    """Two schools of three and four pupils: together still fewer than ten."""
    rows = [_school(n, "primary", size) for n, size in enumerate([3, 4, 280, 350, 420, 510, 620])]
    return make(rows + [_school(n, "junior", 500 + 17 * n) for n in range(5)], year=2022)


COUNTIES = {"three": _three, "left_out": _tiny_and_left_out, "three_of_four": _three_of_four, "two_tiny": _two_tiny}


def _seen(table: pd.DataFrame) -> Overview:
    title = {"zh": "手工表", "en": "Made by hand"}
    return overview(table, Dataset(id="hand", table=Path("hand.csv"), title=title), year=2022)


def _pieces(release: Release) -> list[str]:
    """Every piece of a region's report, and the bars of every item besides the one that the report chooses."""
    made = [
        *(make(release, LANG) for make in (tables.heading, tables.headline, tables.shortfalls, tables.ledger)),
        figures.schools_section(release, LANG),
        figures.spreads_section(release, LANG),
        figures.verdict_section(release, LANG),
        tables.county_verdict(release, LANG),
        figures.profile_section(release, LANG),
        *(make(release, LANG) for make in (tables.summary, tables.years, tables.method)),
    ]
    items = release.reached.loc[release.reached["value"].notna(), ["indicator", "stage"]].drop_duplicates()
    made += [figures.bars(release, name, stage, LANG) for name, stage in items.itertuples(index=False, name=None)]
    return [piece._repr_html_() for piece in made]


def _notebook(pieces: list[str]) -> nbformat.NotebookNode:
    cells = [
        nbformat.v4.new_code_cell("", outputs=[nbformat.v4.new_output("execute_result", {"text/html": piece})])
        for piece in pieces
    ]
    return nbformat.v4.new_notebook(cells=cells)


def _published(seen: Overview) -> set[tuple[str, str]]:
    within, _ = in_scope(seen.schools, country="CN")
    return set(within[["school", "stage"]].itertuples(index=False, name=None))


def _secret(county: County, table: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Indicator, school and stage of every value on fewer persons than ten, and of every exam result of one school.

    Not of a share that is all or nothing in the whole stage: that is published, says it of everybody, and is counted in
    the note.
    """
    persons = persons_of_units(table)
    found = []
    for name, units in county.units.items():
        few = persons[name].between(0, DEFAULT.threshold, inclusive="neither")
        by_school = catalogue()[name].release == "school"
        own = table[few | (not by_school)][["school", "stage"]].itertuples(index=False, name=None)
        spread = units.groupby(level="stage")["value"].agg(["min", "max"])
        alike = set(spread.index[(spread["max"] == 0) | (is_share(catalogue()[name]) & (spread["min"] == 100))])
        found += [
            (name, school, stage) for school, stage in own if (school, stage) in units.index and stage not in alike
        ]
    return found


def _audit(printed: list[Printed], table: pd.DataFrame, seen: Overview) -> tuple[list[Range], list[Claim]]:
    county = County(table)
    claims = claims_of(printed, county, _published(seen))
    return ranges(county, claims, _secret(county, table)), claims


@pytest.fixture(scope="module", params=list(COUNTIES))
def county(request: pytest.FixtureRequest, make_schools: MakeSchools) -> tuple[pd.DataFrame, Overview, Release]:
    table = COUNTIES[request.param](make_schools)
    seen = _seen(table)
    return table, seen, releasable(appraise(seen, "330106"))


def test_no_page_tells_a_value_on_few_persons(county: tuple[pd.DataFrame, Overview, Release]) -> None:
    table, seen, release = county
    printed = tables_of_html("".join(_pieces(release)))
    found, claims = _audit(printed, table, seen)
    assert len(found) > 20, "the audit must have something to look for"
    assert len(claims) > 30, "and the report must print something"
    assert {len(claim.schools) for claim in claims} > {1}, "of single schools and of sums"
    assert [each for each in found if not each.safe] == []
    cells = {cell for each in printed for row in each.rows for cell in row}
    assert say("status.withheld", LANG) in cells


@pytest.mark.parametrize("name", ["three", "left_out"])
def test_no_format_tells_more_than_the_page(name: str, make_schools: MakeSchools, tmp_path: Path) -> None:
    """Word and workbook go through the audit themselves; of the PDF every number must be one that the page prints."""
    table = COUNTIES[name](make_schools)
    seen = _seen(table)
    pieces = _pieces(releasable(appraise(seen, "330106")))
    made = render(_notebook(pieces), into=tmp_path, title="Audit", lang=LANG, facts={})
    assert made.failed == {}
    page = tables_of_html("".join(pieces))
    for printed in (tables_of_word(made.files["docx"]), tables_of_workbook(made.files["xlsx"])):
        found, claims = _audit(printed, table, seen)
        assert len(claims) > 20
        assert [each for each in found if not each.safe] == []
    said = numbers_in(made.files["html"].read_text(encoding="utf-8"))
    pdf = "\n".join(each.extract_text() for each in pypdf.PdfReader(made.files["pdf"]).pages)
    of_pdf = {each for each in numbers_in(pdf) if "." in each and len(each) > 4}
    assert len(of_pdf) > 20
    assert of_pdf <= said | {cell for each in page for row in each.rows for text in row for cell in numbers_in(text)}


def test_the_demonstration_has_nothing_to_hide_and_says_so(overviews: dict[str, Overview]) -> None:
    seen = overviews["demo"]
    for region in ("999901", "999905"):
        table = seen.schools[(seen.schools["region"] == region) & (seen.schools["year"] == seen.year)]
        release = releasable(appraise(seen, region))
        found, claims = _audit(tables_of_html("".join(_pieces(release))), table.reset_index(drop=True), seen)
        assert len(claims) > 100
        assert len(found) > 50, "exam results of single schools"
        assert [each for each in found if not each.safe] == []


class TestTheAuditItself:
    """An audit that finds nothing must be able to find something."""

    def test_a_total_and_all_parts_but_one_tell_the_one(self, make_schools: MakeSchools) -> None:
        """The demonstration of every textbook: 15 in all and 12 shown leave 3."""
        table = make_schools(
            [
                {"school": name, "pupils": 100, "backbone_teachers": count}
                for name, count in (("A", 5), ("B", 7), ("C", 3))
            ]
        )
        county = County(table)
        name = "backbone_teachers_per_100"
        whole = Claim(name, (("A", "primary"), ("B", "primary"), ("C", "primary")), 4.995, 5.005)
        parts = [
            Claim(name, ((school, "primary"),), value - 0.005, value + 0.005) for school, value in (("A", 5), ("B", 7))
        ]
        (told,) = ranges(county, [whole, *parts], [(name, "C", "primary")])
        # 15 pupils' worth of rounding of the whole, 1 of each part: 3 ± (0.005 × 500) / 100.
        assert (told.low, told.high) == pytest.approx((2.975, 3.025))
        assert not told.safe
        (untold,) = ranges(county, [whole, parts[0]], [(name, "C", "primary")])
        assert untold.safe
        assert (untold.low, untold.high) == pytest.approx((0, 15.015 - 4.995))

    def test_without_the_units_withheld_beside_the_small_one_it_leaks(
        self, make_schools: MakeSchools, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Primary suppression alone: the audit must find the school in the difference."""
        monkeypatch.setattr("qualityedu.release.units._together", lambda persons, values, few, name, policy: few)
        table = _three_of_four(make_schools)
        seen = _seen(table)
        found, _ = _audit(tables_of_html("".join(_pieces(releasable(appraise(seen, "330106"))))), table, seen)
        assert [each for each in found if not each.safe]

    def test_without_any_suppression_it_leaks_the_value_itself(self, make_schools: MakeSchools) -> None:
        table = _three_of_four(make_schools)
        seen = _seen(table)
        bare = Policy(threshold=1, override="a test of the audit")
        found, _ = _audit(tables_of_html("".join(_pieces(releasable(appraise(seen, "330106"), bare)))), table, seen)
        leaked = [each for each in found if not each.safe]
        assert leaked
        assert all(each.low <= each.truth <= each.high for each in leaked)

    def test_a_number_planted_in_one_cell_is_found(self, county: tuple[pd.DataFrame, Overview, Release]) -> None:
        table, seen, release = county
        printed = tables_of_html("".join(_pieces(release)))
        tiny = set(table.loc[table["pupils"] < DEFAULT.threshold, "school_name"])
        place, row = next(
            (place, row)
            for place, each in enumerate(printed)
            for row, cells in enumerate(each.rows)
            if "by school" in each.caption and cells[1] == say("status.withheld", LANG) and cells[0] in tiny
        )
        cells = [list(each) for each in printed[place].rows]
        cells[row][1] = "3.14"
        planted = [*printed[:place], replace(printed[place], rows=cells), *printed[place + 1 :]]
        try:
            found, _ = _audit(planted, table, seen)
        except AssertionError as contradiction:  # a planted number that is not the true one cannot be fitted
            assert "contradict" in str(contradiction)
            return
        assert [each for each in found if not each.safe]
