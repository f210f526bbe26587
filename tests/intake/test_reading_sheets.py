"""Which sheet is read, and what a sheet shows besides its values, in every kind of workbook."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from intake_building import HEADINGS, SCHOOLS, changed, document_table, open_document, workbook

from qualityedu.datasets import open_dataset
from qualityedu.errors import RequestError
from qualityedu.intake import check
from qualityedu.intake.sheet import Marks, Merged, Sheet
from qualityedu.intake.workbook import file_sheets

TWO = {"小学": [HEADINGS, *SCHOOLS[:2]], "初中": [HEADINGS, SCHOOLS[2]]}


def _keys(source: str | Path, sheet: str | None = None) -> list[str]:
    return [problem.key for problem in check(source, sheet=sheet).problems]


def test_a_sheet_is_named_in_the_call_or_after_the_file(tmp_path: Path) -> None:
    path = workbook(tmp_path / "学校.xlsx", **TWO)
    for intake in (check(path, sheet="初中"), check(f"{path}#初中"), check(f"{path}#初 中")):
        assert (intake.sheets, intake.rows_used, intake.problems) == (("初中",), 1, ())


def test_all_sheets_are_read_without_a_question_if_asked_for(tmp_path: Path) -> None:
    path = workbook(tmp_path / "学校.xlsx", **TWO)
    assert _keys(path) == ["sheets_alike"]
    assert _keys(path, "*") == _keys(f"{path}#*") == []
    assert check(path, sheet="*").rows_used == 3


def test_an_unknown_sheet_names_those_there_are(tmp_path: Path) -> None:
    path = workbook(tmp_path / "学校.xlsx", **TWO)
    with pytest.raises(RequestError) as refusal:
        check(path, sheet="高中")
    assert refusal.value.sentence("zh") == "没有名为“高中”的工作表。文件中有：小学、初中。"


def test_a_file_may_have_the_mark_in_its_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a#b.xlsx")
    assert check(path).rows_used == 3
    assert open_dataset(f"{path}#表").sheet == "表"
    with pytest.raises(RequestError):
        open_dataset(tmp_path / "c#b.xlsx")


def test_a_description_may_name_the_sheet(tmp_path: Path) -> None:
    workbook(tmp_path / "学校.xlsx", **TWO)
    head = '[dataset]\ntable = "学校.xlsx"\ntitle = {zh = "甲", en = "A"}\nsheet = "初中"\n'
    (tmp_path / "学校.toml").write_text(head, encoding="utf-8")
    assert check(tmp_path / "学校.toml").sheets == ("初中",)


def test_a_hidden_sheet_is_read_only_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "学校.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("表", "旧表"):
            sheet = book.add_worksheet(name)
            for row, cells in enumerate((HEADINGS, *SCHOOLS)):
                sheet.write_row(row, 0, cells)
        sheet.hide()
    assert check(path).sheets == check(path, sheet="*").sheets == ("表",)
    assert check(path, sheet="旧表").sheets == ("旧表",)


def _marked(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet, percent = book.add_worksheet("表"), book.add_format({"num_format": "0.0%"})
        quoted = book.add_format({"num_format": '0"%"'})
        sheet.merge_range("A1:C1", "标题")
        sheet.write_row("A2", ["甲", "乙", "丙", "丁"])
        sheet.write("A3", 0.953, percent)
        sheet.write("B3", 95, quoted)
        sheet.write_formula("C3", '=""', None, "")
        sheet.write_formula("D3", "=1/0", None, "#DIV/0!")
        sheet.write_formula("A4", "='[1]表'!A1", None, 7)
        sheet.set_row(3, None, None, {"hidden": True})
        sheet.set_column("B:B", None, None, {"hidden": True})
        sheet.autofilter("A2:D4")
        sheet.filter_column(0, "x == 甲")
    return _as_excel_stores_it(path, b"C3")


def _as_excel_stores_it(path: Path, cell: bytes) -> Path:
    """An empty text as a result is marked as text; the library that writes the fixture leaves the mark away."""
    return changed(path, {}, sheet1=(b'<c r="%s"><f>' % cell, b'<c r="%s" t="str"><f>' % cell))


def _only(path: Path) -> Sheet:
    sheets, _ = file_sheets(path, "zh")
    return sheets[0]


def test_marks_of_an_open_xml_workbook(tmp_path: Path) -> None:
    sheet = _only(_marked(tmp_path / "a.xlsx"))
    assert sheet.rows[2][:2] == ["95.3%", 95.0]
    assert sheet.rows[2][3].seen == "#DIV/0!"  # type: ignore[attr-defined]
    assert sheet.marks == Marks(
        merged=(Merged(0, 0, 0, 2),),
        hidden_rows=frozenset({3}),
        hidden_columns=frozenset({1}),
        filtered=True,
        calculated_blanks=frozenset({(2, 2)}),
        linked=((3, 0),),
        formatted_rows=4,
    )


def test_marks_are_read_with_any_prefix_of_names(tmp_path: Path) -> None:
    # Some programs write <x:row> where others write <row>.
    path = changed(_marked(tmp_path / "a.xlsx"), {})
    plain = _only(path).marks
    from zipfile import ZipFile

    with ZipFile(path) as archive:
        content = archive.read("xl/worksheets/sheet1.xml").decode()
    head, _, body = content.partition("<worksheet")
    prefixed = body.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:").replace("xmlns=", "xmlns:x=", 1)
    path = changed(path, {"xl/worksheets/sheet1.xml": f"{head}<x:worksheet{prefixed}".encode()})
    assert _only(path).marks == plain


def test_marks_of_an_open_document(tmp_path: Path) -> None:
    spanned = 'table:number-columns-spanned="3" office:value-type="string"'
    title = f"<table:table-cell {spanned}><text:p>标题</text:p></table:table-cell>"
    percent = (
        '<table:table-cell office:value-type="percentage" office:value="0.953"><text:p>95%</text:p></table:table-cell>'
    )
    blank = '<table:table-cell table:formula="of:=&quot;&quot;" office:value-type="string" office:string-value=""/>'
    never = '<table:table-cell table:formula="of:=A1"/>'
    spaces = '<table:table-cell office:value-type="string"><text:p><text:s text:c="2"/></text:p></table:table-cell>'
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    table = document_table([(title,), ("甲", "乙"), (percent, blank, never, spaces)])
    table = table.replace("<table:table-row>", columns + "<table:table-row>", 1)
    row = table.rpartition("<table:table-row>")
    table = f'{row[0]}<table:table-row table:visibility="filter">{row[2]}'
    sheet = _only(open_document(tmp_path / "a.ods", table))
    assert sheet.rows[2][0] == "95.3%"
    assert sheet.rows[2][2].seen == ""  # type: ignore[attr-defined]
    assert sheet.rows[2][3] == "  "
    assert sheet.marks == Marks(
        merged=(Merged(0, 0, 0, 2),),
        hidden_rows=frozenset({2}),
        hidden_columns=frozenset({1}),
        filtered=True,
        calculated_blanks=frozenset({(2, 1)}),
        formatted_rows=3,
    )


def test_four_ways_of_being_blank_are_four_findings(tmp_path: Path) -> None:
    path = tmp_path / "blank.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("表")
        for row, cells in enumerate((HEADINGS, *SCHOOLS)):
            sheet.write_row(row, 0, cells)
        sheet.write_formula("H2", '=""', None, "")
        sheet.write("H3", " ")
        sheet.merge_range("G3:G4", 510)
        sheet.write_string("E4", "")
    found = {problem.key: problem.where for problem in check(_as_excel_stores_it(path, b"H2")).problems}
    assert found == {
        "calculated_blank": "表!H2",
        "spaces_only": "表!H3",
        "merged_numbers": "表!G3",
        "required_blank": "表!E4",
    }
