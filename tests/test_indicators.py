"""Every indicator works its own example, names its sources, and agrees with the published facts."""

from __future__ import annotations

import dataclasses
import math
import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

import qualityedu.indicators
from conftest import MakeSchools
from qualityedu.columns import COLUMNS
from qualityedu.errors import DefinitionError, RequestError
from qualityedu.findings import measure, school_values
from qualityedu.indicators import Example, Indicator, catalogue, find, sources
from qualityedu.measures import Extreme, Net, Ratio, Total
from qualityedu.standards import regulations, thresholds
from qualityedu.text import LANGUAGES

FOLDER = Path(qualityedu.indicators.__file__).parent
ALL = list(catalogue().values())
# A worked example is written to six significant digits at least.
TOLERANCE = 1e-6

# Issue 2, point 4.
THE_FIRST_TWENTY = {
    "high_qualified_teachers_per_100", "backbone_teachers_per_100", "pe_art_teachers_per_100",
    "teaching_area_per_pupil", "sports_area_per_pupil", "equipment_value_per_pupil", "multimedia_rooms_per_100",
    "pupil_teacher_ratio",
    "mean_class_size", "budget_expenditure_per_pupil", "mean_score", "pass_rate", "excellent_rate",
    "junior_three_year_retention", "fitness_good_excellent_rate", "creative_thinking", "life_satisfaction",
    "pisa_mathematics", "pisa_reading", "pisa_science",
}  # fmt: skip

# Definitions that we hold less sure than the facts do, and why. None is held more sure.
LESS_SURE_THAN_THE_FACTS = {
    "exam_composite_index": "the weights are ours",
    "parity_index": "the quantity and the groups compared are ours",
}

# How the published facts write a unit, and how we do.
UNITS_OF_FACTS = {
    "percent": "%",
    "yuan per pupil": "{currency} per pupil",
    "points 0 to 10": "points (0–10)",
    "points, or percent of full marks": "points",
    "pass or fail": "items of seven",
}
LEANINGS_OF_FACTS = {"quality_oriented": "quality", "exam_oriented": "exam", "neutral_resource": "neutral"}
BETTER_OF_FACTS = {"target_band": "band"}


def _schools_of(indicator: Indicator, make_schools: MakeSchools) -> pd.DataFrame:
    rows = indicator.example.frame().to_dict("records")
    return make_schools(rows, stage=indicator.stages[0])


@pytest.mark.parametrize("indicator", ALL, ids=lambda each: each.id)
def test_the_example_gives_the_value_of_the_region(indicator: Indicator, make_schools: MakeSchools) -> None:
    schools = _schools_of(indicator, make_schools)
    findings = measure(schools, [indicator.id]).set_index("subject")
    assert findings.loc["region", "value"] == pytest.approx(indicator.example.region, rel=TOLERANCE)
    assert findings.loc["region", "schools"] == len(schools)
    assert findings.loc["region", "left_out"] == 0
    if indicator.example.spread is not None:
        assert findings.loc["spread", "value"] == pytest.approx(indicator.example.spread, rel=TOLERANCE)


@pytest.mark.parametrize("indicator", ALL, ids=lambda each: each.id)
def test_the_example_gives_the_value_of_each_school(indicator: Indicator, make_schools: MakeSchools) -> None:
    values = school_values(_schools_of(indicator, make_schools), [indicator.id])
    assert indicator.example.by_school, "an example says what each of its schools gets"
    expected = list(indicator.example.by_school)
    assert values[indicator.id].tolist() == pytest.approx(expected, rel=TOLERANCE, nan_ok=True)
    # A value between schools belongs to none of them; any other belongs to each.
    assert all(map(math.isnan, expected)) or not any(map(math.isnan, expected))


@pytest.mark.parametrize("indicator", ALL, ids=lambda each: each.id)
def test_a_stated_value_will_do(indicator: Indicator, make_schools: MakeSchools) -> None:
    schools = make_schools([{indicator.id: 4.0}, {indicator.id: 1.0}], stage=indicator.stages[0])
    found = measure(schools, [indicator.id]).set_index("subject").loc["region"]
    close = {Total: 5.0, Extreme: 4.0 if getattr(indicator.value, "which", "") == "highest" else 1.0}
    assert found["value"] == pytest.approx(close.get(type(indicator.value), 2.5))
    assert (found["basis"], found["schools"], found["left_out"]) == ("stated", 2, 0)
    assert school_values(schools, [indicator.id])[indicator.id].tolist() == [4.0, 1.0]


@pytest.mark.parametrize("indicator", ALL, ids=lambda each: each.id)
def test_an_example_has_at_least_two_units(indicator: Indicator) -> None:
    assert len(indicator.example.frame()) >= 2
    assert len(indicator.example.by_school) == len(indicator.example.frame())


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("indicator", ALL, ids=lambda each: each.id)
def test_the_calculation_names_every_column(indicator: Indicator, lang: str) -> None:
    words = indicator.describe(lang)
    assert [name for name in indicator.value.columns() if COLUMNS[name].heading(lang) not in words] == []
    assert "{" not in words


@pytest.mark.parametrize("indicator", ALL, ids=lambda each: each.id)
def test_an_example_tells_a_ratio_of_sums_from_a_mean_of_ratios(indicator: Indicator) -> None:
    if isinstance(indicator.value, Ratio):
        plain = sum(indicator.example.by_school) / len(indicator.example.by_school)
        assert indicator.example.region != pytest.approx(plain, rel=1e-4)


@pytest.mark.parametrize("indicator", ALL, ids=lambda each: each.id)
def test_an_indicator_is_not_given_for_another_stage(indicator: Indicator, make_schools: MakeSchools) -> None:
    other = next(stage for stage in ("primary", "junior", "kindergarten") if stage not in indicator.stages)
    schools = _schools_of(indicator, make_schools).assign(stage=other)
    assert measure(schools, [indicator.id]).empty
    assert school_values(schools, [indicator.id])[indicator.id].isna().all()


def test_ids_are_the_names_of_the_files() -> None:
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert set(catalogue()) == files
    assert all(name == each.id for name, each in catalogue().items())


def test_the_first_twenty_are_there() -> None:
    assert THE_FIRST_TWENTY - set(catalogue()) == set()


def test_every_source_is_described() -> None:
    known = {*sources(), *regulations()}
    unknown = {each.id: set(each.sources) - known for each in ALL if set(each.sources) - known}
    assert unknown == {}
    assert [each.id for each in ALL if not each.sources] == []


def test_every_described_source_is_used_and_says_where() -> None:
    named = {name for each in ALL for name in each.sources}
    read_in = {name for regulation in regulations().values() for name in regulation.read_in}
    assert set(sources()) - named - read_in == set()
    assert read_in - set(sources()) == set()
    assert [name for name, each in sources().items() if not (each.get("title") and each.get("where"))] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_reasons_and_caveats_are_full_sentences(lang: str) -> None:
    stop = "。" if lang == "zh" else "."
    torn = [
        f"{each.id}.{name}"
        for each in ALL
        for name in ("why", "caveat", "misreading", "doubt")
        if (told := getattr(each, name)) and (not (text := told[lang]).endswith(stop) or text != text.strip())
    ]
    assert torn == []


def test_what_is_not_sure_is_told() -> None:
    assert [each.id for each in ALL if (each.confidence != "high") != bool(each.doubt)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nobody_says_the_same_twice(lang: str) -> None:
    # A caveat tells how the number is made, a misreading what it is taken for; where both agree one is missing.
    assert [each.id for each in ALL if each.caveat[lang] == each.misreading[lang]] == []
    told = [each.misreading[lang] for each in ALL if not each.id.startswith("pisa_")]
    assert sorted(set(told)) == sorted(told)


def test_why_a_school_is_not_shown_is_said() -> None:
    # Exam results never are, and a county's figure has no schools; of all else the reader is told why.
    silent = [
        each.id
        for each in ALL
        if each.release == "region" and each.leaning != "exam" and "school" in each.levels
        if "只按区域公布" not in each.caveat["zh"] or "by region only" not in each.caveat["en"]
        if not each.id.startswith("parity_")
    ]
    assert silent == []


def test_no_heading_names_two_things() -> None:
    named = [(words, each.id) for each in ALL for words in {each.id, *each.title.values()}]
    named += [(w, each.name) for each in COLUMNS.values() for w in {each.name, each.zh, each.en, *each.aliases}]
    meanings: dict[str, set[str]] = {}
    for words, meaning in named:
        meanings.setdefault(words.casefold().replace("_", " "), set()).add(meaning)
    assert {words: several for words, several in meanings.items() if len(several) > 1} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_titles_differ(lang: str) -> None:
    titles = [each.title[lang] for each in ALL]
    assert sorted(set(titles)) == sorted(titles)


def test_reviewed_dates_are_not_in_the_future() -> None:
    assert [each.id for each in ALL if each.reviewed > date.today()] == []


def test_money_is_named_by_the_data_set() -> None:
    equipment = catalogue()["equipment_value_per_pupil"]
    assert equipment.unit_in("zh", {"zh": "元", "en": "yuan"}) == "元/生"
    assert equipment.unit_in("en", {"zh": "美元", "en": "US dollars"}) == "US dollars per pupil"


def test_exam_results_are_shown_by_region_or_economy_only() -> None:
    assert [each.id for each in ALL if each.leaning == "exam" and each.release == "school"] == []


def _remade(**changes: Any) -> Indicator:
    return dataclasses.replace(catalogue()["backbone_teachers_per_100"], module="qualityedu.indicators.x", **changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": {"zh": "某项"}}, "indicators/x.py: `title` has no text in: en."),
        ({"why": {}}, "indicators/x.py: `why` has no text in: zh, en."),
        ({"caveat": {"zh": "", "en": "Mind."}}, "indicators/x.py: `caveat` has no text in: zh."),
        (
            {"value": Ratio("excelent", "pupils")},
            "indicators/x.py: no such column: excelent. Columns are declared in columns.py.",
        ),
        (
            {"value": Ratio("pupils", Net(("classes",), minus=("clases",)))},
            "indicators/x.py: no such column: clases. Columns are declared in columns.py.",
        ),
        (
            {"leaning": "exam", "release": "school"},
            "indicators/x.py: exam results are never released school by school; set release='region'.",
        ),
        ({"leaning": "exams"}, "indicators/x.py: `leaning` is 'exams'; it is one of quality, exam, neutral."),
        ({"better": "more"}, "indicators/x.py: `better` is 'more'; it is one of higher, lower, band."),
        ({"release": "pupil"}, "indicators/x.py: `release` is 'pupil'; it is one of region, economy, school."),
        (
            {"dimension": "money"},
            "indicators/x.py: `dimension` is 'money'; it is one of "
            "investment, teacher_quality, class_size, facilities, equity, process, outcome.",
        ),
        ({"stages": ("primary", "nursery")}, "indicators/x.py: no such stage: nursery."),
        ({"misreading": {"zh": "会误读。"}}, "indicators/x.py: `misreading` has no text in: en."),
        ({"levels": ("school", "street")}, "indicators/x.py: no such level: street."),
        ({"levels": ()}, "indicators/x.py: `levels` names none."),
        (
            {"confidence": "sure", "doubt": {"zh": "存疑。", "en": "In doubt."}},
            "indicators/x.py: `confidence` is 'sure'; it is one of high, medium_high, medium, low.",
        ),
        ({"confidence": "low"}, "indicators/x.py: `doubt` has no text in: zh, en."),
        ({"confidence": "medium", "doubt": {"zh": "存疑。"}}, "indicators/x.py: `doubt` has no text in: en."),
    ],
    ids=lambda given: "-".join(given) if isinstance(given, dict) else "",
)
def test_a_wrong_definition_is_refused_at_birth(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        _remade(**changes)
    assert str(refused.value) == message


def test_all_faults_of_a_definition_are_told_at_once() -> None:
    with pytest.raises(DefinitionError) as refused:
        _remade(title={"zh": "某项"}, leaning="exams", value=Ratio("excelent", "pupils"))
    assert len(str(refused.value).splitlines()) == 3


def test_a_right_definition_is_not_refused() -> None:
    assert _remade(leaning="exam", release="region", example=Example("pupils\n1", 1.0)).id == "x"


def test_an_unknown_indicator_is_refused_with_its_neighbours(make_schools: MakeSchools) -> None:
    with pytest.raises(RequestError) as refused:
        find("backbone_teachers_per_10")
    assert refused.value.values["name"] == "backbone_teachers_per_10"
    assert "backbone_teachers_per_100" in str(refused.value.values["near"])
    with pytest.raises(RequestError, match="zzz"):
        measure(make_schools("pupils\n10"), ["zzz"])


@pytest.fixture(scope="module")
def facts(domain: Path) -> dict[str, dict[str, Any]]:
    """The published facts about each indicator that is in both lists."""
    listed = yaml.safe_load((domain / "standards.yaml").read_text(encoding="utf-8"))["indicators"]
    return {each["id"]: each for each in listed if each["id"] in catalogue()}


def test_every_indicator_of_the_facts_is_here(domain: Path) -> None:
    listed = yaml.safe_load((domain / "standards.yaml").read_text(encoding="utf-8"))["indicators"]
    assert len(listed) == 72
    assert {each["id"] for each in listed} - set(catalogue()) == set()


def test_names_agree_with_the_facts(facts: dict[str, dict[str, Any]]) -> None:
    # Where the facts leave open of what or by which reading, brackets behind the name say so.
    ours = {name: re.sub("（.*）$", "", catalogue()[name].title["zh"]) for name in facts}
    assert ours == {name: each["name_zh"] for name, each in facts.items()}


def test_a_reading_is_named_in_both_languages(facts: dict[str, dict[str, Any]]) -> None:
    titles = {name: catalogue()[name].title for name in facts}
    assert [name for name, title in titles.items() if ("（" in title["zh"]) != ("(" in title["en"])] == []


def test_units_agree_with_the_facts(facts: dict[str, dict[str, Any]]) -> None:
    ours = {name: catalogue()[name].unit["en"] for name in facts}
    theirs = {name: UNITS_OF_FACTS.get(each["unit"], each["unit"]) for name, each in facts.items()}
    assert ours == {name: unit.replace("yuan", "{currency}") for name, unit in theirs.items()}


def test_dimension_leaning_and_direction_agree_with_the_facts(facts: dict[str, dict[str, Any]]) -> None:
    ours = {name: (catalogue()[name].dimension, catalogue()[name].leaning, catalogue()[name].better) for name in facts}
    assert ours == {
        name: (
            each["dimension"],
            LEANINGS_OF_FACTS[each["orientation"]],
            BETTER_OF_FACTS.get(each["direction"], each["direction"]),
        )
        for name, each in facts.items()
    }


def test_levels_agree_with_the_facts(facts: dict[str, dict[str, Any]]) -> None:
    ours = {name: set(catalogue()[name].levels) - {"economy"} for name in facts if name != "parity_index"}
    assert ours == {name: set(facts[name]["levels"]) for name in ours}


def test_confidence_agrees_with_the_facts(facts: dict[str, dict[str, Any]]) -> None:
    order = ["low", "medium", "medium_high", "high"]
    ours = {name: order.index(catalogue()[name].confidence) for name in facts}
    theirs = {name: order.index(each["confidence"]) for name, each in facts.items()}
    assert {name for name in facts if ours[name] != theirs[name]} == set(LESS_SURE_THAN_THE_FACTS)
    assert [name for name in LESS_SURE_THAN_THE_FACTS if ours[name] > theirs[name]] == []


def test_counterparts_agree_with_the_facts(facts: dict[str, dict[str, Any]]) -> None:
    theirs = {name: each.get("international_counterpart", "") for name, each in facts.items()}
    assert {name for name in facts if catalogue()[name].counterpart} == {name for name in facts if theirs[name]}
    codes = {name: re.findall(r"SDG \d\.\w\.\d|[A-Z][A-Z_.\d]{5,}", text) for name, text in theirs.items()}
    lost = {name: [c for c in several if c not in catalogue()[name].counterpart] for name, several in codes.items()}
    assert sum(map(len, codes.values())) > 12
    assert {name: several for name, several in lost.items() if several} == {}


def test_sources_hold_those_of_the_facts(facts: dict[str, dict[str, Any]]) -> None:
    lost = {name: set(each["sources"]) - set(catalogue()[name].sources) for name, each in facts.items()}
    assert {name: several for name, several in lost.items() if several} == {}


def test_multipliers_agree_with_the_facts(facts: dict[str, dict[str, Any]]) -> None:
    ours = {name: each.value.per for name in facts if isinstance((each := catalogue()[name]).value, Ratio)}
    assert ours == {name: facts[name].get("multiplier", 1) for name in ours}


def test_what_is_worst_in_a_county_is_not_averaged(facts: dict[str, dict[str, Any]]) -> None:
    rules = {"maximum": Extreme, "sum": Total}
    assert {name: type(catalogue()[name].value) for name, each in facts.items() if each["county_rule"] in rules} == {
        name: rules[each["county_rule"]] for name, each in facts.items() if each["county_rule"] in rules
    }


# The seven resource items and three-year retention, decreed in full from the first.
DECREED_FIRST = {
    "high_qualified_teachers_per_100", "backbone_teachers_per_100", "pe_art_teachers_per_100",
    "teaching_area_per_pupil", "sports_area_per_pupil", "equipment_value_per_pupil", "multimedia_rooms_per_100",
    "junior_three_year_retention",
}  # fmt: skip


def test_limits_on_the_spread_agree_with_the_facts(domain: Path) -> None:
    method = yaml.safe_load((domain / "standards.yaml").read_text(encoding="utf-8"))["difference_coefficient_method"]
    rule = next(each for each in method["rules"] if each["regulation"] == "HQB2017")
    published = {(item, stage, limit) for item in rule["items"] for stage, limit in rule["limits"].items()}
    ours = {
        (each.indicator, each.stage, each.value)
        for several in thresholds().values()
        for each in several
        if each.subject == "spread" and each.regulation.id == "HQB2017"
    }
    assert ours == published
