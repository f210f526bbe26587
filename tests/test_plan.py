"""The analysis plan: read strictly, hashed, and what was fitted held against it."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from conftest import Overview
from qualityedu import tables
from qualityedu.datasets import open_dataset
from qualityedu.errors import RequestError
from qualityedu.models import SPECS, RegionalModel, fit
from qualityedu.models.plan import PlanError, deviations, read_plan
from qualityedu.report.record import identity
from qualityedu.report.request import Request, check_request
from qualityedu.text import LANGUAGES, say

PLAN = """\
title: Spending, teachers and mathematics
decided: 2022-01-15
outcomes: [pisa_mathematics, creative_thinking]
samples:
  rich: gdp_per_head > 20000
specs:
  spending:
    outcome: pisa_mathematics
    inputs: [spending_per_student_gdp_share]
    controls: [log(gdp_per_head)]
    cluster: region
  creative:
    outcome: creative_thinking
    inputs: [spending_per_student_gdp_share]
    sample: rich
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN, encoding="utf-8")
    return path


def _complaints(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    path = tmp_path / "p.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanError) as refused:
        read_plan(path)
    for lang in LANGUAGES:
        lines = refused.value.sentence(lang).splitlines()
        assert len(lines) == 1 + len(refused.value.problems)
        assert "p.yaml" in lines[0]
        assert str(len(refused.value.problems)) in lines[0]
    return [(each.key, each.where) for each in refused.value.problems]


class TestReading:
    def test_a_plan(self, plan: Path) -> None:
        read = read_plan(plan)
        assert (read.title, read.decided) == ("Spending, teachers and mathematics", date(2022, 1, 15))
        assert read.outcomes == ("pisa_mathematics", "creative_thinking")
        assert read.samples == {"all": "", "rich": "gdp_per_head > 20000"}
        assert [each.spec.name for each in read.specs] == ["spending", "creative"]
        first, second = read.specs
        assert first.spec.formula == "pisa_mathematics ~ spending_per_student_gdp_share + log(gdp_per_head)"
        assert (first.spec.cluster, first.estimator, first.errors, first.sample) == ("region", "ols", "HC1", "all")
        assert (second.spec.cluster, second.sample) == (None, "rich")

    def test_the_hash_is_that_of_the_file(self, plan: Path) -> None:
        assert read_plan(plan).sha256 == hashlib.sha256(PLAN.encode()).hexdigest()
        plan.write_text(PLAN + "# a word more\n", encoding="utf-8")
        assert read_plan(plan).sha256 != hashlib.sha256(PLAN.encode()).hexdigest()

    def test_all_complaints_at_once(self, tmp_path: Path) -> None:
        text = PLAN.replace("outcome: pisa_mathematics", "outcome: pisa_reading").replace(
            "sample: rich", "sample: poor"
        )
        text = text.replace("    cluster: region", "    errors: HC9")
        assert _complaints(tmp_path, text) == [
            ("plan_outcome", "specs.spending.outcome"),
            ("plan", "specs.spending"),
            ("plan_sample", "specs.creative.sample"),
            ("plan_idle_outcome", "outcomes"),
        ]

    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            ("title:", "titel:", [("plan_unknown_key", "titel"), ("plan_missing_key", "title")]),
            ("2022-01-15", "last winter", [("plan_kind_day", "decided")]),
            ("[pisa_mathematics, creative_thinking]", "pisa_mathematics", [("plan_kind_list", "outcomes")]),
            ("    cluster: region", "    clusters: region", [("plan_unknown_key", "specs.spending.clusters")]),
            ("    cluster: region", "    cluster: 3", [("plan_kind_text", "specs.spending.cluster")]),
            ("    sample: rich", "", []),
            ("  rich: gdp_per_head > 20000", "  all: gdp_per_head > 2", [
                ("plan_all", "samples.all"), ("plan_sample", "specs.creative.sample"),
            ]),
            ("    cluster: region", "    estimator: magic", [("plan", "specs.spending")]),
            ("[log(gdp_per_head)]", "[open('x')]", [("plan", "specs.spending")]),
            ("[log(gdp_per_head)]", "[3]", [("plan_kind_text", "specs.spending.controls")]),
        ],
    )  # fmt: skip
    def test_each_fault_in_its_place(self, old: str, new: str, expected: list[tuple[str, str]], tmp_path: Path) -> None:
        assert old in PLAN
        text = PLAN.replace(old, new)
        if expected:
            assert _complaints(tmp_path, text) == expected
        else:
            path = tmp_path / "p.yaml"
            path.write_text(text, encoding="utf-8")
            assert read_plan(path).specs[1].sample == "all"

    def test_a_key_given_twice_is_refused(self, tmp_path: Path) -> None:
        """YAML would keep the second without a word."""
        path = tmp_path / "p.yaml"
        path.write_text(PLAN + "title: Another\n", encoding="utf-8")
        with pytest.raises(PlanError, match="16") as refused:
            read_plan(path)
        assert [(each.key, each.values["line"]) for each in refused.value.problems] == [("plan_yaml", 16)]

    @pytest.mark.parametrize("text", ["- a\n- b\n", "", "just words"])
    def test_what_is_no_plan(self, text: str, tmp_path: Path) -> None:
        assert _complaints(tmp_path, text) == [("plan_no_keys", "")]

    @pytest.mark.parametrize("text", ["a: [1, 2", "a: b: c", "? {a: b}\n: c\n"])
    def test_broken_yaml(self, text: str, tmp_path: Path) -> None:
        assert [key for key, _ in _complaints(tmp_path, text)] == ["plan_yaml"]

    def test_nothing_is_run(self, tmp_path: Path) -> None:
        assert _complaints(tmp_path, "title: !!python/object/apply:os.system ['true']\n")[0][0] == "plan_yaml"

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(RequestError) as refused:
            read_plan(tmp_path / "none.yaml")
        assert refused.value.key == "no_plan"
        assert "none.yaml" in refused.value.sentence("en")


class TestDeviations:
    def test_what_was_planned_and_fitted_is_none(self, plan: Path, overviews: dict[str, Overview]) -> None:
        values = overviews["world"].values
        rich = values[values["gdp_per_head"] > 20000]
        first = fit(SPECS["spending_and_mathematics"], values)
        assert first.errors == "wild", "few clusters make planned clustered errors wild, which is as planned"
        second = fit("creative_thinking ~ spending_per_student_gdp_share", rich)
        assert deviations(read_plan(plan), {"all": [first], "rich": [second]}) == []

    def test_each_kind(self, plan: Path, overviews: dict[str, Overview]) -> None:
        values = overviews["world"].values
        turned = fit("pisa_mathematics ~ log(gdp_per_head) + spending_per_student_gdp_share", values, errors="HC3")
        unplanned = fit("creative_thinking ~ spending_per_student_gdp_share", values)
        found = deviations(read_plan(plan), [turned, unplanned])
        assert [(each.kind, each.model) for each in found] == [
            ("otherwise", "spending"),
            ("unplanned", "creative_thinking ~ spending_per_student_gdp_share"),
            ("unfitted", "creative"),
        ]
        assert found[0].values == {"planned": "ols, cluster", "fitted": "ols, HC3"}
        for lang in LANGUAGES:
            assert len({each.sentence(lang) for each in found}) == 3

    def test_a_stage_is_part_of_a_model(self, tmp_path: Path, overviews: dict[str, Overview]) -> None:
        text = """\
title: Junior schools
decided: 2023-01-01
outcomes: [pass_rate]
specs:
  pass_rate:
    outcome: pass_rate
    inputs: [budget_expenditure_per_pupil, high_qualified_teachers_per_100, mean_class_size]
    cluster: region
"""
        path = tmp_path / "junior.yaml"
        fitted = fit(SPECS["inputs_and_pass_rate"], overviews["demo"].values)
        path.write_text(text, encoding="utf-8")
        assert [each.kind for each in deviations(read_plan(path), [fitted])] == ["unplanned", "unfitted"]
        path.write_text(text + "    stage: junior\n", encoding="utf-8")
        assert deviations(read_plan(path), [fitted]) == []


class TestInAReport:
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_the_section(self, lang: str, plan: Path, models: dict[str, list[RegionalModel]]) -> None:
        text = tables.plan_section(str(plan), models["world"], lang).text
        assert hashlib.sha256(PLAN.encode()).hexdigest() in text
        assert "2022-01-15" in text
        kinds = [line.split("\t")[0] for line in text.splitlines() if "\t" in line][1:]
        assert kinds == [say(f"plan.kind.{kind}", lang) for kind in ("unplanned", "unplanned", "unfitted")]

    def test_nothing_where_no_plan_is_given(self, models: dict[str, list[RegionalModel]]) -> None:
        assert tables.plan_section("", models["world"], "en").html == ""

    def test_a_bad_plan_is_refused_before_anything_starts(self, tmp_path: Path) -> None:
        path = tmp_path / "p.yaml"
        path.write_text("title: 3\n", encoding="utf-8")
        given = {"data": "world", "year": 2022, "lang": "en"}
        check_request(Request("inputs_and_outcomes", given))
        for place in (path, tmp_path / "none.yaml"):
            with pytest.raises(RequestError):
                check_request(Request("inputs_and_outcomes", {**given, "plan": str(place)}))

    def test_the_record_holds_its_hash_and_not_its_place(self, plan: Path, tmp_path: Path) -> None:
        given = {"data": "world", "year": 2022, "lang": "en"}
        dataset = open_dataset("world")
        without = identity(Request("inputs_and_outcomes", given), dataset)
        record = identity(Request("inputs_and_outcomes", {**given, "plan": str(plan)}), dataset)
        assert record["plan"] == {"name": "plan.yaml", "sha256": hashlib.sha256(PLAN.encode()).hexdigest()}
        assert str(tmp_path) not in json.dumps(record)
        assert "plan" not in without
        assert record["id"] != without["id"]
        elsewhere = tmp_path / "other" / "plan.yaml"
        elsewhere.parent.mkdir()
        elsewhere.write_text(PLAN, encoding="utf-8")
        assert (
            identity(Request("inputs_and_outcomes", {**given, "plan": str(elsewhere)}), dataset)["id"] == record["id"]
        )
