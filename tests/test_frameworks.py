"""Frameworks: what the documents list, which indicators speak for it, and that a wrong file is refused."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import yaml

from qualityedu.errors import DefinitionError, RequestError
from qualityedu.frameworks import coverage, find_framework, frameworks, read_framework
from qualityedu.indicators import catalogue
from qualityedu.text import LANGUAGES

HEAD = """
[framework]
title = { zh = "框架", en = "Framework" }
issued = 2013-06-03
note = { zh = "说明", en = "Note" }
sources = ["S18"]
"""
DIMENSION = """
[[dimension]]
id = "body"
title = { zh = "身心", en = "Body" }

[[dimension.key]]
title = { zh = "体质", en = "Fitness" }
indicators = ["fitness_good_excellent_rate"]

[[dimension.key]]
title = { zh = "审美", en = "Beauty" }
"""


def _facts(domain: Path) -> dict[str, dict[str, dict[str, list[str]]]]:
    listed = yaml.safe_load((domain / "standards.yaml").read_text(encoding="utf-8"))["composites"]
    return {each["id"]: each for each in listed}


def test_the_five_dimensions_and_twenty_keys_of_2013(domain: Path) -> None:
    published = _facts(domain)["green_indicators_2013"]["dimensions"]
    ours = find_framework("green_indicators_2013").dimensions
    assert {f"{each.title['zh']} {each.id}": [key.title["zh"] for key in each.keys] for each in ours} == published
    assert (len(ours), sum(len(each.keys) for each in ours)) == (5, 20)


def test_the_three_levels_of_2021(domain: Path) -> None:
    published = _facts(domain)["quality_guide_2021"]["levels"]
    ours: dict[str, list[str]] = {}
    for each in find_framework("quality_guide_2021").dimensions:
        ours.setdefault(each.level, []).append(each.title["zh"])
    assert ours == published


def test_the_five_managements() -> None:
    ids = [each.id for each in find_framework("five_managements").dimensions]
    assert ids == ["homework", "sleep", "phones", "reading", "fitness"]
    silent = {each.id for each in find_framework("five_managements").dimensions if not each.indicators}
    assert silent == {"phones", "reading"}


def test_the_five_kinds_of_education() -> None:
    ours = find_framework("five_kinds_of_education").dimensions
    assert "".join(each.title["zh"][0] for each in ours) == "德智体美劳"


def test_frameworks_come_in_the_order_of_their_dates() -> None:
    dates = [each.issued for each in frameworks().values()]
    assert dates == sorted(dates)
    assert len(dates) == 4


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_framework_speaks(lang: str) -> None:
    texts = [text for each in frameworks().values() for text in (each.title, each.note)]
    texts += [one.title for each in frameworks().values() for one in each.dimensions]
    texts += [key.title for each in frameworks().values() for one in each.dimensions for key in one.keys]
    assert all(text[lang].strip() for text in texts)


def test_an_exam_indicator_speaks_for_no_moral_or_labour_education() -> None:
    for each in find_framework("five_kinds_of_education").dimensions:
        leanings = {catalogue()[name].leaning for name in each.indicators}
        assert each.id == "intellectual" or "exam" not in leanings


def test_coverage_counts_what_is_silent_and_what_is_known() -> None:
    found = read_framework("small.toml", tomllib.loads(HEAD + DIMENSION))
    table = coverage(found, {"pass_rate"})
    assert table["silent"].tolist() == [False, True]
    assert table["indicators"].tolist() == [("fitness_good_excellent_rate",), ()]
    assert table["known"].tolist() == [(), ()]
    assert coverage(found)["known"].tolist() == [("fitness_good_excellent_rate",), ()]
    assert found.dimensions[0].indicators == ("fitness_good_excellent_rate",)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", r"there is no \[\[dimension\]\]"),
        (DIMENSION + "colour = 1", r"key 2: no such key: colour"),
        (DIMENSION + "indicators = ['no_such_thing']", "no such indicator: no_such_thing"),
        (DIMENSION + "indicators = ['pass_rate', 'pass_rate']", "pass_rate stands twice"),
        (DIMENSION + DIMENSION, "dimension body: twice"),
        (DIMENSION.replace('id = "body"', 'id = "body"\nlevel = "moon"'), "`level` is 'moon'"),
        (DIMENSION.replace(', en = "Beauty"', ""), "`title` has no text in en"),
        (DIMENSION + "[dimensions]", "no such table: dimensions"),
    ],
)
def test_a_framework_that_is_wrong_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(DefinitionError, match=complaint):
        read_framework("small.toml", tomllib.loads(HEAD + text))


@pytest.mark.parametrize(
    ("head", "complaint"),
    [
        (HEAD.replace("2013-06-03", "'2013'"), "`issued` is '2013'"),
        (HEAD.replace("note =", "notes ="), "lacks `note`"),
        (HEAD.replace('zh = "框架", ', ""), "`title` has no text in zh"),
    ],
)
def test_a_head_that_is_wrong_is_refused(head: str, complaint: str) -> None:
    with pytest.raises(DefinitionError, match=complaint):
        read_framework("small.toml", tomllib.loads(head + DIMENSION))


def test_an_unknown_framework_is_answered_with_the_nearest() -> None:
    with pytest.raises(RequestError, match="green_indicators_2013"):
        find_framework("green_indicators")
