"""Where and when a rule holds: told once for a country, and what is looked up for every place and year."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from conftest import Decree, provincial
from qualityedu.findings import attainment, school_values, school_verdicts
from qualityedu.findings.attained import COUNTS, attained
from qualityedu.findings.spans import Span, spans_of
from qualityedu.standards import (
    first_school_year,
    place_of,
    rule_for,
    school_year_end,
    threshold_for,
)

RULE = "resource_allocation"
REGIONS = ("330106", "980102", "980201", "981101", "110101", "999901")
YEARS = range(2008, 2034)


def _last(spans: list[Span], region: str, year: int) -> Span | None:
    held = [
        each
        for each in spans
        if region.startswith(each.place)
        and (each.first is None or each.first <= year)
        and (each.last is None or year <= each.last)
    ]
    return held[-1] if held else None


def _as_looked_up(region: str, year: int) -> tuple[str, dict[tuple[str, str], float]]:
    on, place = school_year_end(year), place_of("CN", region)
    rule = rule_for(RULE, on=on, place=place)
    if rule is None:
        return "", {}
    limits = {
        (stage, name): threshold_for(name, stage, "school", on=on, place=place)
        for stage in ("primary", "junior")
        for name in rule.indicators
    }
    return rule.regulation.id, {key: each.value for key, each in limits.items() if each}


def _as_told(span: Span | None) -> tuple[str, dict[tuple[str, str], float]]:
    if span is None or span.rule is None:
        return "", {}
    limits = {(stage, name): each.value for stage, of in span.limits.items() for name, each in of.items()}
    return span.rule.regulation.id, limits


def _agree() -> list[Span]:
    spans = spans_of(RULE, "CN")
    for region in REGIONS:
        for year in YEARS:
            assert _as_told(_last(spans, region, year)) == _as_looked_up(region, year), (region, year)
    return spans


def test_the_whole_country_alike() -> None:
    before, since = _agree()
    assert (before.rule, before.last) == (None, 2015)
    assert (since.place, since.first, since.last) == ("", 2016, None)


def test_a_province_and_a_city_in_it(decree: Decree) -> None:
    decree("PROVINCE2018", provincial())
    decree("CITY2020", provincial(place="CN-9801", value=1.4, effective=date(2020, 1, 1)))
    assert {span.place for span in _agree()} == {"", "98", "9801"}


def test_a_rule_that_ends(decree: Decree) -> None:
    ended: dict[str, Any] = provincial()
    ended["regulation"]["superseded"] = date(2022, 3, 1)
    decree("PROVINCE2018", ended)
    own = [span for span in _agree() if span.place == "98" and span.rule and span.rule.regulation.id == "PROVINCE2018"]
    assert [(span.first, span.last) for span in own] == [(2018, 2020)]


def test_a_later_one_for_the_whole_country(decree: Decree) -> None:
    decree("CN2025", provincial(place="CN", value=1.1, effective=date(2025, 1, 1)))
    assert [span.first for span in _agree() if span.rule] == [2016, 2024]


def test_elsewhere_there_is_none() -> None:
    assert spans_of(RULE, "") == []
    assert spans_of("no_such_rule", "CN") == []
    assert all(span.rule is None for span in spans_of(RULE, "US"))


@pytest.mark.parametrize("day", [date(2017, 4, 19), date(2018, 8, 31), date(2018, 9, 1), date(2020, 1, 1)])
def test_the_first_school_year_of_a_day(day: date) -> None:
    year = first_school_year(day)
    assert school_year_end(year - 1) < day <= school_year_end(year)


def test_a_stage_of_which_a_province_says_nothing_is_not_judged_by_the_whole(decree: Decree, make_schools: Any) -> None:
    """Its rule is of one item, of which a number is decreed for the primary stage alone."""
    decree("PROVINCE2018", provincial(indicator="books_per_pupil"))
    schools = [{"pupils": 100.0, "books": 300.0, "stage": stage} for stage in ("primary", "junior")]
    table = make_schools(schools, region="980102")
    found = attained(table)
    assert found[["stage", *COUNTS]].to_numpy().tolist() == [["primary", 1, 1, 0, 0]]


def test_schools_of_a_province_are_counted_by_its_own_rule(decree: Decree, make_schools: Any) -> None:
    """Against `school_verdicts`, which goes school by school."""
    decree("PROVINCE2018", provincial(value=1.2))
    school = {"pupils": 100.0, "high_qualified_teachers": 5.0, "pe_art_teachers": 1.0, "sports_ground_area": 800.0,
              "teaching_auxiliary_area": 500.0, "indoor_sports_area": 0.0, "equipment_value": 260_000.0,
              "multimedia_rooms": 3.0}  # fmt: skip
    table = make_schools([school | {"backbone_teachers": each} for each in (0.7, 1.1, 1.3)])
    table = pd.concat([table.assign(region=region) for region in ("980102", "330106")], ignore_index=True)
    found = attained(table).set_index("region")[list(COUNTS)]
    for region, expected in (("980102", [3, 1, 2, 0]), ("330106", [3, 2, 1, 0])):
        rule = rule_for(RULE, on=school_year_end(2023), place=place_of("CN", region))
        assert rule is not None
        own = table[table["region"] == region]
        verdicts = school_verdicts(attainment(school_values(own, rule.indicators)), rule)["verdict"]
        assert found.loc[region].tolist() == expected
        assert [len(verdicts), *((verdicts == name).sum() for name in COUNTS[1:])] == expected
