"""What a school with several stages holds together, split between its stages."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from qualityedu.columns import COLUMNS
from qualityedu.errors import RequestError
from qualityedu.intake.through_train import SPLIT_COLUMNS, STAGE_WEIGHTS, split_by_stage
from qualityedu.text import LANGUAGES


def _school(kind: str, pupils: dict[str, float], **held: float) -> pd.DataFrame:
    rows = [{"stage": stage, "pupils": count, **held} for stage, count in pupils.items()]
    return pd.DataFrame(rows).assign(region="330106", school="A", year=2022, school_kind=kind)


def test_the_published_example() -> None:
    """166 and 210 pupils with 23,226 books; a note of 2015 prints 58.5 books, 9,711 and 13,515."""
    split = split_by_stage(_school("nine_year", {"primary": 166, "junior": 210}, books=23226), regulation="BAL2012")
    primary, junior = split["books"]
    # 166 + 1.1 × 210 = 397; 23226 × 166 ÷ 397 and 23226 × 231 ÷ 397.
    assert primary == pytest.approx(9711.627204, abs=1e-6)
    assert junior == pytest.approx(13514.372796, abs=1e-6)
    assert primary / 166 == pytest.approx(58.503778, abs=1e-6)
    assert junior / 210 == pytest.approx(1.1 * primary / 166, rel=1e-12)


@pytest.mark.parametrize(
    ("kind", "pupils", "shares"),
    [
        ("nine_year", {"primary": 100, "junior": 100}, [1 / 2.1, 1.1 / 2.1]),
        ("complete_secondary", {"junior": 300, "senior": 250}, [0.5, 0.5]),  # 300 and 1.2 × 250
        ("twelve_year", {"primary": 100, "junior": 100, "senior": 100}, [1 / 3.42, 1.1 / 3.42, 1.32 / 3.42]),
        ("nine_year", {"primary": 0, "junior": 100}, [0.0, 1.0]),
    ],
)
def test_the_weights(kind: str, pupils: dict[str, float], shares: list[float]) -> None:
    split = split_by_stage(_school(kind, pupils, sports_ground_area=1000))
    assert split["sports_ground_area"].tolist() == pytest.approx([1000 * share for share in shares], rel=1e-12)
    assert split["sports_ground_area"].sum() == pytest.approx(1000, rel=1e-12)


def test_the_weight_of_a_senior_pupil_is_the_product() -> None:
    twelve = STAGE_WEIGHTS["twelve_year"]
    assert twelve["senior"] == pytest.approx(
        STAGE_WEIGHTS["nine_year"]["junior"] * STAGE_WEIGHTS["complete_secondary"]["senior"]
    )


def test_teachers_are_counted_where_they_teach() -> None:
    school = _school("nine_year", {"primary": 100, "junior": 100}, equipment_value=2100)
    school["teachers"], school["backbone_teachers"] = [7.0, 9.0], [1.0, 2.0]
    split = split_by_stage(school)
    assert split["teachers"].tolist() == [7.0, 9.0]
    assert split["backbone_teachers"].tolist() == [1.0, 2.0]
    assert split["equipment_value"].tolist() == pytest.approx([1000, 1100])


def test_what_is_split_depends_on_the_regulation() -> None:
    school = _school("nine_year", {"primary": 100, "junior": 100}, books=2100.0, computers=21.0, multimedia_rooms=4.2)
    old, new = split_by_stage(school, regulation="BAL2012"), split_by_stage(school, regulation="HQB2017")
    assert (old["books"].tolist(), old["multimedia_rooms"].tolist()) == (pytest.approx([1000, 1100]), [4.2, 4.2])
    assert (new["books"].tolist(), new["multimedia_rooms"].tolist()) == ([2100.0, 2100.0], pytest.approx([2, 2.2]))
    assert old["computers"].tolist() == pytest.approx([10, 11])


def test_every_column_to_split_is_declared() -> None:
    assert [name for names in SPLIT_COLUMNS.values() for name in names if name not in COLUMNS] == []
    assert not any("teachers" in name for names in SPLIT_COLUMNS.values() for name in names)
    assert set(STAGE_WEIGHTS) <= set(COLUMNS["school_kind"].choices or {})


def test_the_total_may_stand_in_one_row() -> None:
    school = _school("nine_year", {"primary": 100, "junior": 100}, books=2100)
    school["equipment_value"] = [2100.0, math.nan]
    assert split_by_stage(school)["equipment_value"].tolist() == pytest.approx([1000, 1100])


def test_other_schools_and_the_table_given_stay_as_they_are() -> None:
    school = _school("primary", {"primary": 100}, books=2100, equipment_value=5.0)
    before = school.copy()
    pd.testing.assert_frame_equal(split_by_stage(school), school, check_dtype=False)
    pd.testing.assert_frame_equal(school, before)


def test_schools_do_not_mix() -> None:
    one = _school("nine_year", {"primary": 100, "junior": 100}, equipment_value=2100)
    two = one.assign(school="B", equipment_value=4200.0)
    then = one.assign(year=2021, equipment_value=21.0)
    split = split_by_stage(pd.concat([one, two, then], ignore_index=True))
    assert split["equipment_value"].tolist() == pytest.approx([1000, 1100, 2000, 2200, 10, 11])


@pytest.mark.parametrize("pupils", [{"primary": math.nan, "junior": 100}, {"primary": 0, "junior": 0}])
def test_without_pupils_there_is_no_share(pupils: dict[str, float]) -> None:
    assert split_by_stage(_school("nine_year", pupils, equipment_value=2100))["equipment_value"].isna().all()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_missing_stage_is_refused(lang: str) -> None:
    with pytest.raises(RequestError) as refused:
        split_by_stage(_school("twelve_year", {"primary": 100, "junior": 100}, equipment_value=1))
    assert refused.value.key == "through_train_stage"
    assert "senior" in refused.value.sentence(lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_rows_that_are_split_already_are_refused(lang: str) -> None:
    school = _school("nine_year", {"primary": 100, "junior": 100}, books=1)
    school["equipment_value"] = [1000.0, 1100.0]
    with pytest.raises(RequestError) as refused:
        split_by_stage(school)
    assert refused.value.key == "through_train_totals"
    assert "1100" in refused.value.sentence(lang)
