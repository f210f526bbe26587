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
from qualityedu.figures import Exhibit, Section
from qualityedu.findings import Overview, appraise, associations, overview
from qualityedu.indicators import catalogue
from qualityedu.intake import read_schools
from qualityedu.models import RegionalModel, regional_models
from qualityedu.release import SMALLEST, Release, may_show_unit, releasable, releasable_overview, withhold
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
        assert set(own["status"] == "withheld") == {withheld}


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
