"""What is read from one cell, and what is never guessed."""

from __future__ import annotations

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualityedu.columns import COLUMNS, Column
from qualityedu.intake.cells import Fault, read_cell, written
from qualityedu.intake.sheet import FormulaFault, letters

COUNT, AMOUNT = COLUMNS["pupils"], COLUMNS["equipment_value"]
CODE, YEAR, STAGE = COLUMNS["school"], COLUMNS["year"], COLUMNS["stage"]
PERCENT = Column("rate", "率", "Rate", "percent", "percent", minimum=0, maximum=100)


def _key(column: Column, raw: object) -> str | None:
    value = read_cell(raw, column)
    return value.key if isinstance(value, Fault) else None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1204", 1204.0), ("１２０４", 1204.0), ("1,204", 1204.0), ("1，204", 1204.0), ("1 204", 1204.0),
        ("1\u202f204\u202f000", 1_204_000.0), (" 12\u3000", 12.0), ("\u200b12\ufeff", 12.0), ("12.0", 12.0),
        (12, 12.0), (12.0, 12.0), ("+5", 5.0), ("", None), ("\u3000", None), (None, None), ("0", 0.0),
    ],
)  # fmt: skip
def test_forgives_how_a_count_is_written(raw: object, value: float | None) -> None:
    assert read_cell(raw, COUNT) == value


@pytest.mark.parametrize(
    "text",
    ["1,23", "1,2345", "12,34,567", "1,204 000", "一千二", "/", "无", "—", "-", "约300", "30-40", ">50", "20人", "①",
     "½", "1_000", "١٢", "1e5", "0x10", "1.2.3", "2000万", "N/A", "nan", "inf", "∞", "（5）", "TRUE", "--5",
     "1/2", "5."],
)  # fmt: skip
@pytest.mark.parametrize("column", [COUNT, AMOUNT])
def test_what_is_not_plainly_a_number_is_complained_of(text: str, column: Column) -> None:
    assert _key(column, text) == "not_a_number"


@pytest.mark.parametrize("raw", [True, datetime.date(2023, 9, 1), float("inf")])
def test_what_is_no_number_in_a_workbook_is_complained_of(raw: object) -> None:
    assert _key(COUNT, raw) == "not_a_number"


@pytest.mark.parametrize(
    ("column", "raw", "key"),
    [
        (COUNT, "12.5", "not_whole"), (COUNT, "－3", "below_minimum"), (COUNT, "−3", "below_minimum"),
        (PERCENT, "100.1", "above_maximum"), (COUNT, "#DIV/0!", "formula_error"), (STAGE, "#REF!", "formula_error"),
        (COUNT, FormulaFault("#N/A"), "formula_error"), (COUNT, FormulaFault(""), "formula_never_worked_out"),
        (COUNT, "1.00000000000000000000000000000000000001", "not_whole"),
    ],
)  # fmt: skip
def test_other_faults_have_their_own_sentence(column: Column, raw: object, key: str) -> None:
    assert _key(column, raw) == key


def test_units_are_multiplied_exactly() -> None:
    # 1.1 × 10 000 is 11000.000000000002 in binary arithmetic.
    assert read_cell("1.1", AMOUNT, 10_000) == 11000.0
    assert read_cell(1.1, AMOUNT, 10_000.0) == 11000.0
    assert read_cell("0.0003", COUNT, 10_000) == 3.0


@pytest.mark.parametrize(("raw", "value"), [("95%", 95.0), ("95％", 95.0), ("95", 95.0), ("0.5", 0.5)])
def test_percent_signs_are_read(raw: str, value: float) -> None:
    assert read_cell(raw, PERCENT) == value


def test_what_a_program_writes_small_is_read() -> None:
    assert read_cell("1e-05", AMOUNT) == 0.00001
    assert read_cell(1e-05, AMOUNT) == 0.00001


@pytest.mark.parametrize(
    ("raw", "value"),
    [(330106.0, "330106"), (330106, "330106"), ("0032010002", "0032010002"), (" 007 ", "007"), ("００７", "007"),
     (2132010003.0, "2132010003"), ("NA", "NA"), ("G330106", "G330106"), (None, None)],
)  # fmt: skip
def test_codes_stay_text(raw: object, value: str | None) -> None:
    assert read_cell(raw, CODE) == value


@pytest.mark.parametrize("raw", ["2.13E+09", "2e9", 12.5, 1.2345678901234568e17, -3.0, True, datetime.date(2023, 9, 1)])
def test_codes_that_lost_digits_are_complained_of(raw: object) -> None:
    assert _key(CODE, raw) == "not_a_code"


@pytest.mark.parametrize(
    "raw",
    [2023, 2023.0, "2023", "２０２３", "2023-2024", "2023—2024学年", "2023～2024", "2023/24", "2023学年", "2023年",
     "2023学年度", " 2023 "],
)  # fmt: skip
def test_school_years(raw: object) -> None:
    assert read_cell(raw, YEAR) == 2023.0


@pytest.mark.parametrize(
    "raw", ["23", "2023-2025", "2024-2023", "1900", "20231", "明年", 2023.5, datetime.date(2023, 9, 1)]
)
def test_what_is_no_school_year(raw: object) -> None:
    assert _key(YEAR, raw) == "not_a_year"


@pytest.mark.parametrize("raw", ["小学", "Primary", "PRIMARY SCHOOL", "primary", " 小学　"])
def test_choices(raw: str) -> None:
    assert read_cell(raw, STAGE) == "primary"
    assert _key(STAGE, "小 学 部") == "not_a_choice"


def test_letters_of_columns() -> None:
    assert [letters(place) for place in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def _plainly_written(text: str) -> float | None:
    """The number that a text plainly is, worked out without the rules under test; None where it is none."""
    for wide, narrow in zip("０１２３４５６７８９．，－−＋", "0123456789.,--+", strict=True):
        text = text.replace(wide, narrow)
    if groups := re.fullmatch(
        r"([+-]?[0-9]{1,3})((?:,[0-9]{3})+|(?:[ \u00a0\u2009\u202f\u3000][0-9]{3})+)(\.[0-9]+)?", text
    ):
        text = groups[1] + "".join(re.findall("[0-9]", groups[2])) + (groups[3] or "")
    return float(text) if re.fullmatch(r"[+-]?[0-9]*\.?[0-9]+", text) else None


@given(st.one_of(st.text(), st.text("0123456789０９,，. +-−万千人e%_/①١\u3000\u00a0", max_size=9)))
def test_garbage_in_a_count_is_complained_of_or_read_as_it_stands(text: str) -> None:
    value = read_cell(text, COUNT)
    if value is None:
        assert written(text) == ""
    elif not isinstance(value, Fault):
        assert value == _plainly_written(written(text))
