"""What all checks and repairs have in common, and those that no single sheet shows."""

from __future__ import annotations

import re
from collections import Counter
from importlib.metadata import version

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualityedu.columns import COLUMNS
from qualityedu.errors import REFUSING, Problem, refusing
from qualityedu.inequality import spread
from qualityedu.intake import MOST_LISTED, check, read_schools
from qualityedu.intake.checks import STAGES, checks
from qualityedu.intake.coefficient import compare_coefficient
from qualityedu.intake.plausible import plausible
from qualityedu.text import LANGUAGES

ROW = {"region": "999901", "school": "9999010001", "stage": "primary", "year": 2023, "pupils": 300}
# Of the note circulated to county offices; ours is printed 0.52 there.
PUPILS, BOOKS = [45, 37, 89, 76, 55], [279, 137, 935, 160, 402]


def _schools(count: int, **columns: object) -> pd.DataFrame:
    rows = [{**ROW, "school": f"9999{number:06d}", "pupils": 300 + number} for number in range(count)]
    return pd.DataFrame(rows).assign(**columns)


@pytest.mark.parametrize("module", checks(), ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_check_says_when_it_is_asked_and_since_when_there_is_one(module: object) -> None:
    assert module.STAGE in STAGES
    major, minor, _ = _numbers(version("qualityedu"))
    assert _numbers(module.SINCE)[:2] <= [major, minor + 1]  # the next version, or one before


def _numbers(text: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", text)][:3]


def test_a_broken_header_has_no_follow_ups() -> None:
    frame = _schools(200, pupils="许多", books="约300").drop(columns="school")
    problems = check(frame).problems
    assert Counter(problem.key for problem in problems) == {"missing_required": 1}


def test_at_most_so_many_of_each_rule_with_their_true_count() -> None:
    problems = check(_schools(250, pupils="许多", books="约300")).problems
    counts = Counter(problem.key for problem in problems)
    assert (counts["not_a_number"], counts["number_about"], counts["and_more"]) == (MOST_LISTED, MOST_LISTED, 2)
    assert {problem.values["count"] for problem in problems if problem.key == "and_more"} == {250}


def test_questions_repairs_and_notes_do_not_refuse() -> None:
    frame = _schools(2, equipment_value="2000万", books=["9,100", "9,300"])
    levels = Counter(problem.level for problem in check(frame).problems)
    assert levels["ask"] and levels["repaired"] and not any(levels[level] for level in REFUSING)
    assert read_schools(frame)["books"].tolist() == [9100.0, 9300.0]


def test_a_problem_keeps_its_id_in_every_language_and_loses_it_with_its_value() -> None:
    frame = _schools(3, equipment_value=["2000万", "100000", "120000"])
    first, second = (check(frame, lang=lang).problems for lang in LANGUAGES)
    assert [problem.id for problem in first] == [problem.id for problem in second]
    assert len({problem.id for problem in first}) == len(first)
    changed = check(frame.replace("2000万", "2100万")).problems
    assert not {problem.id for problem in first} & {problem.id for problem in changed}
    assert Problem("a", "b", {"seen": 1}).id != Problem("a", "c", {"seen": 1}).id


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(min_size=1), st.text("0123456789.,人万约①１%/ ", min_size=1, max_size=8)))
def test_nothing_becomes_nought_or_missing_in_silence(text: str) -> None:
    """A cell of a count is read to its number, blank, or spoken of."""
    intake = check(pd.DataFrame([ROW, {**ROW, "school": "9999010002", "pupils": text}]))
    spoken = any("pupils" in str(problem.values.get("heading")) for problem in intake.problems)
    value = intake.table.set_index("school")["pupils"].get("9999010002", np.nan)
    plain = re.fullmatch(r"[+]?[0-9]+(?:\.0+)?|[+]?\.0+", text.strip())
    if not text.strip(" \t\r\n\u3000\u00a0\u2002\u2003\u2009\u202f\u200b\u200c\u200d\u2060\ufeff"):
        assert np.isnan(value)
    else:
        assert spoken or (plain and value == float(text))


def test_marks_are_kept_for_later_legends() -> None:
    intake = check(_schools(3, books=["无", "/", "9000"]))
    assert intake.problems
    assert intake.missing[["school", "column", "seen", "means"]].values.tolist() == [
        ["9999000000", "books", "无", "x"],
        ["9999000001", "books", "/", "z"],
    ]


def test_what_was_read_otherwise_is_listed_cell_by_cell() -> None:
    given_ = ["9,100", "9100册", "0.91万册", "9100"]
    intake = check(_schools(4, books=given_))
    assert intake.table["books"].tolist() == [9100.0] * 4
    # The list has exactly the cells whose text is not the number that they were taken for.
    assert intake.repairs["seen"].tolist() == given_[:3]
    assert intake.repairs["taken"].tolist() == [9100.0] * 3


def test_a_county_merged_away_breaks_the_series() -> None:
    rows = [{**ROW, "region": region, "year": year} for region, year in (("330103", 2020), ("330105", 2022))]
    (found,) = check(pd.DataFrame(rows)).breaks
    assert (found.year, found.regions) == (2021, ("330103", "330105"))
    assert "下城区" in found.reason["zh"]


def test_an_empty_column_is_said_once() -> None:
    problems = check(_schools(30, books=None)).problems
    assert [problem.key for problem in problems] == ["empty_column"]


def test_a_special_school_is_not_held_against_ordinary_ones() -> None:
    frame = _schools(12, classes=8, books=9000, school_kind="primary")
    frame.loc[3, ["school_kind", "books"]] = ["special", 90]
    assert not [problem for problem in check(frame).problems if problem.key in ("outlier", "missing_few")]
    frame.loc[3, "school_kind"] = "primary"
    assert [problem.key for problem in check(frame).problems if problem.key == "below_usual"] == ["below_usual"]


def test_a_slip_of_the_unit_is_asked_about_once() -> None:
    frame = _schools(12, equipment_value=[1_200_000.0] * 11 + [120.0])
    assert [problem.key for problem in check(frame).problems] == ["unit_slip_small"]


def test_economies_are_not_checked_as_schools() -> None:
    assert check("world").problems == ()


def test_limits_name_columns_and_lie_in_order() -> None:
    for each in plausible():
        assert each.over in COLUMNS and each.under in COLUMNS
        assert each.low is None or each.high is None or 0 < each.low < each.high


@pytest.mark.parametrize(
    ("seen", "cause"),
    [(0.52, "same"), (0.5153, "same"), (0.4888, "equal"), (0.5465, "sample"), (51.53, "percent"), (0.7, "unknown")],
)
def test_an_office_s_own_coefficient(seen: float, cause: str) -> None:
    # 0.4888 and 0.5465 are what other programs give for the circulated example.
    compared = compare_coefficient(
        seen, BOOKS, PUPILS, tolerance=0.005 if seen == 0.52 else 0.00005 * (100 if seen > 1 else 1)
    )
    assert compared.cause == cause
    assert compared.ours == pytest.approx(spread(np.array(BOOKS) / np.array(PUPILS), PUPILS), rel=1e-12)


def test_a_coefficient_of_totals_or_of_premises_not_shared_out() -> None:
    totals = float(np.std(BOOKS) / np.mean(BOOKS))
    assert compare_coefficient(totals, BOOKS, PUPILS).cause == "totals"
    whole = [2 * each for each in BOOKS[:1]] + BOOKS[1:]
    before = spread(np.array(whole) / np.array(PUPILS), PUPILS)
    assert compare_coefficient(before, BOOKS, PUPILS, unsplit=whole).cause == "unsplit"


@pytest.mark.parametrize(
    ("figure", "key"), [("0.52", None), ("0.4888", "equal"), ("0.5465", "sample"), ("51.5%", None)]
)
def test_a_row_of_coefficients_under_the_table(figure: str, key: str | None) -> None:
    frame = _schools(5, pupils=PUPILS, books=BOOKS).astype(object)
    frame.loc[5] = {"region": "差异系数", "books": figure}
    intake = check(frame)
    found = [problem.key for problem in intake.problems if problem.key.startswith("own_coefficient")]
    assert found == ([f"own_coefficient_{key}"] if key else [])
    assert intake.left_out == {"statistic": 1}
    assert refusing(intake.problems) == []
