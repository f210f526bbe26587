"""What is read from one cell, and what is never guessed."""

from __future__ import annotations

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualityedu.columns import COLUMNS, Column
from qualityedu.intake.cells import Fault, Missing, Taken, missing_marks, read_cell, value_of, written
from qualityedu.intake.numerals import chinese_number
from qualityedu.intake.sheet import FormulaFault, letters

COUNT, AMOUNT = COLUMNS["pupils"], COLUMNS["equipment_value"]
CODE, YEAR, STAGE = COLUMNS["school"], COLUMNS["year"], COLUMNS["stage"]
PERCENT = Column("rate", "率", "Rate", "percent", "percent", minimum=0, maximum=100)


def _key(column: Column, raw: object) -> str | None:
    value = read_cell(raw, column)
    return value.key if isinstance(value, Fault) else None


@pytest.mark.parametrize(
    ("raw", "value", "ways"),
    [
        ("1204", 1204.0, ()), ("１２０４", 1204.0, ("full_width",)), ("1,204", 1204.0, ("grouped",)),
        ("1，204", 1204.0, ("full_width", "grouped")), ("1 204", 1204.0, ("grouped",)),
        ("1\u202f204\u202f000", 1_204_000.0, ("grouped",)), (" 12\u3000", 12.0, ()), ("\u200b12\ufeff", 12.0, ()),
        ("12.0", 12.0, ()), (12, 12.0, ()), (12.0, 12.0, ()), ("+5", 5.0, ()), ("0", 0.0, ()),
        ("20人", 20.0, ("unit",)), ("20 名", 20.0, ("unit",)), ("1.2万人", 12000.0, ("converted",)),
        ("1e3", 1000.0, ("exponent",)),
    ],
)  # fmt: skip
def test_forgives_how_a_count_is_written_and_says_what_it_forgave(
    raw: object, value: float, ways: tuple[str, ...]
) -> None:
    cell = read_cell(raw, COUNT)
    assert value_of(cell) == value
    assert (cell.ways if isinstance(cell, Taken) else ()) == ways


@pytest.mark.parametrize("blank", ["", "\u3000", None, " \t"])
def test_a_blank_is_a_blank(blank: object) -> None:
    assert read_cell(blank, COUNT) is None


@pytest.mark.parametrize(
    ("text", "value", "level"),
    [("2000万", 20_000_000.0, "ask"), ("1.5亿", 150_000_000.0, "ask"), ("3千", 3000.0, "ask"),
     ("1.2万元", 12_000.0, "repaired"), ("2.13E+09", 2.13e9, "ask"), ("1e5", 1e5, "ask")],
)  # fmt: skip
def test_a_multiple_without_a_unit_and_an_exponent_are_asked_about(text: str, value: float, level: str) -> None:
    cell = read_cell(text, AMOUNT)
    assert isinstance(cell, Taken)
    assert (cell.value, cell.level) == (value, level)


def test_the_unit_of_a_cell_takes_the_place_of_the_heading_s() -> None:
    assert value_of(read_cell("1.2万元", AMOUNT, 10_000)) == 12_000.0
    assert value_of(read_cell("12000元", AMOUNT, 10_000)) == 12_000.0
    assert value_of(read_cell("1.2", AMOUNT, 10_000)) == 12_000.0


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("1,23", "not_a_number"), ("1,2345", "not_a_number"), ("12,34,567", "not_a_number"),
        ("1,204 000", "not_a_number"), ("0x10", "not_a_number"), ("1.2.3", "not_a_number"), ("nan", "not_a_number"),
        ("inf", "not_a_number"), ("∞", "not_a_number"), ("TRUE", "not_a_number"), ("--5", "not_a_number"),
        ("1/2", "not_a_number"), ("5.", "not_a_number"), ("1_000", "not_a_number"), ("许多", "not_a_number"),
        ("一千二", "number_in_words"), ("①", "number_symbol"), ("½", "number_symbol"), ("١٢", "number_symbol"),
        ("XIV", "number_symbol"), ("5²", "number_symbol"), ("约300", "number_about"), ("300左右", "number_about"),
        ("30-40", "number_about"), (">50", "number_about"), ("100+", "number_about"), ("20台", "cell_unit"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("column", [COUNT, AMOUNT])
def test_what_is_not_plainly_a_number_is_complained_of(text: str, key: str, column: Column) -> None:
    assert _key(column, text) == key


def test_ten_thousand_of_pupils_is_not_guessed() -> None:
    assert _key(COUNT, "2000万") == "not_a_number"


@pytest.mark.parametrize(
    ("text", "number"),
    [("一百二十", 120), ("一百二", 120), ("十五", 15), ("二〇二四", 2024), ("一百零五", 105), ("一千零五", 1005),
     ("二万五千", 25_000), ("一万二", 12_000), ("两百", 200), ("壹仟贰佰", 1200), ("三亿", 300_000_000), ("零", 0),
     ("百", None), ("万", None), ("无", None), ("一百人", None), ("", None), ("十百", None)],
)  # fmt: skip
def test_chinese_numerals_are_understood_for_a_suggestion(text: str, number: int | None) -> None:
    assert chinese_number(text) == number


@pytest.mark.parametrize(
    ("text", "means"),
    [("无", "x"), ("暂无", "x"), ("未统计", "x"), ("—", "x"), ("-", "x"), ("－", "x"), ("#N/A", "x"), ("null", "x"),
     ("/", "z"), ("／", "z"), ("\\", "z"), ("不适用", "z"), ("N/A", "z")],
)  # fmt: skip
def test_marks_for_a_missing_figure(text: str, means: str) -> None:
    assert read_cell(text, COUNT) == Missing(text, means)


def test_nought_is_no_mark_and_texts_have_none() -> None:
    assert "0" not in missing_marks()
    assert set(missing_marks().values()) == {"x", "z"}
    for text in ("无", "NA", "—", "/"):
        assert read_cell(text, COLUMNS["school_name"]) == text
        assert read_cell(text, CODE) == text
    assert _key(STAGE, "无") == "not_a_choice"


@pytest.mark.parametrize("raw", [True, datetime.date(2023, 9, 1), float("inf")])
def test_what_is_no_number_in_a_workbook_is_complained_of(raw: object) -> None:
    assert _key(COUNT, raw) == "not_a_number"


@pytest.mark.parametrize(
    ("column", "raw", "key"),
    [
        (COUNT, "12.5", "not_whole"), (COUNT, "－3", "below_minimum"), (COUNT, "−3", "below_minimum"),
        (PERCENT, "100.1", "above_maximum"), (COUNT, "#DIV/0!", "formula_error"), (STAGE, "#REF!", "formula_error"),
        (COUNT, "（5）", "below_minimum"), (COUNT, FormulaFault("#N/A"), "formula_error"),
        (COUNT, FormulaFault(""), "formula_never_worked_out"),
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
    assert value_of(read_cell(raw, PERCENT)) == value


def test_what_a_program_writes_small_is_read() -> None:
    assert read_cell("1e-05", AMOUNT) == 0.00001
    assert read_cell(1e-05, AMOUNT) == 0.00001


@pytest.mark.parametrize(
    ("raw", "value"),
    [(330106.0, "330106"), (330106, "330106"), ("0032010002", "0032010002"), (" 007 ", "007"), ("００７", "007"),
     (2132010003.0, "2132010003"), ("NA", "NA"), ("G330106", "G330106"), (None, None)],
)  # fmt: skip
def test_codes_stay_text(raw: object, value: str | None) -> None:
    assert value_of(read_cell(raw, CODE)) == value


def test_codes_that_a_program_wrote_as_decimals_or_cut_at_fifteen_digits() -> None:
    assert read_cell("2132010003.0", CODE) == Taken("2132010003", "2132010003.0", ("code_decimal",))
    assert _key(CODE, "360102198001010000") == "code_zeroed"
    assert read_cell("360102198001010", CODE) == "360102198001010"


@pytest.mark.parametrize("raw", ["2.13E+09", "2e9", 12.5, 1.2345678901234568e17, -3.0, True, datetime.date(2023, 9, 1)])
def test_codes_that_lost_digits_are_complained_of(raw: object) -> None:
    assert _key(CODE, raw) == "not_a_code"


@pytest.mark.parametrize(
    "raw",
    [2023, 2023.0, "2023", "２０２３", "2023-2024", "2023—2024学年", "2023～2024", "2023/24", "2023学年", "2023年",
     "2023学年度", " 2023 "],
)  # fmt: skip
def test_school_years(raw: object) -> None:
    assert value_of(read_cell(raw, YEAR)) == 2023.0


@pytest.mark.parametrize(
    "raw", [datetime.date(2023, 9, 1), 45170, "45170", "2023.9", "2023年9月", "202309", "2023-12-31"]
)
def test_days_of_autumn_are_a_school_year(raw: object) -> None:
    assert read_cell(raw, YEAR) == Taken(2023.0, written(raw), ("year_date",))


@pytest.mark.parametrize(
    "raw",
    [
        "23",
        "2023-2025",
        "2024-2023",
        "1900",
        "20231",
        "明年",
        2023.5,
        datetime.date(2023, 3, 1),
        "2024.1",
        "202403",
        "99999",
    ],
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
    for wide, narrow in zip("０１２３４５６７８９．，－−＋（）", "0123456789.,--+()", strict=True):
        text = text.replace(wide, narrow)
    if negative := re.fullmatch(r"\(([0-9][^()]*)\)", text):
        text = f"-{negative[1]}"
    scale = 1.0
    if unit := re.fullmatch(r"(.*[0-9])[ \u00a0\u2009\u202f\u3000]*(万?)(?:人|名|位|persons|pupils|teachers)", text):
        text, scale = unit[1], 1e4 if unit[2] else 1.0
    if groups := re.fullmatch(
        r"([+-]?[0-9]{1,3})((?:,[0-9]{3})+|(?:[ \u00a0\u2009\u202f\u3000][0-9]{3})+)(\.[0-9]+)?", text
    ):
        text = groups[1] + "".join(re.findall("[0-9]", groups[2])) + (groups[3] or "")
    whole = re.fullmatch(r"[+-]?[0-9]*\.?[0-9]+", text) or re.fullmatch(
        r"[+-]?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,3}", text
    )
    return float(text) * scale if whole else None


GARBAGE = st.one_of(
    st.text(),
    st.text("0123456789０９,，. +-−万千人e%_/①١\u3000\u00a0()（）", max_size=9),
    st.text("一二三四五十百千万零0123约左右", max_size=6),
)


@given(GARBAGE)
def test_garbage_in_a_count_is_complained_of_or_read_as_it_stands(text: str) -> None:
    cell = read_cell(text, COUNT)
    if cell is None:
        assert written(text) == ""
    elif isinstance(cell, Missing):
        assert value_of(cell) is None
    elif not isinstance(cell, Fault):
        assert value_of(cell) == pytest.approx(_plainly_written(written(text)))
