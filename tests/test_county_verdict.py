"""The verdict on a county: every line of it, what decides, and that what is missing never passes."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.patches import Rectangle
from statsmodels.stats.proportion import proportion_confint

from qualityedu.errors import RequestError
from qualityedu.figures import verdict_board
from qualityedu.findings import CountyVerdict, county_verdict, survey
from qualityedu.inequality import spread
from qualityedu.release.county import releasable_county as _county
from qualityedu.standards import meets, regulations, threshold_for
from qualityedu.tables import county_sentence
from qualityedu.text import LANGUAGES

MakeSchools = Callable[..., pd.DataFrame]

SEVEN = {
    "high_qualified_teachers_per_100": 5.3,
    "backbone_teachers_per_100": 1.0,
    "pe_art_teachers_per_100": 0.9,
    "teaching_area_per_pupil": 5.8,
    "sports_area_per_pupil": 10.2,
    "equipment_value_per_pupil": 2500.0,
    "multimedia_rooms_per_100": 2.4,
}

# Everything else that the county is asked, in a county that has it all.
REST: dict[str, object] = {
    "pupils": 1000.0, "classes": 24.0, "classes_over_limit": 0.0, "music_rooms": 2.0, "art_rooms": 2.0,
    "teachers": 80.0, "teachers_trained_360h": 80.0, "certified_teachers": 80.0, "rotation_eligible_teachers": 40.0,
    "rotated_teachers": 5.0, "rotated_backbone_teachers": 1.0, "teacher_mean_pay": 9e4, "civil_servant_mean_pay": 9e4,
    "pupils_inside_catchment": 1000.0, "quality_high_school_places": 100.0, "quota_places": 50.0,
    "migrant_children": 20.0, "migrant_children_in_public_places": 17.0, "disabled_children": 20.0,
    "disabled_children_enrolled": 19.0, "public_funds": 1e6, "training_budget": 5e4, "lessons_prescribed": 900.0,
    "lessons_delivered": 900.0, "naeq_proficiency_level": 3.0, "naeq_between_school_rate": 0.14, "respondents": 200.0,
    "satisfied_respondents": 170.0, "recorded_veto_events": 0.0, "junior_three_year_retention": 95.0,
    "school_kind": "junior", "funded_pupils": 1000.0,
}  # fmt: skip

ATTESTED = {item.id: True for item in regulations()["HQB2017"].items if item.attested}


def _county_of(make_schools: MakeSchools, **changed: object) -> pd.DataFrame:
    """Three junior and three primary schools that meet everything, and a special school; `changed` for all of them."""
    own = {**SEVEN, **REST, **changed}
    schools = [{**own, "stage": stage} for stage in ("junior", "junior", "junior", "primary", "primary", "primary")]
    for row in schools[3:]:
        row["school_kind"] = changed.get("school_kind", "primary")
    special = {"stage": "special", "school_kind": "special", "pupils": 60.0, "public_funds": 360_000.0}
    return make_schools([*schools, special])


def _verdict(schools: pd.DataFrame, **more: object) -> CountyVerdict:
    return county_verdict(schools, attested=ATTESTED, residents=1_000_000, **more)  # type: ignore[arg-type]


def _statuses(verdict: CountyVerdict, item: str) -> list[str]:
    return verdict.lines.loc[verdict.lines["item"] == item, "status"].tolist()


def _line(verdict: CountyVerdict, item: str, stage: str, subject: str) -> pd.Series:
    lines = verdict.lines
    found = lines[(lines["item"] == item) & (lines["stage"] == stage) & (lines["subject"] == subject)]
    assert len(found) == 1
    return found.iloc[0]


class TestTheWhole:
    def test_a_county_that_has_everything(self, make_schools: MakeSchools) -> None:
        verdict = _verdict(_county_of(make_schools))
        assert verdict.lines.loc[~verdict.lines["status"].isin(["met", "not_applicable"]), ["item", "status"]].empty
        assert verdict.status == "met"

    def test_every_item_of_the_regulation_has_a_line(self, make_schools: MakeSchools) -> None:
        lines = _verdict(_county_of(make_schools)).lines
        assert {item.id for item in regulations()["HQB2017"].items} <= set(lines["item"])
        numbers = lines.groupby("part")["item"].nunique().to_dict()
        assert numbers == {"resources": 8, "guarantee": 15, "quality": 9, "recognition": 1, "veto": 1}
        assert not lines["clause"].eq("").any()

    def test_without_attestation_nobody_passes(self, make_schools: MakeSchools) -> None:
        verdict = county_verdict(_county_of(make_schools), residents=1_000_000)
        assert verdict.status == "cannot_judge"
        assert set(verdict.lines.loc[verdict.lines["subject"] == "attested", "status"]) == {"cannot_judge"}

    def test_what_is_attested_as_wanting_decides(self, make_schools: MakeSchools) -> None:
        found = county_verdict(_county_of(make_schools), attested={"quality_8": False})
        assert (found.status, _statuses(found, "quality_8")) == ("unmet", ["unmet"])

    @pytest.mark.parametrize("column", sorted(REST))
    def test_a_missing_column_is_never_a_pass(self, make_schools: MakeSchools, column: str) -> None:
        # Not needed beside what is stated, or not asked of a county without small schools.
        spare = {"funded_pupils", "school_kind"}
        found = _verdict(_county_of(make_schools).drop(columns=column))
        assert found.status == ("met" if column in spare else "cannot_judge")

    def test_what_is_missing_does_not_hide_what_is_unmet(self, make_schools: MakeSchools) -> None:
        schools = _county_of(make_schools, recorded_veto_events=1.0).drop(columns=["teachers", "pupils"])
        assert _verdict(schools).status == "unmet"

    def test_before_it_was_in_force(self, make_schools: MakeSchools) -> None:
        schools = _county_of(make_schools).assign(year=2015)
        assert (_verdict(schools).status, len(_verdict(schools).lines)) == ("no_standard", 0)

    def test_in_no_country(self, make_schools: MakeSchools) -> None:
        assert _verdict(_county_of(make_schools), country="").status == "no_standard"

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_one_county_and_one_year(self, make_schools: MakeSchools, lang: str) -> None:
        schools = _county_of(make_schools)
        with pytest.raises(RequestError) as refused:
            county_verdict(pd.concat([schools, schools.assign(year=2021)]))
        assert refused.value.key == "county_one_region"
        assert "2" in refused.value.sentence(lang)


class TestLines:
    @pytest.mark.parametrize(
        ("changed", "item", "status"),
        [
            ({"rotated_teachers": 4.0}, "guarantee_11", "met"),  # 24 of 240: 10 % is within
            ({"rotated_teachers": 3.9}, "guarantee_11", "unmet"),
            ({"certified_teachers": 79.0}, "guarantee_12", "unmet"),  # 100 % is 100 %
            ({"classes_over_limit": 1.0}, "guarantee_05", "unmet"),
            ({"quota_places": 49.0}, "guarantee_14", "unmet"),
            ({"migrant_children_in_public_places": 16.0}, "guarantee_15", "unmet"),
            ({"teacher_mean_pay": 89999.0}, "guarantee_08", "unmet"),
            ({"music_rooms": 1.0}, "guarantee_03", "unmet"),  # 24 classes call for two
            ({"training_budget": 49_999.0}, "quality_4", "unmet"),
            ({"naeq_between_school_rate": 0.15}, "quality_9", "unmet"),  # 低于 leaves the number itself out
            ({"naeq_proficiency_level": 2.0}, "quality_9", "unmet"),
            ({"disabled_children_enrolled": 18.0}, "quality_2", "unmet"),
            ({"satisfied_respondents": 169.0}, "recognition", "unmet"),
            ({"recorded_veto_events": 1.0}, "veto", "unmet"),
        ],
    )
    def test_each_on_its_boundary(
        self, make_schools: MakeSchools, changed: dict[str, object], item: str, status: str
    ) -> None:
        found = _verdict(_county_of(make_schools, **changed))
        assert (status in _statuses(found, item)) and (status == "unmet" or "unmet" not in _statuses(found, item))
        assert found.status == status

    def test_a_county_is_one_although_its_stages_differ(self, make_schools: MakeSchools) -> None:
        # Primary 2 and junior 8 of 40 each: 5 % and 20 %, but the county is asked, and it has 30 of 240: 12.5 %.
        schools = _county_of(make_schools)
        schools["rotated_teachers"] = [8.0, 8.0, 8.0, 2.0, 2.0, 2.0, math.nan]
        lines = _verdict(schools).lines
        line = lines[lines["indicator"] == "teacher_rotation_rate"].iloc[0]
        assert (line["stage"], line["value"], line["status"]) == ("compulsory", pytest.approx(12.5), "met")

    def test_schools_concerned_are_named(self, make_schools: MakeSchools) -> None:
        schools = _county_of(make_schools)
        schools.loc[1, "certified_teachers"] = 70.0
        line = _line(_verdict(schools), "guarantee_12", "junior", "region")
        assert (line["status"], line["concerned"]) == ("unmet", ("S2",))

    def test_size_of_a_school_is_that_of_all_its_stages(self, make_schools: MakeSchools) -> None:
        # Nine-year: 1,300 and 1,100 are 2,400 pupils, under 2,500. As two schools of 2,100 they would be over 2,000.
        schools = _county_of(make_schools)
        schools.loc[[0, 3], ["school", "school_kind"]] = ["N", "nine_year"]
        schools.loc[0, "pupils"], schools.loc[3, "pupils"] = 1100.0, 1300.0
        line = _line(_verdict(schools), "guarantee_04", "compulsory", "school")
        assert (line["status"], line["met"], line["schools"]) == ("met", 5, 5)
        schools.loc[3, "pupils"] = 1401.0
        assert _line(_verdict(schools), "guarantee_04", "compulsory", "school")["concerned"] == ("N",)
        schools.loc[3, "pupils"], schools.loc[1, "pupils"] = 1300.0, 2001.0
        assert _line(_verdict(schools), "guarantee_04", "compulsory", "school")["concerned"] == ("S2",)

    def test_a_relaxation_is_shown_and_never_applied(self, make_schools: MakeSchools) -> None:
        schools = _county_of(make_schools).assign(region="210102")
        schools.loc[[0, 1], "pupils"] = [2300.0, 2500.0]
        asked = _line(_verdict(schools, plan="LOC_SY"), "guarantee_04", "compulsory", "school")
        assert (asked["status"], asked["concerned"], asked["relaxed"]) == ("unmet", ("S1", "S2"), ("S1",))
        assert _line(_verdict(schools), "guarantee_04", "compulsory", "school")["relaxed"] == ()

    def test_small_schools_alone_are_asked_for_their_hundred(self, make_schools: MakeSchools) -> None:
        schools = _county_of(make_schools)
        assert set(_statuses(_verdict(schools), "guarantee_06")) == {"not_applicable"}
        schools.loc[4, ["pupils", "funded_pupils"]] = [80.0, 80.0]
        line = _line(_verdict(schools), "guarantee_06", "primary", "school")
        assert (line["status"], line["schools"], line["concerned"]) == ("unmet", 1, ("S5",))
        schools.loc[4, "funded_pupils"] = 100.0
        assert _line(_verdict(schools), "guarantee_06", "primary", "school")["status"] == "met"

    def test_special_schools_are_asked_apart(self, make_schools: MakeSchools) -> None:
        schools = _county_of(make_schools)
        assert _line(_verdict(schools), "guarantee_07", "special", "region")["value"] == pytest.approx(6000)
        schools.loc[6, "public_funds"] = 359_999.0
        assert _statuses(_verdict(schools), "guarantee_07") == ["unmet"]
        # Named by its kind instead of its stage, it is the same school.
        by_kind = schools.assign(stage=schools["stage"].replace("special", "primary"))
        assert _statuses(_verdict(by_kind), "guarantee_07") == ["unmet"]

    def test_the_national_assessment_is_not_made_of_a_countys_exam(self, make_schools: MakeSchools) -> None:
        exam = {"candidates": 1000.0, "score_total": 70_000.0, "full_marks": 100.0}
        schools = _county_of(make_schools, **exam).drop(columns="naeq_between_school_rate")
        lines = _verdict(schools).lines
        line = lines[lines["indicator"] == "naeq_between_school_rate"]
        assert set(line["status"]) == {"cannot_judge"}

    def test_a_local_plan_only_by_name(self, make_schools: MakeSchools) -> None:
        # Schools at 1, 1 and 1.9 of the standard: mean 1.3, deviation √0.18, coefficient 0.326: over 0.30, under 0.45.
        schools = _county_of(make_schools).assign(year=2025)
        schools.loc[2, "backbone_teachers_per_100"] = 1.9
        item = "spread_backbone_teachers_per_100"
        assert _line(_verdict(schools), item, "junior", "spread")["status"] == "met"
        asked = _line(_verdict(schools, plan="LOC_DOC4_JUNIOR"), item, "junior", "spread")
        assert (asked["value"], asked["limit"], asked["rule"]) == (pytest.approx(math.sqrt(0.18) / 1.3), 0.30, "under")
        assert asked["status"] == "unmet"


class TestRecognition:
    def test_the_interval_is_wilsons(self) -> None:
        for satisfied, asked in ((170, 200), (200, 200), (0, 50), (850, 1000)):
            found = survey(satisfied, asked)
            lower, upper = proportion_confint(satisfied, asked, method="wilson")
            assert (found.lower, found.upper) == (pytest.approx(100 * lower), pytest.approx(100 * upper))
        assert survey(170, 200).lower == pytest.approx(
            79.394421, abs=1e-6
        )  # (by hand: p = 0.85, n = 200, z = 1.959964)

    def test_more_satisfied_than_asked(self) -> None:
        with pytest.raises(ValueError, match="201 satisfied of 200"):
            survey(201, 200)

    @pytest.mark.parametrize(
        ("residents", "status"), [(1_200_000, "met"), (1_200_001, "unmet"), (None, "cannot_judge"), (200_000, "met")]
    )
    def test_one_in_a_thousand(self, make_schools: MakeSchools, residents: float | None, status: str) -> None:
        # Six schools asked 200 people each.
        found = county_verdict(_county_of(make_schools), attested=ATTESTED, residents=residents)
        line = _line(found, "recognition", "compulsory", "sample")
        assert (line["status"], line["value"]) == (status, 1200.0)
        assert found.status == status

    def test_the_share_has_its_interval(self, make_schools: MakeSchools) -> None:
        line = _line(_verdict(_county_of(make_schools)), "recognition", "compulsory", "region")
        lower, upper = proportion_confint(1020, 1200, method="wilson")
        assert (line["lower"], line["upper"]) == (pytest.approx(100 * lower), pytest.approx(100 * upper))
        assert (line["value"], line["status"]) == (85.0, "met")


EIGHT = {
    "teaching_area_per_pupil": 4.0, "sports_area_per_pupil": 8.0, "equipment_value_per_pupil": 2000.0,
    "computers_per_100": 10.0, "books_per_pupil": 20.0, "teacher_pupil_ratio": 0.06,
    "above_standard_teachers_per_pupil": 0.05, "mid_senior_title_teachers_per_pupil": 0.03,
}  # fmt: skip


def _basic(make_schools: MakeSchools, books: float) -> pd.DataFrame:
    """Two primary schools of 500 pupils alike in seven items; of books one has none and the other `books`."""
    rows = [{**EIGHT, "pupils": 500.0, "books_per_pupil": each} for each in (0.0, books)]
    return make_schools(rows, ownership="public", school_kind="primary")


class TestBasicBalance:
    def test_the_composite_is_the_plain_mean_of_eight(self, make_schools: MakeSchools) -> None:
        # 0 and 20 books: mean 10, deviation 10, coefficient 1; the other seven 0: 1 ÷ 8 = 0.125.
        found = county_verdict(_basic(make_schools, 20.0), regulation="BAL2012")
        line = _line(found, "basic_balance", "primary", "region")
        assert (line["value"], line["limit"], line["status"]) == (pytest.approx(0.125), 0.65, "met")
        assert found.status == "cannot_judge"  # the table has no junior schools

    def test_six_items_of_eight_at_one_pass_the_limit(self, make_schools: MakeSchools) -> None:
        rows = _basic(make_schools, 20.0)
        uneven = [name for name in EIGHT if name != "books_per_pupil"]
        rows.loc[0, uneven[:4]] = 0.0
        found = _line(county_verdict(rows, regulation="BAL2012"), "basic_balance", "primary", "region")
        assert (found["value"], found["status"]) == (pytest.approx(5 / 8), "met")
        rows.loc[0, uneven[:5]] = 0.0
        found = _line(county_verdict(rows, regulation="BAL2012"), "basic_balance", "primary", "region")
        assert (found["value"], found["status"]) == (pytest.approx(6 / 8), "unmet")

    def test_one_item_missing(self, make_schools: MakeSchools) -> None:
        rows = _basic(make_schools, 20.0).drop(columns="computers_per_100")
        assert (
            _line(county_verdict(rows, regulation="BAL2012"), "basic_balance", "primary", "region")["status"]
            == "cannot_judge"
        )

    @pytest.mark.parametrize("left_out", [{"ownership": "private"}, {"school_kind": "teaching_point"}])
    def test_whom_it_leaves_out(self, make_schools: MakeSchools, left_out: dict[str, str]) -> None:
        both = _basic(make_schools, 20.0)
        third = both.iloc[[1]].assign(school="S3", books_per_pupil=500.0, **left_out)
        line = _line(
            county_verdict(pd.concat([both, third], ignore_index=True), regulation="BAL2012"),
            "basic_balance",
            "primary",
            "region",
        )
        assert line["value"] == pytest.approx(0.125)

    def test_the_circulated_example_is_one_of_the_eight(self, make_schools: MakeSchools) -> None:
        """Five schools, pupils 45, 37, 89, 76, 55 and books 279, 137, 935, 160, 402: 0.515257, published 0.52."""
        rows = [
            {
                **{name: value for name, value in EIGHT.items() if name != "books_per_pupil"},
                "pupils": pupils,
                "books": books,
            }
            for pupils, books in zip((45, 37, 89, 76, 55), (279, 137, 935, 160, 402), strict=True)
        ]
        lines = county_verdict(make_schools(rows, school_kind="primary"), regulation="BAL2012").lines
        books = lines[(lines["indicator"] == "books_per_pupil") & (lines["stage"] == "primary")].iloc[0]
        assert books["value"] == pytest.approx(0.515257, abs=1e-6)
        whole = lines[(lines["indicator"] == "composite_difference_coefficient") & (lines["stage"] == "primary")].iloc[
            0
        ]
        assert whole["value"] == pytest.approx(0.515257 / 8, abs=1e-6)
        assert spread([279 / 45, 137 / 37, 935 / 89, 160 / 76, 402 / 55], [45, 37, 89, 76, 55]) == pytest.approx(
            books["value"]
        )


# The order in which the county publishes its coefficients.
LETTERS = ["L1_high_qualified_teachers", "L2_backbone_teachers", "L3_pe_art_teachers", "L4_teaching_area",
           "L5_sports_area", "L6_equipment_value", "L7_multimedia_rooms"]  # fmt: skip


def test_ningguo_2022(domain: Path, make_schools: MakeSchools) -> None:
    """Ningguo (Anhui), 2022: of the seven published coefficients of each stage one is within its limit, equipment."""
    table = pd.read_csv(domain / "tables" / "ningguo_2022_seven_items.csv", comment="#").set_index("stage")
    published = {stage: dict(zip(SEVEN, table.loc[stage, LETTERS], strict=True)) for stage in ("primary", "junior")}
    met = {stage: [] for stage in published}
    for stage, coefficients in published.items():
        rows = [{"pupils": 900.0, "stage": stage}, {"pupils": 100.0, "stage": stage}]
        for name, c in coefficients.items():
            # Shares 0.9 and 0.1, values 1 − c/3 and 1 + 3c: mean 1, variance 0.9·c²/9 + 0.1·9c² = c².
            rows[0][name], rows[1][name] = 1 - c / 3, 1 + 3 * c
        lines = county_verdict(make_schools(rows, region="341881", school_kind=stage)).lines
        for name, c in coefficients.items():
            line = lines[(lines["item"] == f"spread_{name}") & (lines["stage"] == stage)].iloc[0]
            assert line["value"] == pytest.approx(c, rel=1e-9)
            limit = threshold_for(name, stage, "spread", on=pd.Timestamp("2023-08-31").date(), place="CN-341881")
            assert limit is not None
            assert line["status"] == ("met" if meets(c, limit) else "unmet")
            met[stage] += [name] if line["status"] == "met" else []
    assert met == {"primary": ["equipment_value_per_pupil"], "junior": ["equipment_value_per_pupil"]}


class TestShown:
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_one_sentence(self, make_schools: MakeSchools, lang: str) -> None:
        for verdict in (
            _verdict(_county_of(make_schools)),
            _verdict(_county_of(make_schools, recorded_veto_events=1.0)),
            county_verdict(_county_of(make_schools)),
            CountyVerdict("no_standard"),
        ):
            sentence = county_sentence(verdict, lang)
            assert verdict.regulation is None or verdict.regulation.number in sentence
            assert "nan" not in sentence

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_the_board_has_a_mark_in_every_field(self, make_schools: MakeSchools, lang: str) -> None:
        board = verdict_board(county_verdict(_county_of(make_schools, quota_places=1.0)), lang)
        fields = [each for axes in board.figure.axes for each in axes.patches if isinstance(each, Rectangle)]
        marks = [text.get_text() for axes in board.figure.axes for text in axes.texts]
        assert len(fields) == len(marks)
        assert {"✓", "✗", "?"} <= set(marks)
        assert str(marks.count("✗")) in board.alt
        assert len(board.figure.axes) == 2

    def test_nothing_to_draw(self) -> None:
        with pytest.raises(ValueError, match="no verdict"):
            verdict_board(CountyVerdict("no_standard"), "en")

    def test_a_line_on_two_schools_has_no_value(self, make_schools: MakeSchools) -> None:
        schools = _county_of(make_schools).drop(index=[0])
        line = _line(_county(_verdict(schools), set()), "guarantee_12", "junior", "region")
        assert (line["status"], math.isnan(line["value"])) == ("withheld", True)
        # A fact of the county is not one of two schools.
        line = _line(_county(_verdict(schools), set()), "recognition", "compulsory", "region")
        assert line["value"] == pytest.approx(85)

    def test_schools_are_named_only_for_what_may_be_shown(self, make_schools: MakeSchools) -> None:
        schools = _county_of(make_schools)
        schools.loc[1, ["certified_teachers", "backbone_teachers_per_100"]] = [70.0, 0.1]
        verdict = _verdict(schools)
        hidden, shown = _county(verdict, set()), _county(verdict, {"teacher_certificate_rate"})
        assert _line(hidden, "guarantee_12", "junior", "region")["concerned"] == ()
        assert _line(shown, "guarantee_12", "junior", "region")["concerned"] == ("S2",)
        assert _line(hidden, "resource_allocation", "junior", "school")["concerned"] == ("S2",)
