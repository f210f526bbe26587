"""Nothing withheld can be reached: not through a release, a table, or a figure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.collections import PathCollection
from matplotlib.container import BarContainer
from matplotlib.text import Text

from conftest import MakeSchools, Released
from qualityedu import figures, tables
from qualityedu.datasets import Dataset, Unit
from qualityedu.errors import RequestError
from qualityedu.figures import Exhibit, Section
from qualityedu.findings import Overview, appraise, associations, group_orientation, overview
from qualityedu.findings.persons import persons_behind, persons_of_units
from qualityedu.indicators import catalogue
from qualityedu.intake import read_schools
from qualityedu.models import RegionalModel, regional_models
from qualityedu.release import (
    SMALLEST,
    Policy,
    Release,
    may_show_unit,
    releasable,
    releasable_groups,
    releasable_overview,
    releasable_unevenness,
    units_withheld,
    withhold,
)
from qualityedu.release.regions import _spread_tells
from qualityedu.release.rounding import rounded, without_few
from qualityedu.tables import Fragment
from qualityedu.text import say

UNITS: tuple[Unit, ...] = get_args(Unit)
EXAM = [each.id for each in catalogue().values() if each.leaning == "exam"]


def _dataset(unit: Unit = "school") -> Dataset:
    title = {"zh": "手工表", "en": "Made by hand"}
    return Dataset(id="hand", table=Path("hand.csv"), title=title, unit=unit, country="CN" if unit == "school" else "")


def _everything(make_schools: MakeSchools, sizes: list[int], values: Iterator[float]) -> pd.DataFrame:
    """Regions of so many units with a stated value of every indicator, for every stage."""
    stages = sorted({stage for each in catalogue().values() for stage in each.stages})
    rows = [
        {"region": f"33010{region}", "school": f"{region}{number}", "stage": stage}
        | {name: next(values) for name in catalogue()}
        for region, size in enumerate(sizes)
        for number in range(size)
        for stage in stages
    ]
    return make_schools(rows, year=2022)


def _counting(start: float = 1.0) -> Iterator[float]:
    while True:
        start += 0.37
        yield start


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("name", list(catalogue()))
def test_the_rule_for_each_indicator_and_unit(name: str, unit: Unit) -> None:
    indicator = catalogue()[name]
    shown = may_show_unit(indicator, unit)
    if unit != "economy" and indicator.leaning == "exam":
        assert not shown
    if indicator.release == "economy":
        assert shown is (unit == "economy")
    if indicator.release == "region":
        assert not shown
    if indicator.release == "school":
        assert shown


@pytest.mark.parametrize("unit", UNITS)
def test_a_release_holds_no_value_that_may_not_be_shown_by_unit(unit: Unit, make_schools: MakeSchools) -> None:
    seen = overview(_everything(make_schools, [4, 3, 5], _counting()), _dataset(unit), year=2022)
    assert set(EXAM) <= set(seen.values.columns), "the overview itself must have them, or the test shows nothing"
    release = releasable(appraise(seen, "330100"))
    may = {name for name, each in catalogue().items() if may_show_unit(each, unit)}
    for table in (release.values, releasable_overview(seen).values):
        assert set(table.columns) & set(catalogue()) == may
    assert set(release.reached["indicator"]) <= may
    assert not set(EXAM) & set(release.schools.columns)
    if unit != "economy":
        assert not set(EXAM) & may
    else:
        assert {"pisa_mathematics", "pisa_reading", "pisa_science"} <= may


@given(
    schools=st.lists(st.integers(0, 6), min_size=1, max_size=30),
    values=st.lists(st.one_of(st.just(0.0), st.floats(-900.0, 900.0)), min_size=30, max_size=30),
)
@settings(max_examples=60, deadline=None)
def test_fewer_than_three_units_are_withheld_whatever_the_values(schools: list[int], values: list[float]) -> None:
    findings = pd.DataFrame({"schools": schools, "value": values[: len(schools)]})
    findings = findings.assign(value=findings["value"].where(findings["schools"] > 0), status="met", rounding=True)
    out = withhold(findings)
    few = findings["schools"].isin([1, 2])
    assert out.loc[few, "value"].isna().all()
    assert (out.loc[few, "status"] == "withheld").all()
    assert not out.loc[few, "rounding"].any()
    pd.testing.assert_frame_equal(out[~few], findings[~few])


def test_regions_of_one_to_five_units(make_schools: MakeSchools) -> None:
    seen = overview(_everything(make_schools, [1, 2, 3, 5], _counting()), _dataset(), year=2022)
    out = releasable_overview(seen).findings
    for region, withheld in (("330100", True), ("330101", True), ("330102", False), ("330103", False)):
        own = out[(out["region"] == region) & (out["schools"] > 0)]
        assert len(own) > 50
        assert set(own.loc[own["subject"] == "region", "status"] == "withheld") == {withheld}
        # A spread between schools needs five of them, and only the last region has so many.
        spreads = own.loc[(own["subject"] == "spread") & own["value"].notna(), "schools"]
        assert set(spreads) == ({5} if region == "330103" else set())


@pytest.mark.parametrize(("schools", "status"), [(0, "no_data"), (1, "withheld"), (2, "withheld"), (3, "met")])
def test_the_smallest_group(schools: int, status: str) -> None:
    row = {"schools": schools, "value": 0.0 if schools else np.nan, "status": "met" if schools else "no_data"}
    out = withhold(pd.DataFrame([row | {"rounding": False}])).iloc[0]
    assert out["status"] == status
    assert bool(out["value"] == 0.0) == (status == "met")


def test_withholding_twice_is_withholding_once(overviews: dict[str, Overview]) -> None:
    once = releasable_overview(overviews["world"])
    twice = releasable_overview(once)
    pd.testing.assert_frame_equal(twice.findings, once.findings)
    assert list(twice.values.columns) == list(once.values.columns)


def test_a_release_counts_what_it_withheld(released: Released) -> None:
    release = released("world", "021")
    assert release.withheld == (release.now["status"] == "withheld").sum() > 0
    assert released("world", "005").withheld == 0


# Numbers that stand for nothing else, so that to find one is to have reached it.
HIDDEN_EXAM = {"mean_score": 6137.2, "pass_rate": 83.71, "excellent_rate": 47.33}
HIDDEN_OF_TWO = ("7.31", "5917")


@pytest.fixture(scope="module")
def planted(make_schools: MakeSchools) -> Overview:
    """A county of four schools with tell-tale exam results, one of two with tell-tale means, and five to compare."""
    rows: list[dict[str, object]] = []
    for region, size in (("330106", 4), ("330107", 2), *((f"33011{n}", 4) for n in range(5))):
        for number in range(size):
            school = f"{region}{number}"
            rows.append(
                {
                    "region": region,
                    "region_name": f"County {region[-2:]}",
                    "school": school,
                    "school_name": f"School {region[-2:]}-{number}",
                    "pupils": 300,
                    "teachers": 20 + number,
                    "backbone_teachers_per_100": 2.11 + number / 10,
                    "equipment_value_per_pupil": 4011.0 + number,
                    "fitness_good_excellent_rate": 51.1 + int(region[-1]) + number,
                    "life_satisfaction": 6.1 + int(region[-1]) / 10,
                    "mean_score": 211.0 + int(region[-1]) + number,
                    "pass_rate": 61.0 + int(region[-1]) + number,
                    "excellent_rate": 11.0 + int(region[-1]) + number,
                }
            )
    for name, value in HIDDEN_EXAM.items():
        rows[0][name] = value
    # 7.31 and 5917 are means of the two: 6.62 and 8.00, 5834 and 6000.
    rows[4] |= {"backbone_teachers_per_100": 6.62, "equipment_value_per_pupil": 5834.0}
    rows[5] |= {"backbone_teachers_per_100": 8.0, "equipment_value_per_pupil": 6000.0}
    table = pd.concat([make_schools(rows, year=year) for year in (2021, 2022)], ignore_index=True)
    return overview(table, _dataset(), year=2022)


def _said(thing: Section | Fragment | Exhibit) -> Iterator[str]:
    """Everything a piece of a report says: markup, plain text, and the words inside its pictures."""
    if isinstance(thing, Section):
        for piece in thing.pieces:
            yield from _said(piece)
    yield thing._repr_html_()
    yield repr(thing)
    if isinstance(thing, Exhibit):
        yield from (text.get_text() for text in thing.figure.findobj(Text))


def _drawn(thing: Section | Fragment | Exhibit) -> Iterator[float]:
    """Every coordinate of a mark or the length of a bar."""
    if isinstance(thing, Section):
        for piece in thing.pieces:
            yield from _drawn(piece)
    if isinstance(thing, Exhibit):
        for marks in thing.figure.findobj(PathCollection):
            yield from np.ma.filled(np.ma.asarray(marks.get_offsets(), dtype=float), np.nan).ravel()
        for axes in thing.figure.axes:
            for bars in axes.containers:
                if isinstance(bars, BarContainer):
                    yield from bars.datavalues


def _pieces(release: Release, models: list[RegionalModel], lang: str) -> list[Section | Fragment | Exhibit]:
    return [
        *(make(release, lang) for make in (tables.heading, tables.headline, tables.shortfalls)),
        *(make(release, lang) for make in (tables.summary, tables.years, tables.method)),
        *(make(release, lang) for make in (figures.schools_section, figures.spreads_section, figures.profile_section)),
        figures.models_section(models, lang, release.region),
    ]


def _pieces_of_all(seen: Overview, lang: str) -> list[Section | Fragment | Exhibit]:
    pairs = associations(seen.values)
    return [
        *(tables.regions_heading(seen, key, lang) for key in ("quality_and_exam", "inputs_and_outcomes")),
        tables.orientation_headline(pairs, lang),
        tables.associations_section(pairs, lang),
        tables.regions_table(seen, lang),
        figures.aims_section(seen, lang),
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_table_or_figure_says_an_exam_result_of_one_school(planted: Overview, lang: str) -> None:
    release = releasable(appraise(planted, "330106"))
    pieces = [*_pieces(release, regional_models(planted), lang), *_pieces_of_all(releasable_overview(planted), lang)]
    said = "\n".join(text for piece in pieces for text in _said(piece))
    assert "2.11" in said, "the resources of the same school are shown, so its row was reached"
    for value in HIDDEN_EXAM.values():
        for form in {f"{value:g}", f"{value:.1f}", f"{value:,.1f}", f"{value:.2f}", f"{value:.4f}"}:
            assert not re.search(rf"(?<![\d.]){re.escape(form)}(?!\d)", said), form
    drawn = np.array([value for piece in pieces for value in _drawn(piece)])
    assert len(drawn) > 20
    for value in HIDDEN_EXAM.values():
        assert not np.isclose(drawn, value).any()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_table_or_figure_says_the_mean_of_two_schools(planted: Overview, lang: str) -> None:
    pieces: list[Section | Fragment | Exhibit] = []
    for region in ("330107", "330106"):
        pieces += _pieces(releasable(appraise(planted, region)), regional_models(planted), lang)
    pieces += _pieces_of_all(releasable_overview(planted), lang)
    said = "\n".join(text for piece in pieces for text in _said(piece)).replace(",", "")
    assert "6.62" in said, "the value of the school itself may be shown, and is"
    for form in HIDDEN_OF_TWO:
        assert not re.search(rf"(?<![\d.]){form}(?!\d)", said), form
    assert not np.isclose([value for piece in pieces for value in _drawn(piece)], 7.31).any()
    digest = tables.digest(releasable(appraise(planted, "330107")).findings)
    assert "7.31" not in digest
    assert "withheld" in digest


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_withheld_is_named_so_in_the_summary_and_over_the_years(planted: Overview, lang: str) -> None:
    release = releasable(appraise(planted, "330107"))
    assert say("status.withheld", lang) in tables.summary(release, lang).html
    assert say("status.withheld", lang) in tables.regions_table(releasable_overview(planted), lang).html


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_of_all_regions_withhold_even_where_the_caller_forgot(planted: Overview, lang: str) -> None:
    """These two take an overview, which a notebook could pass before it went through `releasable_overview`."""
    raw, safe = _pieces_of_all(planted, lang)[-2:], _pieces_of_all(releasable_overview(planted), lang)[-2:]
    assert [list(_said(piece)) for piece in raw] == [list(_said(piece)) for piece in safe]


def test_a_model_shows_no_outcome_of_one_unit_that_may_not_be_shown(
    models: dict[str, list[RegionalModel]], overviews: dict[str, Overview]
) -> None:
    schools = set(overviews["demo"].values["school_name"])
    for model in models["demo"]:
        assert model.by_unit is may_show_unit(catalogue()[model.fit.outcome], "school")
        for points in model.points.values():
            assert bool(schools & set(points["label"])) is model.by_unit
    assert {model.by_unit for model in models["demo"]} == {True, False}
    assert all(model.by_unit for model in models["world"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_model_withholds_the_place_of_a_county_of_two_schools(overviews: dict[str, Overview], lang: str) -> None:
    schools = read_schools("demo", year=2023)
    others = schools["region"] != "999908"
    two = schools[schools["region"] == "999908"].groupby("stage").head(1).index
    seen = overview(
        schools[others | schools.index.isin(two)].reset_index(drop=True), overviews["demo"].dataset, year=2023
    )
    for model in regional_models(seen):
        own = model.standings.set_index("region").loc["999908"]
        said = figures.models_section([model], lang, "999908")
        assert own["units"] < SMALLEST
        assert own[["residual", "lower", "upper"]].isna().sum() >= 2
        if not model.by_unit:
            assert own[["outcome", "expected", "residual", "lower", "upper"]].isna().all()
            assert not any("999908" in set(points["region"]) for points in model.points.values())
        assert say("status.withheld", lang) not in repr(said)
        assert str(int(own["units"])) in tables.standing_sentence(model, "999908", lang)


def test_a_release_does_not_print_what_it_does_not_hold(planted: Overview) -> None:
    with pd.option_context("display.max_columns", None, "display.max_rows", None, "display.width", 10_000):
        printed: Any = repr(releasable(appraise(planted, "330106")))
    assert "6137.2" not in printed
    assert "2.11" in printed


# Schools whose counts are known, from which every indicator follows.
def _counted(make_schools: MakeSchools, pupils: list[int], **shared: object) -> pd.DataFrame:
    rows = [
        {
            "school": f"S{number:02d}",
            "school_name": f"School {number}",
            "pupils": size,
            "teachers": max(1, size // 15),
            "certified_teachers": max(1, size // 16),
            "backbone_teachers": size // 90,
            "fitness_tested": size,
            "fitness_good_excellent": int(size * (0.4 + number / 50)),
            "whole_person_rated": size,
            "whole_person_good": int(size * (0.6 + number / 60)),
            "equipment_value": size * (2000.0 + 31 * number),
            "candidates": size,
            "passed_candidates": size // 2 + number,
        }
        for number, size in enumerate(pupils)
    ]
    return make_schools(rows, **{"year": 2022, "school_kind": "primary", **shared})


class TestPersons:
    """On how many persons a figure rests."""

    def test_the_most_on_either_side_count(self, make_schools: MakeSchools) -> None:
        """Worked by hand: 120 pupils, 8 teachers, 4 classes."""
        table = make_schools(
            [{"pupils": 120, "teachers": 8, "certified_teachers": 7, "classes": 4, "books": 900, "large_classes": 1}]
        )
        of = persons_of_units(table).iloc[0]
        assert of["books_per_pupil"] == 120
        assert of["teacher_pupil_ratio"] == of["pupil_teacher_ratio"] == 120, "a ratio and its inverse go together"
        assert of["mean_class_size"] == 120
        assert of["teacher_certificate_rate"] == 8
        assert np.isnan(of["large_class_share"]), "classes are no persons"

    def test_a_stated_value_rests_on_no_more_than_the_pupils(self, make_schools: MakeSchools) -> None:
        table = make_schools([{"pupils": 9, "mean_score": 300.0}, {"pupils": 40}, {"mean_score": 310.0}])
        assert persons_of_units(table)["mean_score"].tolist()[0] == 9
        assert persons_of_units(table)["mean_score"].isna().tolist() == [False, True, True]

    def test_regions_add_up_and_know_their_smallest_school(self, make_schools: MakeSchools) -> None:
        table = _counted(make_schools, [4, 300, 500])
        found = persons_behind(table).set_index("indicator")
        assert tuple(found.loc["fitness_good_excellent_rate", ["persons", "fewest"]]) == (804, 4)
        assert tuple(found.loc["teacher_certificate_rate", ["persons", "fewest"]]) == (1 + 20 + 33, 1)

    def test_an_unknown_part_counts_nobody(self, make_schools: MakeSchools) -> None:
        table = make_schools(
            [{"pupils": 50, "books": 100}, {"pupils": 70, "books": np.nan}, {"pupils": 30, "books": 60}]
        )
        found = persons_behind(table).set_index("indicator")
        assert found.loc["books_per_pupil", "persons"] == 80


class TestPolicy:
    """The threshold, and what it takes to lower it."""

    @pytest.mark.parametrize("threshold", [4, 1, 0, -3])
    def test_below_five_takes_a_written_reason(self, threshold: int) -> None:
        with pytest.raises(RequestError, match=str(threshold)):
            Policy(threshold=threshold, override=" " if threshold > 0 else "because")

    def test_with_a_reason_it_is_printed_in_the_report(self, make_schools: MakeSchools) -> None:
        seen = overview(_counted(make_schools, [4, 300, 500, 640, 710]), _dataset(), year=2022)
        reason = "<Agreed> with the county's own bureau, internal use"
        said = tables.method(releasable(appraise(seen, "330106"), Policy(threshold=3, override=reason)), "en")
        assert reason in said.text
        assert "&lt;Agreed&gt;" in said.html
        assert "fewer than 3 persons" in said.text
        assert "written reason" not in tables.method(releasable(appraise(seen, "330106")), "en").text

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_the_note_counts_what_is_withheld(self, make_schools: MakeSchools, lang: str) -> None:
        seen = overview(_counted(make_schools, [4, 300, 500, 640, 710]), _dataset(), year=2022)
        release = releasable(appraise(seen, "330106"))
        hidden = units_withheld(seen)
        shown = [name for name in hidden.columns if may_show_unit(catalogue()[name], "school")]
        assert release.withheld_units == int(hidden[shown].to_numpy().sum()) > 5
        said = tables.method(release, lang).text
        assert say("disclosure.counted", lang, figures=release.withheld, units=release.withheld_units) in said
        assert say("disclosure.rule", lang, threshold=10, smallest=3, spread=5) in said


class TestFewPersons:
    """Figures on few persons, and what would tell them."""

    def test_the_verdict_is_made_on_every_figure(self, make_schools: MakeSchools) -> None:
        seen = overview(_counted(make_schools, [4, 300, 500, 640, 710]), _dataset(), year=2022)
        appraised = appraise(seen, "330106")
        release = releasable(appraised)
        assert release.verdict == appraised.verdict
        assert release.schools["verdict"].tolist() == appraised.schools["verdict"].tolist()
        assert release.county.status == appraised.county.status
        assert (release.reached["status"] == "withheld").any()

    def test_the_smallest_other_school_is_withheld_with_the_one(self, make_schools: MakeSchools) -> None:
        seen = overview(_counted(make_schools, [700, 4, 300, 500, 640]), _dataset(), year=2022)
        values = releasable(appraise(seen, "330106")).values.set_index("school")["equipment_value_per_pupil"]
        assert values.isna().to_dict() == {"S00": False, "S01": True, "S02": True, "S03": False, "S04": False}

    def test_what_a_school_lacks_goes_with_its_value_and_the_total_is_of_the_rest(
        self, make_schools: MakeSchools
    ) -> None:
        seen = overview(_counted(make_schools, [4, 300, 500, 640, 710]), _dataset(), year=2022)
        appraised = appraise(seen, "330106")
        release = releasable(appraised)
        lacks = appraised.ledger[(appraised.ledger["indicator"] == "backbone_teachers_per_100")]
        own = release.ledger[release.ledger["indicator"] == "backbone_teachers_per_100"].set_index("school")
        assert own.loc[["S00", "S01"], ["value", "share", "gap", "missing"]].isna().all(axis=None)
        printed = tables.ledger(release, "en").text
        rest = lacks[~lacks["school"].isin(["S00", "S01"])]["missing"].sum()
        assert rest != lacks["missing"].sum()
        assert f"county level or above: {rest:,.0f} persons" in printed

    @given(
        persons=st.lists(st.integers(1, 60), min_size=1, max_size=12),
        shares=st.lists(st.sampled_from([0.0, 12.5, 50.0, 100.0]), min_size=12, max_size=12),
    )
    @settings(max_examples=80, deadline=None)
    def test_together_they_are_enough_or_all(self, persons: list[int], shares: list[float]) -> None:
        from qualityedu.release.units import _together

        few = pd.Series(persons) < 10
        if not few.any():
            return
        values = pd.Series(shares[: len(persons)])
        hidden = _together(pd.Series(persons, dtype=float), values, few, "fitness_pass_rate", Policy())
        assert hidden[few].all()
        alike = values.nunique() == 1 and values[0] in (0, 100)
        enough = sum(pd.Series(persons)[hidden]) >= 10 and hidden.sum() >= 2
        untold = alike or not ((values[hidden] == 0).all() or (values[hidden] == 100).all())
        assert hidden.all() or (enough and untold)
        if len(persons) > 3 and (pd.Series(persons) >= 10).sum() > len(persons) - 1 and not alike:
            assert not hidden.all()

    def test_a_rate_follows_its_base_and_not_the_pupils(self, make_schools: MakeSchools) -> None:
        """A hundred pupils, but six teachers: the share of them with a certificate rests on six."""
        seen = overview(_counted(make_schools, [100, 400, 500, 640, 710]), _dataset(), year=2022)
        values = releasable(appraise(seen, "330106")).values.set_index("school")
        assert values["teacher_certificate_rate"].isna().to_dict()["S00"]
        assert values["equipment_value_per_pupil"].notna().all()

    def test_a_region_of_few_persons(self, make_schools: MakeSchools) -> None:
        rows = [
            {"disabled_children": 3, "disabled_children_enrolled": 2, "pupils": 400 + number, "teachers": 30}
            for number in range(3)
        ]
        out = releasable_overview(overview(make_schools(rows, year=2022), _dataset(), year=2022)).findings
        row = out[(out["indicator"] == "disabled_children_enrolment_rate") & (out["subject"] == "region")].iloc[0]
        assert (row["schools"], row["status"], np.isnan(row["value"])) == (3, "withheld", True)
        row = out[(out["indicator"] == "teacher_pupil_ratio") & (out["subject"] == "region")].iloc[0]
        assert row["value"] == pytest.approx(90 / 1203)

    def test_groups_of_few_persons_hide_all_groups(self, make_schools: MakeSchools) -> None:
        table = _counted(make_schools, [3, 2, 3, 400, 500, 640]).assign(area=["rural"] * 3 + ["urban"] * 3)
        seen = overview(table, _dataset(), year=2022)
        groups = group_orientation(table, seen.findings, by="area", year=2022)
        assert set(groups.loc[groups["group"] == "rural", "persons"].dropna()) <= {8, 1, 3, 2}
        rate = groups["indicator"] == "fitness_good_excellent_rate"
        assert (groups.loc[rate, "schools"] == 3).all(), "three schools each: it is the eight pupils that are few"
        assert releasable_groups(groups).loc[rate, "value"].isna().all()

    def test_the_left_out_are_named_and_nothing_more(self, make_schools: MakeSchools) -> None:
        table = _counted(make_schools, [300, 400, 500, 30]).assign(school_kind=["primary"] * 3 + ["teaching_point"])
        appraised = appraise(overview(table, _dataset(), year=2022), "330106")
        assert "passed_candidates" in appraised.left_out.columns, "the appraisal has them, or the test shows nothing"
        left_out = releasable(appraised).left_out
        assert list(left_out["reason"]) == ["teaching_point"]
        assert not {"pupils", "passed_candidates", "candidates"} & set(left_out.columns)

    def test_the_order_of_schools_tells_no_share(self, make_schools: MakeSchools) -> None:
        seen = overview(_counted(make_schools, [4, 300, 500, 640, 710]), _dataset(), year=2022)
        release = releasable(appraise(seen, "330106"))
        assert release.schools.set_index("school").loc["S00", "lowest_share"] != 0
        assert np.isnan(release.schools.set_index("school").loc["S00", "lowest_share"])


class TestSpreads:
    """A difference coefficient between few schools, or one that tells a school."""

    @pytest.mark.parametrize(("schools", "shown"), [(3, False), (4, False), (5, True)])
    def test_it_takes_five_schools(self, schools: int, shown: bool, make_schools: MakeSchools) -> None:
        seen = overview(_counted(make_schools, [300 + 40 * n for n in range(schools)]), _dataset(), year=2022)
        out = releasable_overview(seen).findings
        spreads = out[(out["subject"] == "spread") & (out["schools"] == schools)]
        assert spreads["value"].notna().any() == shown
        regions = out[(out["subject"] == "region") & (out["schools"] == schools)]
        assert regions["value"].notna().any(), "the region's own value takes three"

    def test_economies_are_published_one_by_one_and_take_three(self, overviews: dict[str, Overview]) -> None:
        out = releasable_overview(overviews["world"]).findings
        spreads = out[(out["subject"] == "spread") & out["value"].notna()]
        assert spreads["schools"].min() == 3

    def test_one_that_only_one_value_fits(self) -> None:
        """Two withheld of which the sum is known: of the two roots one is far off, and the spread tells the other."""
        value, weight = np.array([0.5, 9.0, 4.0, 4.1, 4.2]), np.array([80.0, 90.0, 100.0, 100.0, 100.0])
        secret = np.array([True, True, False, False, False])
        assert _spread_tells(value, weight, secret, secret)

    def test_one_that_many_values_fit(self) -> None:
        value, weight = np.array([4.3, 4.1, 3.0, 5.1, 6.2]), np.array([4.0, 300.0, 700.0, 650.0, 720.0])
        secret = np.array([True, True, False, False, False])
        assert not _spread_tells(value, weight, secret, weight < 10)

    @given(
        value=st.lists(st.floats(0.1, 9.0), min_size=5, max_size=8),
        weight=st.lists(st.floats(3.0, 900.0), min_size=8, max_size=8),
    )
    @settings(max_examples=120, deadline=None)
    def test_what_is_said_to_be_untold_is_so_by_trial(self, value: list[float], weight: list[float]) -> None:
        """By brute force: move one per cent at a time and see whether two decimals still print the same."""
        x, d = np.array(value), np.array(weight[: len(value)])
        secret = np.arange(len(x)) < 2
        if _spread_tells(x, d, secret, np.arange(len(x)) < 1):
            return

        def spread(moved: float) -> float:
            n = x * d + np.array([moved, -moved, *([0.0] * (len(x) - 2))])
            return float(np.sqrt(max((n * n / d).sum() * d.sum() / n.sum() ** 2 - 1, 0)))

        own, other = x[0] * d[0], x[1] * d[1]
        steps = [step for step in np.arange(-1, 1.01, 0.005) if own * step <= other]
        reach = [step for step in steps if abs(spread(step * own) - spread(0)) <= 0.0051]
        assert max(reach) - min(reach) >= 0.19

    def test_gini_of_a_region_with_a_tiny_school_is_withheld(self, make_schools: MakeSchools) -> None:
        table = pd.concat(
            [
                _counted(make_schools, [4, 300, 500, 640, 710, 800], region="330106"),
                _counted(make_schools, [310, 300, 500, 640, 710, 800], region="330107"),
            ],
            ignore_index=True,
        )
        uneven = releasable_unevenness(overview(table, _dataset(), year=2022), weighting="pupils").regions
        own = uneven[uneven["indicator"] == "equipment_value_per_pupil"].set_index("region")["gini"]
        assert own.isna().to_dict() == {"330106": True, "330107": False}


class TestRounded:
    """Two reports over nearly equal tables cannot be held against each other."""

    def test_counts(self) -> None:
        """OpenSAFELY: seven and fewer are redacted, all others go to the nearest five."""
        counts = pd.Series([0.0, 1, 7, 8, 12, 13, 17, 18, 102, 103])
        assert without_few(counts).fillna(-1).tolist() == [-1, -1, -1, 10, 10, 15, 15, 20, 100, 105]
        assert rounded(counts).tolist() == [0, 0, 5, 10, 10, 15, 15, 20, 100, 105]

    def _shown(self, table: pd.DataFrame) -> dict[str, pd.DataFrame]:
        release = releasable(appraise(overview(table, _dataset(), year=2022), "330106"), Policy(rounded=True))
        return {
            "findings": release.findings.set_index(["indicator", "stage", "subject"])["value"],
            "values": release.values.set_index(["school", "stage"]).select_dtypes("number"),
            "reached": release.reached.set_index(["school", "stage", "indicator"])["value"],
            "lacks": release.ledger.set_index(["school", "stage", "indicator"])[["value", "missing"]],
        }

    @pytest.mark.parametrize("column", ["fitness_good_excellent", "pupils", "passed_candidates"])
    def test_one_pupil_more_shows_nowhere(self, column: str, make_schools: MakeSchools) -> None:
        """Every sum and every school's count ends on a number that one more does not carry over a boundary."""
        table = _counted(make_schools, [300, 400, 500, 640, 710])
        table["pupils"] = [300.0, 400.0, 500.0, 640.0, 710.0]
        table["fitness_good_excellent"] = [130.0, 165.0, 220.0, 300.0, 345.0]
        table["passed_candidates"] = [150.0, 205.0, 255.0, 320.0, 355.0]
        more = table.assign(**{column: table[column] + [1.0, 0, 0, 0, 0]})
        before, after = self._shown(table), self._shown(more)
        for name, shown in before.items():
            pd.testing.assert_series_equal(
                shown.stack() if isinstance(shown, pd.DataFrame) else shown,
                after[name].stack() if isinstance(after[name], pd.DataFrame) else after[name],
            )
        exact = [
            releasable(appraise(overview(each, _dataset(), year=2022), "330106")).findings["value"].dropna().tolist()
            for each in (table, more)
        ]
        assert exact[0] != exact[1], "unrounded, the one pupil shows, or the test shows nothing"

    def test_over_a_boundary_it_shows_as_five(self, make_schools: MakeSchools) -> None:
        """2 502 pupils are 2 500, 2 503 are 2 505: the rate moves by what five of them make, whichever came."""
        table = _counted(make_schools, [300, 400, 500, 640, 662])
        more = table.assign(fitness_tested=table["fitness_tested"] + [1.0, 0, 0, 0, 0])
        key = ("fitness_good_excellent_rate", "primary", "region")
        above = float(rounded(pd.Series([table["fitness_good_excellent"].sum()]))[0])
        before, after = (self._shown(each)["findings"][key] for each in (table, more))
        assert before == pytest.approx(100 * above / 2500)
        assert after == pytest.approx(100 * above / 2505)

    def test_few_are_withheld_and_the_verdict_is_exact(self, make_schools: MakeSchools) -> None:
        table = _counted(make_schools, [300, 400, 500, 640, 710])
        appraised = appraise(overview(table, _dataset(), year=2022), "330106")
        release = releasable(appraised, Policy(rounded=True))
        assert release.verdict == appraised.verdict
        # Three backbone teachers of 300 pupils are few.
        values = release.values.set_index("school")["backbone_teachers_per_100"]
        assert values.isna().tolist() == [True, True, True, True, True]
        assert say("disclosure.rounded", "zh", few=7, to=5) in tables.method(release, "zh").text
