"""Whatever is sent: no failure of the program, no value that nobody wrote, and every row accounted for."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_building import HEADINGS, SCHOOLS, document_table, open_document, workbook

from qualityedu.columns import COLUMNS
from qualityedu.datasets import Dataset
from qualityedu.intake import Intake, check
from qualityedu.intake.cells import read_cell, value_of
from qualityedu.intake.heading_rows import layout_of
from qualityedu.intake.merged import fill_merged
from qualityedu.intake.sheet import Marks, Merged, Sheet
from qualityedu.intake.sorting import sort_rows
from qualityedu.intake.vocabulary import vocabulary_of

WORDS = st.sampled_from(
    [
        *HEADINGS, "region", "school", "stage", "year", "pupils", "合计", "小学", "初中", "2023", "2023学年", "999901",
        "单位：人", "单位：万元", "人", "千册", "甲", "1", "2", "3", "注：", "1,204", "约300",
        "", " ", "\u200b", "½", "#REF!",
    ]
)  # fmt: skip
CELLS = st.one_of(WORDS, st.text(max_size=8), st.integers(-5, 3000).map(str))
ROWS = st.lists(st.lists(CELLS, max_size=10), max_size=25)
VOCABULARY = vocabulary_of(Dataset("table", Path(), {"zh": "表", "en": "table"}))


def _adds_up(intake: Intake) -> bool:
    return (
        intake.rows_read == intake.rows_used + sum(intake.left_out.values()) and len(intake.table) == intake.rows_used
    )


def _as_text(rows: list[list[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


@given(rows=ROWS, headed=st.booleans())
@settings(max_examples=150, deadline=None)
def test_no_rows_make_the_reader_fail_or_invent_a_value(rows: list[list[str]], headed: bool) -> None:
    rows = [list(HEADINGS), *rows] if headed else rows
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        path.write_bytes(_as_text(rows).encode("utf-8", errors="replace"))
        intake = check(path, lang="zh")
    assert _adds_up(intake)
    for problem in intake.problems:
        assert problem.sentence("zh") and problem.sentence("en")
    if "pupils" in intake.table:
        column = COLUMNS["pupils"]
        written = {value_of(read_cell(cell, column)) for row in rows for cell in row}
        assert set(intake.table["pupils"].dropna()) <= written


@st.composite
def _sheets(draw: st.DrawFn) -> Sheet:
    rows = draw(ROWS)
    place = st.integers(0, 26)
    corners = draw(st.lists(st.tuples(place, place, place, place), max_size=4))
    merged = tuple(Merged(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in corners)
    hidden = draw(st.frozensets(place, max_size=3))
    return Sheet("表", rows, "zh", marks=Marks(merged, hidden, hidden, draw(st.booleans())))


@given(sheet=_sheets())
@settings(max_examples=300, deadline=None)
def test_headings_are_found_or_not_but_never_with_a_failure(sheet: Sheet) -> None:
    layout = layout_of(sheet, VOCABULARY)
    if layout is None:
        return
    assert 0 <= layout.row <= layout.last < len(sheet.rows)
    found = sort_rows(0, sheet, layout)
    assert len(found.used) + found.left_out.total() == len(sheet.rows) - layout.last - 1
    filled, _ = fill_merged(0, sheet, layout, found.used)
    for row, (before, after) in enumerate(zip(sheet.rows, filled.rows, strict=True)):
        # What was there stays; what is new in a row stood in the first cell of a merged range over it.
        sources = [each for each in sheet.marks.merged if each.top <= row <= each.bottom and each.top < len(sheet.rows)]
        allowed = {sheet.cell(each.top, each.left) for each in sources}
        assert list(after[: len(before)]) == list(before) or set(after) - set(before) <= allowed | {None}


@given(content=st.binary(max_size=300), suffix=st.sampled_from([".csv", ".txt", ".xlsx", ".xls", ".ods", ".parquet"]))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_refused_in_words(content: bytes, suffix: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"bytes{suffix}"
        path.write_bytes(content)
        intake = check(path, lang="zh")
    assert intake.table.empty or _adds_up(intake)
    assert intake.problems


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A good file of each kind."""
    folder = tmp_path_factory.mktemp("whole")
    return {
        ".xlsx": workbook(folder / "a.xlsx").read_bytes(),
        ".ods": open_document(folder / "a.ods", document_table((HEADINGS, *SCHOOLS))).read_bytes(),
        ".xls": (Path(__file__).parent / "bad_inputs" / "b12" / "old.xls").read_bytes(),
    }


@given(data=st.data(), suffix=st.sampled_from([".xlsx", ".ods", ".xls"]))
@settings(max_examples=150, deadline=None)
def test_a_spoilt_file_is_refused_or_read_and_never_fails(
    whole: dict[str, bytes], data: st.DataObject, suffix: str
) -> None:
    content = bytearray(whole[suffix])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"spoilt{suffix}"
        path.write_bytes(bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))]))
        intake = check(path, lang="zh")
    assert _adds_up(intake)
