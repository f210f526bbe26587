"""Exam figures over the sitters and over the roll, what leaving pupils out does, and composite indices as found."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import MakeSchools
from qualityedu.errors import DefinitionError, RequestError
from qualityedu.findings.composites import exam_composite, exam_composites, read_composites
from qualityedu.findings.exam import exam_rates, exclusion_effect, figures_at_lines, mean_bounds, rate_bounds
from qualityedu.text import LANGUAGES

few = settings(deadline=None, max_examples=60, database=None)


class TestLeavingPupilsOut:
    """Fifty pupils, five left out: the figures of `exclusion_effect` in the facts about standards."""

    def test_the_worked_example(self) -> None:
        found = exclusion_effect(
            roll=50, left_out=5, mean=70, mean_of_left_out=30, rates={"pass": 0.72, "excellent": 0.2}
        )
        assert found.mean == pytest.approx(3350 / 45, rel=1e-15)  # 50·70 − 5·30 = 3350
        assert found.rates["pass"] == pytest.approx(36 / 45, rel=1e-15)
        assert found.rates["excellent"] == pytest.approx(10 / 45, rel=1e-15)
        assert found.participation == 0.9

    def test_the_published_figures(self, domain: Path) -> None:
        facts = yaml.safe_load((domain / "standards.yaml").read_text(encoding="utf-8"))["exclusion_effect"]["example"]
        found = exclusion_effect(
            roll=facts["N"],
            left_out=facts["k"],
            mean=facts["m"],
            mean_of_left_out=facts["m_k"],
            rates={"pass": facts["pass_before"], "excellent": facts["excellent_before"]},
        )
        assert round(found.mean, 4) == facts["mean_after"]
        assert round(found.rates["pass"], 4) == facts["pass_after"]
        assert round(found.rates["excellent"], 4) == facts["excellent_after"]
        assert found.participation == facts["participation"]

    def test_the_same_pupils_counted(self) -> None:
        """Fifty scores with these figures: 5 of 30, 9 of 50, 26 of 75 or so, 10 of 90."""
        scores = [30] * 5 + [50] * 9 + [2000 / 26] * 26 + [90] * 10  # 150 + 450 + 2000 + 900 = 3500
        lines = {"pass": 0.6, "excellent": 0.8, "low": 0.4}
        everyone = figures_at_lines(scores, full=100, lines=lines)
        sitters = figures_at_lines(scores[5:], full=100, lines=lines)
        assert everyone["mean"] == pytest.approx(70)
        assert (everyone["pass"], everyone["excellent"], everyone["low"]) == (0.72, 0.2, 0.1)
        effect = exclusion_effect(roll=50, left_out=5, mean=70, mean_of_left_out=30, rates=everyone_rates(everyone))
        assert sitters["mean"] == pytest.approx(effect.mean)
        assert sitters["pass"] == pytest.approx(effect.rates["pass"]) == 0.8
        over_roll = figures_at_lines(scores[5:], full=100, lines=lines, roll=50)
        assert over_roll["pass"] == 0.72
        assert over_roll["participation"] == 0.9
        assert over_roll["low"] == 0.1  # who did not sit has 0 points

    def test_what_cannot_be(self) -> None:
        with pytest.raises(ValueError, match="someone must be left"):
            exclusion_effect(roll=5, left_out=5, mean=1, mean_of_left_out=1, rates={})
        with pytest.raises(ValueError, match="pass"):
            exclusion_effect(roll=50, left_out=20, mean=70, mean_of_left_out=30, rates={"pass": 0.72})

    @few
    @given(rows=st.lists(st.integers(0, 100), min_size=3, max_size=60), left_out=st.integers(1, 2))
    def test_leaving_out_the_weakest_never_lowers(self, rows: list[int], left_out: int) -> None:
        ordered, lines = sorted(rows), {"pass": 0.6}
        before = figures_at_lines(ordered, full=100, lines=lines)
        after = figures_at_lines(ordered[left_out:], full=100, lines=lines)
        assert after["mean"] >= before["mean"] - 1e-9
        assert after["pass"] >= before["pass"] - 1e-12


def everyone_rates(figures: dict[str, float]) -> dict[str, float]:
    return {name: figures[name] for name in ("pass", "excellent")}


class TestBounds:
    def test_a_rate_by_hand(self) -> None:
        found = rate_bounds(36, 45, 50)
        assert (found.over_sitters, found.lowest, found.highest, found.participation) == (0.8, 0.72, 0.82, 0.9)

    def test_a_mean_by_hand(self) -> None:
        # 3350 points of 45; the five missing had between 0 and 100 each.
        found = mean_bounds(3350, 45, 50, full=100)
        assert (found.lowest, found.highest, found.participation) == (67, 77, 0.9)
        assert found.over_sitters == pytest.approx(74.4444, abs=5e-5)
        assert math.isnan(mean_bounds(3350, 45, 50).highest)

    @few
    @given(st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500)))
    def test_bounds_hold_whatever_the_missing_had(self, counts: tuple[int, int, int]) -> None:
        reached, failed, missing = counts
        found = rate_bounds(reached, reached + failed, reached + failed + missing)
        roll = reached + failed + missing
        if roll == 0:
            assert math.isnan(found.lowest)
            assert math.isnan(found.participation)
            return
        for would in {0, missing // 2, missing}:
            assert found.lowest - 1e-12 <= (reached + would) / roll <= found.highest + 1e-12
        if reached + failed:
            assert found.lowest <= found.over_sitters + 1e-12
            assert found.over_sitters <= found.highest + 1e-12
        else:
            assert math.isnan(found.over_sitters)

    def test_more_than_there_are(self) -> None:
        for counts in [(46, 45, 50), (40, 55, 50), (-1, 45, 50)]:
            with pytest.raises(ValueError, match=r"part is larger|below 0"):
                rate_bounds(*counts)
        with pytest.raises(ValueError, match="full marks"):
            mean_bounds(101, 1, 2, full=100)


class TestOfATable:
    ROWS = """
    school  pupils  candidates  passed_candidates  excellent_candidates  score_total
         A      50          45                 36                    10         3350
         B     150         150                 75                    15         9000
         C     100         nan                nan                   nan          nan
    """

    def test_sums_over_schools(self, make_schools: MakeSchools) -> None:
        found = exam_rates(make_schools(self.ROWS), full=100).set_index("indicator")
        passed = found.loc["pass_rate"]
        assert passed["over_sitters"] == pytest.approx(100 * 111 / 195)
        assert passed["lowest"] == pytest.approx(100 * 111 / 200)
        assert passed["highest"] == pytest.approx(100 * 116 / 200)
        assert passed["participation"] == pytest.approx(97.5)
        assert (passed["sitters"], passed["roll"], passed["schools"], passed["left_out"]) == (195, 200, 2, 1)
        mean = found.loc["mean_score"]
        assert (mean["lowest"], mean["highest"]) == (12350 / 200, 12850 / 200)

    def test_without_full_marks_a_mean_has_no_upper_bound(self, make_schools: MakeSchools) -> None:
        found = exam_rates(make_schools(self.ROWS)).set_index("indicator")
        assert math.isnan(found.loc["mean_score", "highest"])
        assert found.loc["mean_score", "over_sitters"] == pytest.approx(12350 / 195)

    def test_who_should_sit_goes_before_who_is_on_roll(self, make_schools: MakeSchools) -> None:
        table = make_schools(self.ROWS).assign(
            expected_candidates=[48.0, 150.0, np.nan], full_marks=[100.0, 100.0, 100.0]
        )
        found = exam_rates(table).set_index("indicator")
        assert found.loc["pass_rate", "roll"] == 198
        assert found.loc["mean_score", "highest"] == pytest.approx((12350 + 300) / 198)

    def test_low_participation_is_flagged(self, make_schools: MakeSchools) -> None:
        table = make_schools(self.ROWS)
        by_school = exam_rates(table, by=("school",), lowest_participation=95)
        flagged = by_school[by_school["indicator"] == "pass_rate"].set_index("school")["flagged"]
        assert flagged.to_dict() == {"A": True, "B": False, "C": False}
        assert "flagged" not in exam_rates(table)

    def test_a_school_that_lacks_a_count_is_unknown(self, make_schools: MakeSchools) -> None:
        found = exam_rates(make_schools(self.ROWS), by=("school",)).query("school == 'C'")
        assert found[["over_sitters", "lowest", "highest", "participation"]].isna().all(axis=None)
        assert found["left_out"].tolist() == [1] * len(found)

    def test_a_table_without_exams(self, make_schools: MakeSchools) -> None:
        assert exam_rates(make_schools("pupils\n50")).empty


class TestComposites:
    FIGURES = {"mean": 70, "score_rate": 0.7, "mean_share": 0.7, "excellent": 0.2, "pass": 0.72, "low": 0.1}  # noqa: RUF012

    def test_four_rate_sum_by_hand(self) -> None:
        found = exam_composite("four_rate_sum", self.FIGURES)
        assert found.total == pytest.approx(70 + 20 + 72 + 70 - 10, rel=1e-15)

    def test_leaving_five_out_raises_the_four_rate_sum(self) -> None:
        scores = [30] * 5 + [50] * 9 + [2000 / 26] * 26 + [90] * 10
        lines = exam_composites()["four_rate_sum"].lines
        before = exam_composite("four_rate_sum", figures_at_lines(scores, full=100, lines=lines)).total
        after = exam_composite("four_rate_sum", figures_at_lines(scores[5:], full=100, lines=lines)).total
        over_roll = exam_composite("four_rate_sum", figures_at_lines(scores[5:], full=100, lines=lines, roll=50)).total
        assert before == pytest.approx(222)
        # 74.4444 + 100·(10/45 + 0.8 + 0.744444 − 0)
        assert after == pytest.approx(3350 / 45 + 100 * (10 / 45 + 0.8 + 33.5 / 45))
        assert over_roll < before < after

    def test_lines_are_parameters(self) -> None:
        scores = np.arange(0, 101)
        at = {line: figures_at_lines(scores, full=100, lines={"excellent": line})["excellent"] for line in (0.8, 0.9)}
        assert at == {0.8: 21 / 101, 0.9: 11 / 101}  # a score on the line reaches it

    def test_weights_must_be_given(self) -> None:
        weights = {"excellent": 0.3, "pass": 0.3, "mean_share": 0.4}
        found = exam_composite("subject_score_weighted", self.FIGURES, weights=weights)
        assert found.total == pytest.approx(0.3 * 20 + 0.3 * 72 + 0.4 * 70)
        with pytest.raises(RequestError, match="mean_share"):
            exam_composite("subject_score_weighted", self.FIGURES)
        with pytest.raises(RequestError, match="four_rate_sum"):
            exam_composite("four_rate_sum", self.FIGURES, weights=weights)

    @pytest.mark.parametrize(
        "name", ["two_rates_one_score_grades_6_8", "two_rates_one_score_grade_9", "class_structure_score"]
    )
    def test_what_nobody_stated_is_refused(self, name: str) -> None:
        figures = dict.fromkeys(exam_composites()[name].parts, 0.5)
        with pytest.raises(RequestError) as refusal:
            exam_composite(name, figures)
        assert "not guessed" in refusal.value.sentence("en")

    def test_the_weights_that_are_known_are_kept(self, domain: Path) -> None:
        facts = {
            each["id"]: each
            for each in yaml.safe_load((domain / "standards.yaml").read_text(encoding="utf-8"))["composites"]
        }
        known = facts["two_rates_one_score"]["weights"]
        assert exam_composites()["two_rates_one_score_grades_6_8"].points == known["grades_6_8"]
        assert exam_composites()["two_rates_one_score_grade_9"].points == known["grade_9"]
        assert exam_composites()["four_rate_sum"].lines == facts["four_rate_sum"]["lines"]
        variants = [list(exam_composites()[f"one_score_three_rates_{each}"].parts) for each in ("low", "good", "weak")]
        assert variants == facts["one_score_three_rates"]["variants"]
        five = {name: list(exam_composites()[f"five_rates_{name}"].parts) for name in ("access", "exam")}
        assert five == facts["five_rates"]["presets"]

    def test_a_list_has_no_total(self) -> None:
        found = exam_composite("one_score_three_rates_low", self.FIGURES)
        assert list(found.parts) == ["mean", "pass", "excellent", "low"]
        assert math.isnan(found.total)

    def test_what_is_lacking_is_named(self) -> None:
        with pytest.raises(RequestError, match="score_rate"):
            exam_composite("four_rate_sum", {"mean": 70, "excellent": 0.2, "pass": 0.7, "low": 0.1})
        with pytest.raises(RequestError, match="four_rate_sum"):
            exam_composite("four_rates_sum", {})

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_every_preset_speaks(self, lang: str) -> None:
        assert all(each.title[lang] and each.note[lang] for each in exam_composites().values())

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ("[[composite]]\nid = 'x'", "x lacks `kind`"),
            ("[composit]\n", "no such table: composit"),
            ("colour = 1", "x: no such key: colour"),
            ("kind = 'guess'", "`kind` is 'guess'"),
            ("lines = { pass = 60 }", "the line pass is 60"),
            ("points = { low = 1 }", "no such part: low"),
            ("note = { zh = '有' }", "`note` has no text in en"),
        ],
    )
    def test_a_preset_that_is_wrong_is_refused(self, text: str, complaint: str) -> None:
        whole = {"id": "'x'", "title": "{ zh = '甲', en = 'A' }", "leaning": "'exam'", "kind": "'list'",
                 "parts": "['pass']", "note": "{ zh = '乙', en = 'B' }", "sources": "['S36']"}  # fmt: skip
        if not text.startswith("["):
            key, _, value = text.partition(" = ")
            text = "[[composite]]\n" + "\n".join(f"{k} = {v}" for k, v in {**whole, key: value}.items())
        with pytest.raises(DefinitionError, match=complaint):
            read_composites(tomllib.loads(text))


def test_scores_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="full marks"):
        figures_at_lines([101], full=100, lines={})
    with pytest.raises(ValueError, match="2 scores and 1 on roll"):
        figures_at_lines([1, 2], full=100, lines={}, roll=1)
    assert math.isnan(figures_at_lines([], full=100, lines={"pass": 0.6})["pass"])
