"""What has been decreed: when, where, for whom, and that a number on the boundary is within."""

from __future__ import annotations

import copy
import dataclasses
import math
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

import qualityedu.standards
from conftest import Decree, provincial
from qualityedu.errors import DefinitionError
from qualityedu.findings import judge
from qualityedu.findings.judge import rounding_decides
from qualityedu.indicators import catalogue
from qualityedu.standards import (
    Threshold,
    in_force,
    meets,
    norms_for,
    place_of,
    read_regulation,
    regulations,
    relaxations_for,
    rule_for,
    school_year_end,
    threshold_for,
    thresholds,
)

BACKBONE = "backbone_teachers_per_100"
# A province that does not exist, so that no province's own file can speak for it.
IMAGINARY, ZHEJIANG = "CN-980102", "CN-330106"

# 教督〔2017〕6号, 资源配置 items 1 to 7, primary and junior: what every school must reach.
SCHOOL_STANDARDS = {
    "high_qualified_teachers_per_100": (4.2, 5.3),
    "backbone_teachers_per_100": (1.0, 1.0),
    "pe_art_teachers_per_100": (0.9, 0.9),
    "teaching_area_per_pupil": (4.5, 5.8),
    "sports_area_per_pupil": (7.5, 10.2),
    "equipment_value_per_pupil": (2000, 2500),
    "multimedia_rooms_per_100": (2.3, 2.4),
}
# The same regulation: the difference coefficient of each item, primary and junior.
SPREAD_LIMITS = (0.50, 0.45)


def _backbone(on: date, place: str) -> float | None:
    threshold = threshold_for(BACKBONE, "primary", "school", on=on, place=place)
    return threshold.value if threshold else None


@pytest.mark.parametrize(
    ("place", "on", "value"),
    [
        (IMAGINARY, date(2024, 8, 31), 1.2),  # the province's
        (ZHEJIANG, date(2024, 8, 31), 1.0),  # the ministry's
        (IMAGINARY, date(2018, 8, 31), 1.0),  # the province has not spoken yet
        (IMAGINARY, date(2018, 9, 1), 1.2),  # the first day counts
        (IMAGINARY, date(2017, 4, 19), 1.0),
        (IMAGINARY, date(2017, 4, 18), None),  # before the ministry spoke
        (IMAGINARY, date(2016, 8, 31), None),
        ("US-06037", date(2024, 8, 31), None),  # outside the country
        ("", date(2024, 8, 31), None),  # no country's rules apply
    ],
)
def test_the_most_local_in_force_wins(decree: Decree, place: str, on: date, value: float | None) -> None:
    decree("PROVINCE2018", provincial())
    assert _backbone(on, place) == value


def test_a_later_one_of_the_same_place_wins(decree: Decree) -> None:
    decree("PROVINCE2022", provincial(value=1.3, effective=date(2022, 1, 1)))
    decree("PROVINCE2018", provincial())
    assert _backbone(date(2021, 12, 31), IMAGINARY) == 1.2
    assert _backbone(date(2022, 1, 1), IMAGINARY) == 1.3


def test_a_later_national_one_does_not_displace_a_local_one(decree: Decree) -> None:
    decree("PROVINCE2018", provincial())
    decree("CN2025", provincial(place="CN", value=1.1, effective=date(2025, 1, 1)))
    assert _backbone(date(2026, 8, 31), IMAGINARY) == 1.2
    assert _backbone(date(2026, 8, 31), ZHEJIANG) == 1.1


def test_a_city_is_more_local_than_its_province(decree: Decree) -> None:
    decree("CITY2019", provincial(place="CN-9801", value=1.4, effective=date(2019, 1, 1)))
    decree("PROVINCE2020", provincial(value=1.2, effective=date(2020, 1, 1)))
    assert _backbone(date(2024, 8, 31), IMAGINARY) == 1.4
    assert _backbone(date(2024, 8, 31), "CN-980200") == 1.2


def test_rules_follow_the_same_precedence(decree: Decree) -> None:
    decree("PROVINCE2018", provincial())
    here = rule_for("resource_allocation", on=date(2024, 8, 31), place=IMAGINARY)
    there = rule_for("resource_allocation", on=date(2024, 8, 31), place=ZHEJIANG)
    assert (here and here.may_miss, there and there.may_miss) == (0, 1)
    assert rule_for("resource_allocation", on=date(2017, 4, 18), place=IMAGINARY) is None
    assert rule_for("resource_allocation", on=date(2024, 8, 31), place="") is None
    assert rule_for("no_such_rule", on=date(2024, 8, 31), place=IMAGINARY) is None


def test_a_school_year_is_judged_by_its_last_day() -> None:
    assert school_year_end(2016) == date(2017, 8, 31)
    assert _backbone(school_year_end(2016), ZHEJIANG) == 1.0
    assert _backbone(school_year_end(2015), ZHEJIANG) is None


def test_places() -> None:
    assert place_of("CN", "330106") == "CN-330106"
    assert place_of("", "155") == ""


def _found(indicator: str, stage: str, subject: str) -> Threshold:
    threshold = threshold_for(indicator, stage, subject, on=date(2024, 8, 31), place=ZHEJIANG)  # type: ignore[arg-type]
    assert threshold is not None
    return threshold


@pytest.mark.parametrize(("indicator", "values"), SCHOOL_STANDARDS.items())
def test_what_the_regulation_says_of_every_school(indicator: str, values: tuple[float, float]) -> None:
    for stage, value in zip(("primary", "junior"), values, strict=True):
        threshold = _found(indicator, stage, "school")
        assert (threshold.value, threshold.rule) == (value, "at_least")
        assert threshold.regulation.number == "教督〔2017〕6号"


@pytest.mark.parametrize("indicator", SCHOOL_STANDARDS)
def test_what_the_regulation_says_of_the_spread(indicator: str) -> None:
    for stage, value in zip(("primary", "junior"), SPREAD_LIMITS, strict=True):
        threshold = _found(indicator, stage, "spread")
        assert (threshold.value, threshold.rule) == (value, "at_most")


def test_what_the_regulation_says_of_the_county() -> None:
    threshold = _found("junior_three_year_retention", "junior", "region")
    assert (threshold.value, threshold.rule) == (95.0, "at_least")


def test_the_regulation_says_of_each_subject_only_what_it_says() -> None:
    decreed = [each for several in thresholds().values() for each in several if each.regulation.id == "HQB2017"]
    seven = [each for each in decreed if each.indicator in SCHOOL_STANDARDS]
    assert len(seven) == 7 * 2 + 7 * 2
    assert {each.subject for each in seven} == {"school", "spread"}
    assert threshold_for(BACKBONE, "primary", "region", on=date(2024, 8, 31), place=ZHEJIANG) is None


def test_the_rule_of_six_of_seven() -> None:
    rule = rule_for("resource_allocation", on=date(2024, 8, 31), place=ZHEJIANG)
    assert rule is not None
    assert rule.indicators == tuple(SCHOOL_STANDARDS)
    assert (rule.may_miss, rule.but_not_below) == (1, 0.85)


def test_whom_the_regulation_leaves_out() -> None:
    regulation = regulations()["HQB2017"]
    assert regulation.leave_out == ("special", "vocational")
    assert regulation.smallest_teaching_point == 50


@pytest.mark.parametrize(
    ("indicator", "subject", "value", "met"),
    [
        (BACKBONE, "spread", 0.50, True),  # 小于或等于
        (BACKBONE, "spread", 0.50004, False),
        (BACKBONE, "spread", 0.501787, False),
        (BACKBONE, "spread", 0.49999, True),
        ("high_qualified_teachers_per_100", "school", 4.2, True),  # 以上 includes the number
        ("high_qualified_teachers_per_100", "school", 4.1999, False),
        ("high_qualified_teachers_per_100", "school", 100 * 21 / 500, True),
        ("high_qualified_teachers_per_100", "school", 100 * 63 / 1500, True),
        ("pe_art_teachers_per_100", "school", 0.3 * 3, True),  # 0.8999999999999999 is the noise of binary numbers
        ("equipment_value_per_pupil", "school", 1999.99, False),
    ],
)
def test_the_number_itself_is_within(indicator: str, subject: str, value: float, met: bool) -> None:
    assert meets(value, _found(indicator, "primary", subject)) is met


def test_a_missing_value_meets_nothing() -> None:
    assert not meets(math.nan, _found(BACKBONE, "primary", "school"))
    assert not meets(math.nan, _found(BACKBONE, "primary", "spread"))


@pytest.mark.parametrize(
    ("subject", "value", "status", "rounding"),
    [
        ("spread", 0.501787, "unmet", True),  # a published county; it prints as 0.50
        ("spread", 0.50004, "unmet", True),
        ("spread", 0.50, "met", False),
        ("spread", 0.505, "unmet", False),  # prints as 0.51
        ("spread", 0.4949, "met", False),
        ("school", 0.996, "unmet", True),  # prints as 1.00
        ("school", 0.99, "unmet", False),
        ("school", 1.0, "met", False),
        ("school", 1.004, "met", False),
    ],
)
def test_judge_compares_unrounded_and_says_where_rounding_would_decide(
    subject: str, value: float, status: str, rounding: bool
) -> None:
    finding = {
        "region": "330106",
        "year": 2022,
        "indicator": BACKBONE,
        "stage": "primary",
        "subject": subject,
        "value": value,
    }
    judged = judge(pd.DataFrame([finding])).iloc[0]
    assert (judged["status"], judged["rounding"]) == (status, rounding)


def test_rounding_decides_by_the_decimals_of_the_indicator() -> None:
    equipment = _found("equipment_value_per_pupil", "primary", "school")
    assert rounding_decides(1999.6, equipment)  # printed without decimals: 2,000
    assert not rounding_decides(1999.4, equipment)
    assert not rounding_decides(math.nan, equipment)


def test_no_local_value_is_laxer_than_the_national_one_unnoticed() -> None:
    laxer = {
        (each.regulation.id, each.indicator)
        for several in thresholds().values()
        for each in several
        for national in several
        if each.regulation.place != "CN" and national.regulation.place == "CN" and not meets(each.value, national)
    }
    # 10 % excellent, in a city's plan that names no year, beside 25 % as the nation's aim for 2030; it judges only who
    # asks for it by name.
    assert laxer == {("LOC_JS", "fitness_excellent_rate")}


def test_every_regulation_is_dated_and_cited() -> None:
    for name, regulation in regulations().items():
        assert regulation.effective <= regulation.seen <= date.today() + timedelta(days=1), name
        assert regulation.superseded is None or regulation.effective < regulation.superseded, name
        assert regulation.place.startswith("CN") or regulation.by_name or name == "SDG4", name
        assert set(regulation.title) == {"zh", "en"}, name
        assert regulation.number, name
    assert [each.indicator for several in thresholds().values() for each in several if not each.clause] == []


def test_every_file_says_at_its_head_what_was_checked() -> None:
    folder = Path(str(qualityedu.standards.__file__)).parent
    silent = [
        path.name
        for path in folder.glob("*.toml")
        if "What was checked:" not in path.read_text(encoding="utf-8").split("[regulation]")[0]
    ]
    assert silent == []
    assert len(list(folder.glob("*.toml"))) == len(regulations())


def test_every_threshold_is_of_a_better_direction() -> None:
    # `equals` is 100 of something good or 0 of something bad; a band has two sides.
    ways = {"at_least": {"higher", "band"}, "at_most": {"lower", "band"}, "under": {"lower"}, "within": {"band"},
            "equals": {"higher", "lower"}}  # fmt: skip
    wrong = [
        (each.regulation.id, each.indicator)
        for several in thresholds().values()
        for each in several
        if each.subject != "spread" and catalogue()[each.indicator].better not in ways[each.rule]
    ]
    assert wrong == []
    hundred = {each.value for several in thresholds().values() for each in several
               if each.rule == "equals" and catalogue()[each.indicator].better == "higher"}  # fmt: skip
    assert hundred == {100}


def test_a_right_file_is_read() -> None:
    regulation, its_thresholds, its_rules = read_regulation("PROVINCE2018.toml", provincial())
    assert (regulation.id, regulation.place, regulation.leave_out) == ("PROVINCE2018", "CN-98", ())
    assert [each.value for each in its_thresholds] == [1.2]
    assert its_rules[0].indicators == (BACKBONE,)


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda g: g["regulation"].pop("number"), "[regulation] lacks `number`."),
        (lambda g: g.pop("regulation"), "[regulation] lacks `effective`."),
        (lambda g: g["regulation"].update(colour="red"), "[regulation]: no such key: colour."),
        (lambda g: g.update(thresholds=[]), "no such table: thresholds."),
        (lambda g: g["regulation"].update(scope={"skip": ["special"]}), "[regulation.scope]: no such key: skip."),
        (lambda g: g["threshold"][0].pop("clause"), "[[threshold]] 1 lacks `clause`."),
        (lambda g: g["threshold"][0].pop("value"), "[[threshold]] 1 lacks `value`."),
        (lambda g: g["threshold"][0].update(valeu=1), "[[threshold]] 1: no such key: valeu."),
        (lambda g: g["threshold"][0].update(indicator="backbones"), "[[threshold]] 1: no such indicator: backbones."),
        (lambda g: g["threshold"][0].update(stage="senior"), f"[[threshold]] 1: {BACKBONE} has no stage 'senior'."),
        (lambda g: g["threshold"][0].update(subject="county"), "[[threshold]] 1: no such subject: county."),
        (lambda g: g["threshold"][0].update(rule="above"), "[[threshold]] 1: no such rule: above."),
        (
            lambda g: g["threshold"].append(dict(g["threshold"][0], value=9)),
            f"[[threshold]] 2: {(BACKBONE, 'primary', 'school')} is decreed twice.",
        ),
        (lambda g: g["rule"][0].pop("may_miss"), "[[rule]] resource_allocation lacks `may_miss`."),
        (lambda g: g["rule"][0].update(indicators=["x"]), "[[rule]] resource_allocation: no such indicator: x."),
        (lambda g: g["rule"][0].update(mood="good"), "[[rule]] resource_allocation: no such key: mood."),
    ],
)
def test_a_wrong_file_is_refused_with_its_name(change: Change, complaint: str) -> None:
    given = copy.deepcopy(provincial())
    change(given)
    with pytest.raises(DefinitionError) as refused:
        read_regulation("PROVINCE2018.toml", given)
    assert f"standards/PROVINCE2018.toml: {complaint}" in str(refused.value).splitlines()


def test_all_faults_of_a_file_are_told_at_once() -> None:
    given = provincial()
    given["regulation"].pop("seen")
    given["threshold"][0].update(subject="county", rule="above")
    with pytest.raises(DefinitionError) as refused:
        read_regulation("PROVINCE2018.toml", given)
    assert len(str(refused.value).splitlines()) == 3


@pytest.mark.parametrize("value", ["1.0", True, math.nan, math.inf])
def test_a_threshold_is_a_number(value: object) -> None:
    given = provincial()
    given["threshold"][0]["value"] = value
    with pytest.raises(DefinitionError, match=r"standards/PROVINCE2018\.toml: \[\[threshold\]\] 1: `value` is"):
        read_regulation("PROVINCE2018.toml", given)


def test_dates_are_dates() -> None:
    given = provincial()
    given["regulation"]["effective"] = "2018-09-01"
    with pytest.raises(DefinitionError, match=r"\[regulation\] `effective` is '2018-09-01'"):
        read_regulation("PROVINCE2018.toml", given)


FUNDS, FITNESS, PAST_2030 = "public_funds_per_pupil", "fitness_excellent_rate", date(2031, 8, 31)
LANZHOU, SHENYANG, FUZHOU, JINAN = "CN-620102", "CN-210102", "CN-350102", "CN-370102"


def _value(indicator: str, stage: str, on: date, place: str, subject: str = "region", **more: Any) -> float | None:
    threshold = threshold_for(indicator, stage, subject, on=on, place=place, **more)  # type: ignore[arg-type]
    return threshold.value if threshold else None


@pytest.mark.parametrize(
    ("place", "on", "primary", "junior"),
    [
        (LANZHOU, date(2015, 12, 31), None, None),
        (LANZHOU, date(2016, 1, 1), 600, 800),
        (ZHEJIANG, date(2016, 1, 1), 650, 850),
        (ZHEJIANG, date(2023, 1, 31), 650, 850),  # superseded values answer for their years
        (LANZHOU, date(2023, 2, 1), 720, 940),
        (ZHEJIANG, date(2023, 2, 1), 720, 940),  # a later value for all precedes an earlier one for the east
        ("US-06037", date(2023, 2, 1), None, None),
    ],
)
def test_funds_by_place_and_year(place: str, on: date, primary: float | None, junior: float | None) -> None:
    assert _value(FUNDS, "primary", on, place) == primary
    assert _value(FUNDS, "junior", on, place) == junior


def test_what_names_no_place_or_day_applies_only_by_name() -> None:
    on = date(2026, 8, 31)
    by_name = {name for name, each in regulations().items() if each.by_name}
    assert by_name == {"LOC_SY", "LOC_JS", "LOC_DOC4_JUNIOR", "LOC_DOC4_COUNTY"}
    for place in (ZHEJIANG, SHENYANG, "CN-320102", ""):
        assert by_name.isdisjoint(each.id for each in in_force(on=on, place=place))
    assert _value(FUNDS, "primary", on, SHENYANG) == 720
    assert _value(FUNDS, "primary", on, SHENYANG, plan="LOC_SY") == 1150
    assert _value(BACKBONE, "junior", on, ZHEJIANG, "spread") == 0.45
    assert _value(BACKBONE, "junior", on, ZHEJIANG, "spread", plan="LOC_DOC4_JUNIOR") == 0.30
    assert _value("nine_year_retention", "junior", on, ZHEJIANG, plan="LOC_DOC4_COUNTY") == 98


def test_a_plan_by_name_is_of_no_day_before_it() -> None:
    assert _value("nine_year_retention", "junior", date(2022, 12, 31), ZHEJIANG, plan="LOC_DOC4_COUNTY") is None
    assert _value(BACKBONE, "junior", date(2025, 12, 30), ZHEJIANG, "spread", plan="LOC_DOC4_JUNIOR") == 0.45


@pytest.mark.parametrize(
    ("indicator", "on", "place", "value"),
    [
        ("super_large_class_share", date(2018, 12, 30), ZHEJIANG, None),
        ("super_large_class_share", date(2018, 12, 31), ZHEJIANG, 2),
        ("large_class_share", date(2020, 8, 31), ZHEJIANG, None),
        ("large_class_share", date(2021, 8, 31), ZHEJIANG, 5),
        (FITNESS, date(2030, 8, 31), ZHEJIANG, None),
        (FITNESS, PAST_2030, ZHEJIANG, 25),
        ("community_coverage_rate", date(2020, 8, 31), JINAN, None),
        ("community_coverage_rate", date(2021, 8, 31), JINAN, 80),
        ("community_coverage_rate", date(2021, 8, 31), ZHEJIANG, None),
        ("fitness_pass_rate", date(2021, 8, 31), FUZHOU, 92),
        ("fitness_pass_rate", date(2021, 9, 1), FUZHOU, None),  # the plan ended with 2020
        ("fitness_pass_rate", date(2021, 8, 31), JINAN, None),
    ],
)
def test_a_target_counts_from_its_day(indicator: str, on: date, place: str, value: float | None) -> None:
    assert _value(indicator, "primary", on, place) == value


def test_an_hour_and_then_two() -> None:
    days = (date(2006, 8, 31), date(2024, 12, 31), date(2025, 1, 1))
    assert [_value("daily_activity_minutes", "junior", on, ZHEJIANG, "school") for on in days] == [None, 60, 120]


@pytest.mark.parametrize(
    ("kind", "value"), [(None, 2000), ("primary", 2000), ("nine_year", 2500), ("twelve_year", 2500)]
)
def test_the_size_of_a_school_by_its_kind(kind: str | None, value: float) -> None:
    assert _value("school_size", "compulsory", date(2024, 8, 31), ZHEJIANG, "school", kind=kind) == value


def test_the_band_of_parity_holds_anywhere_and_for_nobody_twice() -> None:
    for place in ("", "US-06037", ZHEJIANG):
        threshold = threshold_for("parity_index", "primary", "region", on=date(2024, 8, 31), place=place)
        assert threshold is not None
        assert (threshold.value, threshold.upper) == (0.97, 1.03)
        found = [meets(value, threshold) for value in (0.9699, 0.97, 1.0, 1.03, 1.0301, math.nan)]
        assert found == [False, True, True, True, False, False]


@pytest.mark.parametrize(
    ("rule", "results"),
    [
        ("at_least", (False, True, True)),
        ("at_most", (True, True, False)),
        ("under", (True, False, False)),
        ("equals", (False, True, False)),
    ],
)
def test_what_the_rules_mean(rule: str, results: tuple[bool, ...]) -> None:
    threshold = dataclasses.replace(_found(BACKBONE, "primary", "school"), rule=rule, value=0.3)
    assert tuple(meets(value, threshold) for value in (0.29, 0.1 * 3, 0.31)) == results


def test_staff_are_not_teachers() -> None:
    """The staffing norm counts all staff: it is a norm and judges no ratio of pupils to teachers."""
    on = date(2024, 8, 31)
    assert [key for key in thresholds() if key[0] == "pupil_teacher_ratio"] == []
    norms = {each.stage: each.value for each, decree in norms_for(on=on, place=ZHEJIANG) if decree.id == "STAFF2014"}
    assert norms == {"primary": 19, "junior": 13.5, "senior": 12.5}


def test_norms_bind_units_and_judge_no_region() -> None:
    on = date(2026, 8, 31)
    norms = {(each.id, each.stage): each for each, _ in norms_for(on=on, place=ZHEJIANG)}
    assert norms["homework_minutes", "primary"].value == 60
    assert norms["homework_minutes", "primary"].grades == (3, 4, 5, 6)
    assert norms["homework_minutes", "junior"].value == 90
    assert [norms["sleep_hours", stage].value for stage in ("primary", "junior", "senior")] == [10, 9, 8]
    counted = {each.counted_by for each in norms.values()} - {""}
    assert counted == {"homework_compliance_rate", "sleep_compliance_rate", "fitness_pass_rate",
                       "fitness_good_excellent_rate", "fitness_excellent_rate"}  # fmt: skip
    assert [key for key in thresholds() if key[0] in ("homework_compliance_rate", "sleep_compliance_rate")] == []
    assert norms_for(on=on, place="") == []
    assert all(each.why["zh"] and each.why["en"] for each in norms.values())


def test_relaxations_are_data_and_found_by_name() -> None:
    on = date(2026, 8, 31)
    assert relaxations_for("school_size", on=on, place=SHENYANG) == []
    found = [each for each, _ in relaxations_for("school_size", on=on, place=SHENYANG, plan="LOC_SY")]
    assert [(each.value, each.kinds) for each in found] == [(2400, ()), (3000, ("nine_year", "twelve_year"))]


def test_the_rule_of_2012() -> None:
    composite = regulations()["BAL2012"].composites[0]
    assert len(composite.indicators) == 8
    assert composite.scope.ownership == ("private",)
    on = date(2013, 8, 31)
    assert _value("composite_difference_coefficient", "primary", on, ZHEJIANG) == 0.65
    assert _value("composite_difference_coefficient", "junior", on, ZHEJIANG) == 0.55
    # Its scope is its own: the measures of 2017 count private schools.
    assert (regulations()["BAL2012"].leave_out, regulations()["HQB2017"].leave_out) == ((), ("special", "vocational"))


def test_the_numbers_of_items() -> None:
    parts = [item.part for item in regulations()["HQB2017"].items]
    assert [parts.count(part) for part in ("guarantee", "quality", "recognition", "veto")] == [15, 9, 1, 1]
    assert len(regulations()["HQB2017"].veto) == 6


OPS = {">=": "at_least", "<=": "at_most", "=": "equals", "<": "under", "in": "within"}
# Where the file of facts and ours differ, and why.
ELSEWHERE = {
    "difference_coefficient": "decreed of the spread of each item",
    "school_resource_pass": "the rule of six of seven",
    "pupil_teacher_ratio": "a norm: staff, not teachers",
    "pe_lessons_per_week": "norms by grade, but for junior schools",
    "exam_count_per_term": "norms by grade, but for junior schools",
}


def test_every_threshold_of_the_facts_is_here(domain: Path) -> None:
    facts = yaml.safe_load((domain / "standards.yaml").read_text(encoding="utf-8"))["indicators"]
    ours = {
        (each.indicator, each.rule, float(each.value), (each.upper or None))
        for several in thresholds().values()
        for each in several
    }
    missing = [
        (fact["id"], each)
        for fact in facts
        for each in fact.get("thresholds") or []
        if fact["id"] not in ELSEWHERE
        for low, high in [each["value"] if isinstance(each["value"], list) else (each["value"], None)]
        if (fact["id"], OPS[each["op"]], float(low), high) not in ours
    ]
    # The relaxed sizes of Shenyang are relaxations.
    assert [(name, each["value"]) for name, each in missing] == [("school_size", 2400), ("school_size", 3000)]


def _item(**changed: object) -> dict[str, object]:
    return {"id": "a", "part": "quality", "title": {"zh": "甲", "en": "a"}, "clause": "1", **changed}


DATE = "it is a date, written 2017-04-19 without quotes."
BAND = "for `within` it is [lowest, highest]."


def _first(**changed: object) -> Change:
    return lambda given: given["threshold"][0].update(changed)


def _table(name: str, **one: object) -> Change:
    return lambda given: given.update({name: [one]})


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (_first(where={"weather": 1}), "[[threshold]] 1 where: no such key: weather."),
        (_first(where={"kinds": ["castle"]}), "[[threshold]] 1: no such kind of school: castle."),
        (_first(rule="within"), f"[[threshold]] 1: `value` is 1.2; {BAND}"),
        (_first(rule="within", value=[2, 1]), f"[[threshold]] 1: `value` is [2, 1]; {BAND}"),
        (_first(due="2020"), f"[[threshold]] 1: `due` is '2020'; {DATE}"),
        (lambda g: g["regulation"].update(superseded="2020"), f"[regulation] `superseded` is '2020'; {DATE}"),
        (lambda g: g["regulation"].update(title={"zh": "某"}), "[regulation]: `title` has no text in: en."),
        (_table("item", **_item(part="luck", indicators=[BACKBONE])), "[[item]] a: no such part: luck."),
        (_table("item", **_item()), "[[item]] a has neither `indicators` nor `attested`."),
        (_table("norm", id="a"), "[[norm]] a lacks `why`."),
        (_table("composite", id="a", indicators=["x"]), "[[composite]] a: no such indicator: x."),
        (_table("relaxation", indicator=BACKBONE), "[[relaxation]] 1 lacks `condition`."),
    ],
)
def test_the_other_tables_are_read_as_strictly(change: Change, complaint: str) -> None:
    given = copy.deepcopy(provincial())
    change(given)
    with pytest.raises(DefinitionError) as refused:
        read_regulation("PROVINCE2018.toml", given)
    assert f"standards/PROVINCE2018.toml: {complaint}" in str(refused.value).splitlines()


def test_one_threshold_for_several_stages() -> None:
    given = provincial()
    given["threshold"][0]["stage"] = ["primary", "junior"]
    _, its_thresholds, _ = read_regulation("PROVINCE2018.toml", given)
    assert [(each.stage, each.value) for each in its_thresholds] == [("primary", 1.2), ("junior", 1.2)]
