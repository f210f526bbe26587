"""The ledger of schools: what is missing, in things; the thirds, and who rose."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd
import pytest

from qualityedu.findings import attainment, ledger, school_values, school_verdicts, thirds, year_on_year
from qualityedu.release import releasable
from qualityedu.standards import Rule, rule_for, school_year_end
from qualityedu.tables import ledger as ledger_table
from qualityedu.text import LANGUAGES

MakeSchools = Callable[..., pd.DataFrame]
BACKBONE, SPORTS, ROOMS = "backbone_teachers_per_100", "sports_area_per_pupil", "multimedia_rooms_per_100"


def _ledger(schools: pd.DataFrame) -> pd.DataFrame:
    return ledger(attainment(school_values(schools)), schools)


def _rule() -> Rule:
    rule = rule_for("resource_allocation", on=school_year_end(2022), place="CN-330106")
    assert rule is not None
    return rule


class TestWhatIsMissing:
    def test_teachers_are_whole(self, make_schools: MakeSchools) -> None:
        # 1 for every 100: 1,685 pupils call for 16.85 and the school has 14, so 2.85 are missing: three people.
        row = _ledger(make_schools("pupils backbone_teachers\n1685 14")).set_index("indicator").loc[BACKBONE]
        assert row["gap"] == pytest.approx(1 - 1400 / 1685)
        assert (row["missing"], row["thing"]) == (3.0, "backbone_teachers")

    def test_square_metres_are_exact(self, make_schools: MakeSchools) -> None:
        # 7.5 × 400 = 3,000; ground 2,000 and hall 500 make 2,500.
        schools = make_schools("pupils sports_ground_area indoor_sports_area\n400 2000 500")
        row = _ledger(schools).set_index("indicator").loc[SPORTS]
        assert (row["gap"], row["missing"]) == (pytest.approx(1.25), pytest.approx(500))

    def test_what_is_taken_away_counts(self, make_schools: MakeSchools) -> None:
        # Teaching area less the hall inside it: 4.5 × 400 = 1,800; 1,900 − 500 = 1,400.
        schools = make_schools("pupils teaching_auxiliary_area indoor_sports_area\n400 1900 500")
        row = _ledger(schools).set_index("indicator").loc["teaching_area_per_pupil"]
        assert (row["missing"], row["thing"]) == (pytest.approx(400), "teaching_auxiliary_area")

    def test_yuan(self, make_schools: MakeSchools) -> None:
        schools = make_schools("pupils equipment_value\n400 700000", stage="junior")  # 2,500 × 400 = 1,000,000
        row = _ledger(schools).set_index("indicator").loc["equipment_value_per_pupil"]
        assert row["missing"] == pytest.approx(300_000)

    @pytest.mark.parametrize(
        ("pupils", "rooms", "missing"), [(1000, 23, 0), (1000, 22, 1), (1001, 23, 1), (999, 23, 0)]
    )
    def test_rooms_at_the_boundary(self, make_schools: MakeSchools, pupils: int, rooms: int, missing: int) -> None:
        row = _ledger(make_schools(f"pupils multimedia_rooms\n{pupils} {rooms}")).set_index("indicator").loc[ROOMS]
        assert row["missing"] == missing

    def test_the_noise_of_binary_numbers_is_no_teacher(self, make_schools: MakeSchools) -> None:
        # 4.2 × 1100 ÷ 100 is 46.2 and a hair in binary; 46 are there: one is missing, not two.
        schools = make_schools("pupils high_qualified_teachers teachers\n1100 46 60\n500 20 30")
        found = _ledger(schools)
        found = found[found["indicator"] == "high_qualified_teachers_per_100"]
        assert found["missing"].tolist() == [1.0, 1.0]

    def test_a_missing_value_is_not_a_gap_of_nothing(self, make_schools: MakeSchools) -> None:
        row = _ledger(make_schools([{"pupils": 400, "backbone_teachers": None}])).set_index("indicator").loc[BACKBONE]
        assert row["status"] == "no_data"
        assert math.isnan(row["gap"])
        assert math.isnan(row["missing"])

    def test_a_stated_value_has_a_gap_and_no_count(self, make_schools: MakeSchools) -> None:
        row = _ledger(make_schools([{BACKBONE: 0.8}])).set_index("indicator").loc[BACKBONE]
        assert row["gap"] == pytest.approx(0.2)
        assert math.isnan(row["missing"])

    def test_the_most_lacking_item_comes_first(self, make_schools: MakeSchools) -> None:
        found = _ledger(
            make_schools("pupils backbone_teachers multimedia_rooms\n1000 9 10\n1000 2 22", stage="primary")
        )
        own = found[found["school"] == "S1"]
        assert own["indicator"].tolist()[:2] == [ROOMS, BACKBONE]  # 43 % and 90 % of the standard
        assert own["share"].tolist()[0] == pytest.approx(1 / 2.3)
        assert found[found["school"] == "S2"]["indicator"].tolist()[0] == BACKBONE


def _judged(shares: dict[str, float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What schools reach of the seven items: the share given of the first, all of the others."""
    rows = [
        {"region": "330106", "school": school, "stage": "primary", "year": 2022, "indicator": name, "value": 1.0,
         "standard": 1.0, "share": share if name == _rule().indicators[0] else 1.0, "rule": "at_least",
         "status": "met" if share >= 1 or name != _rule().indicators[0] else "unmet", "rounding": False, "clause": ""}
        for school, share in shares.items()
        for name in _rule().indicators
    ]  # fmt: skip
    reached = pd.DataFrame(rows)
    reached.loc[reached["share"].isna(), "status"] = "no_data"
    return school_verdicts(reached, _rule()), reached


def _thirds(shares: dict[str, float]) -> dict[str, str]:
    table = thirds(*_judged(shares), _rule())
    return dict(zip(table["school"], table["third"], strict=True))


class TestThirds:
    def test_six_schools(self) -> None:
        found = _thirds({"A": 0.5, "B": 0.6, "C": 0.7, "D": 0.8, "E": 0.9, "F": 1.2})
        assert found == {"A": "weak", "B": "weak", "C": "middle", "D": "middle", "E": "strong", "F": "strong"}

    @pytest.mark.parametrize(("count", "sizes"), [(3, (1, 1, 1)), (4, (1, 2, 1)), (5, (1, 3, 1)), (8, (2, 4, 2))])
    def test_the_remainder_is_in_the_middle(self, count: int, sizes: tuple[int, int, int]) -> None:
        found = list(_thirds({f"S{n}": 0.5 + n / 100 for n in range(count)}).values())
        assert tuple(found.count(name) for name in ("weak", "middle", "strong")) == sizes

    def test_likes_stay_together(self) -> None:
        # The boundary of the weak third runs between B and C, which are alike: both are in the middle.
        found = _thirds({"A": 0.5, "B": 0.6, "C": 0.6, "D": 0.8, "E": 0.9, "F": 1.2})
        assert found == {"A": "weak", "B": "middle", "C": "middle", "D": "middle", "E": "strong", "F": "strong"}
        assert set(_thirds(dict.fromkeys("ABCDEF", 0.7)).values()) == {"middle"}

    def test_plenty_hides_nothing(self) -> None:
        assert _thirds({"A": 5.0, "B": 1.0, "C": 1.0}) == dict.fromkeys("ABC", "middle")

    def test_an_unknown_item_is_in_no_third(self) -> None:
        found = _thirds({"A": math.nan, "B": 0.6, "C": 0.7, "D": 0.8})
        assert found == {"A": "", "B": "weak", "C": "middle", "D": "strong"}

    def test_two_schools_make_no_thirds(self) -> None:
        assert set(_thirds({"A": 0.5, "B": 0.9}).values()) == {"middle"}


def test_who_rose() -> None:
    before = thirds(*_judged({"A": 0.5, "B": 0.90, "C": 0.7, "D": 1.0, "E": math.nan}), _rule())
    now = thirds(*_judged({"A": 0.6, "B": 0.91, "C": 1.0, "D": 0.9, "E": 0.9, "F": 0.9}), _rule())
    found = year_on_year(now, before).set_index("school")["change"].to_dict()
    # A: 0.1 ÷ 7 more; B: 0.01 ÷ 7, too little to say; C meets an item more, D one fewer.
    assert found == {"A": "rose", "B": "same", "C": "rose", "D": "fell", "E": "", "F": ""}


class TestRelease:
    def test_thirds_do_not_leave(self, released: Callable[[str, str], object]) -> None:
        report = released("demo", "999901")
        assert not hasattr(report, "thirds")
        assert "third" not in report.schools.columns  # type: ignore[attr-defined]
        assert (report.risen["schools"] >= 3).all()  # type: ignore[attr-defined]
        assert (report.risen["rose"] <= report.risen["schools"]).all()  # type: ignore[attr-defined]

    def test_nothing_by_school_that_may_not_be_shown(self, overviews: dict, make_schools: MakeSchools) -> None:
        from qualityedu.findings import appraise

        report = releasable(appraise(overviews["demo"], "999901"))
        assert set(report.ledger["indicator"]) <= set(report.values.columns)

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_the_table(self, released: Callable[[str, str], object], lang: str) -> None:
        report = released("demo", "999901")
        text = ledger_table(report, lang).text  # type: ignore[arg-type]
        gaps = report.ledger[report.ledger["status"] == "unmet"]  # type: ignore[attr-defined]
        assert len(gaps) > 10
        assert str(len(gaps)) in text
        assert str(gaps["school_name"].iloc[0]) in text

    def test_nothing_where_no_standard_holds(self, released: Callable[[str, str], object]) -> None:
        report = released("world", "155")
        assert ledger_table(report, "en").text == ""  # type: ignore[arg-type]
