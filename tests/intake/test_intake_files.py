"""Kinds of file: workbooks with all that surrounds a table in them, encodings, and what is no table at all."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import openpyxl
import pandas as pd
import polars as pl
import pytest
import xlsxwriter

from qualityedu.errors import RequestError, refusing
from qualityedu.intake import check, read_schools

HEADINGS = (
    "区县代码",
    "区县名称",
    "学校标识码",
    "学校名称",
    "学段",
    "学年",
    "在校生数",
    "县级以上骨干教师数",
    "参加统考学生数",
)
SCHOOL = ("330106", "西湖区", "0012", "甲小", "小学", 2023, 842, 3, 800)
Rows = Iterable[Sequence[object]]


def _workbook(path: Path, **sheets: Rows) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def _sentences(source: object) -> list[str]:
    return [problem.sentence("zh") for problem in refusing(check(source).problems)]


def _notes(source: object) -> list[str]:
    return [problem.sentence("zh") for problem in check(source).problems if problem.level == "note"]


def test_all_problems_of_a_workbook_at_once_with_sheet_and_cell(tmp_path: Path) -> None:
    rows = [
        ("西湖区学校基本情况表",),
        (),
        HEADINGS,
        ("330106", "西湖区", 12.0, "甲小", "小学", 2023, "一千二", -3, 5),
        (330106, "西湖区", "0014", "丙中", "初中", "2023-2024学年", 842, "/", 99999),
        (330106, "西湖区", 12, "甲小", "小学", 2023, 10, 2, 5),
        ("合计", "", "", "", "", "", 852, 2, 5),
    ]
    path = _workbook(tmp_path / "学校.xlsx", 学校基本情况=rows)
    assert _sentences(path) == [
        "学校基本情况!G4  “在校生数”填写为“一千二”，是中文数字，像是 1200。请核对后改填阿拉伯数字。",
        "学校基本情况!H4  “县级以上骨干教师数”为 -3，小于下限 0。请核对单位。",
        "学校基本情况!I5  “参加统考学生数”（99999）大于“在校生数”（842）。请核对两列。",
        "学校基本情况!C6  学校标识码 12 的“小学”2023 学年重复出现，已见于 学校基本情况!C4。"
        "每所学校每学段每学年只填一行。",
    ]
    intake = check(path)
    assert (intake.rows_read, intake.rows_used, intake.left_out) == (4, 3, {"total": 1})
    assert intake.sheets == ("学校基本情况",)


def test_codes_of_a_workbook_keep_their_zeros(tmp_path: Path) -> None:
    table = read_schools(_workbook(tmp_path / "学校.xlsx", 表=[HEADINGS, SCHOOL, (330106, "西湖区", 13, *SCHOOL[3:])]))
    assert list(table["region"]) == ["330106", "330106"]
    assert list(table["school"]) == ["0012", "13"]


def test_ten_thousand_yuan_in_a_heading(tmp_path: Path) -> None:
    rows = [(*HEADINGS, "教学仪器设备值（万元）"), (*SCHOOL, 1.1)]
    assert list(read_schools(_workbook(tmp_path / "a.xlsx", 表=rows))["equipment_value"]) == [11000.0]


def test_failed_and_unfinished_formulas_are_not_blanks(tmp_path: Path) -> None:
    path = tmp_path / "公式.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "表"
    sheet.append(HEADINGS)
    sheet.append(SCHOOL)
    sheet["G2"] = "=SUM(800,42)"
    book.save(path)
    assert _sentences(path) == [
        "表!G2  “在校生数”是公式，但文件中没有存下结果。请用 Excel 或 WPS 打开文件，保存后再试。"
    ]
    with xlsxwriter.Workbook(path) as written:
        page = written.add_worksheet("表")
        page.write_row(0, 0, HEADINGS)
        page.write_row(1, 0, SCHOOL)
        page.write_formula("G2", "=1/0", None, "#DIV/0!")
        page.write_formula("H2", "=1+2", None, 3)
    assert _sentences(path) == ["表!G2  “在校生数”显示为“#DIV/0!”，是公式出错的结果。请改正公式，或直接填写数值。"]


def test_dates_in_number_cells_are_complained_of(tmp_path: Path) -> None:
    path = tmp_path / "日期.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("表")
        page.write_row(0, 0, HEADINGS)
        page.write_row(1, 0, SCHOOL)
        page.write_datetime("G2", datetime.datetime(2023, 9, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
    assert _sentences(path) == ["表!G2  “在校生数”填写为“2023-09-01”，不是数字。没有数据请留空，不要填“无”“/”或“—”。"]


def test_reads_every_sheet_that_has_the_columns(tmp_path: Path) -> None:
    path = _workbook(
        tmp_path / "学校.xlsx",
        填报说明=[HEADINGS, SCHOOL],
        小学=[("小学",), HEADINGS, SCHOOL],
        初中=[HEADINGS, ("330106", "西湖区", "0013", "乙中", "初中", *SCHOOL[5:])],
        联系方式=[("区县代码", "区县名称"), ("330106", "西湖区")],
    )
    intake = check(path)
    assert (intake.sheets, intake.rows_read, intake.rows_used) == (("小学", "初中"), 2, 2)
    assert _notes(path) == [
        "工作表“填报说明”没有数据表的表头，未读。",
        "工作表“联系方式”缺少必要的列，未读。",
    ]


def test_a_school_in_two_sheets_is_a_duplicate(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "学校.xlsx", 甲=[HEADINGS, SCHOOL], 乙=[HEADINGS, SCHOOL])
    assert _sentences(path) == [
        "乙!C2  学校标识码 0012 的“小学”2023 学年重复出现，已见于 甲!C2。每所学校每学段每学年只填一行。"
    ]


def test_what_stops_the_reading_comes_first(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "学校.xlsx", 说明=[("请如实填写",)], 表=[HEADINGS[1:], SCHOOL[1:]])
    assert [problem.level for problem in check(path).problems] == ["mend", "note"]
    assert check(path).left_out == {"not_read": 1}


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "学校.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("表", "旧表"):
            page = book.add_worksheet(name)
            page.write_row(0, 0, HEADINGS)
            page.write_row(1, 0, SCHOOL)
        page.hide()
    assert _sentences(path) == []
    assert [problem.sentence("zh") for problem in check(path).problems] == [
        "工作表“旧表”是隐藏的，里面也有数据表，未读。确应不计请说明；需要读入请先取消隐藏。"
    ]


def test_a_list_of_pupils_on_any_sheet_stops_the_reading(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "学校.xlsx", 表=[HEADINGS, SCHOOL], 名册=[("班级", "身份证件号码"), ("一班", "1")])
    intake = check(path)
    assert intake.table.empty
    assert [(problem.key, problem.where, problem.level) for problem in intake.problems] == [
        ("personal_data", "名册!B1", "stop")
    ]


# --- text, Parquet, frames ---

TEXT = "区县代码,学校标识码,学校名称,学段,学年,在校生数\n010106,0001,𠮷田小学,小学,2023,12\n"


@pytest.mark.parametrize(
    ("codec", "named"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("utf-16", "utf-16")]
)
def test_encodings(tmp_path: Path, codec: str, named: str) -> None:
    path = tmp_path / "学校.csv"
    path.write_bytes(TEXT.encode(codec))
    intake = check(path)
    assert (intake.encoding, refusing(intake.problems)) == (named, [])
    assert intake.table.loc[0, ["region", "school", "school_name", "pupils"]].tolist() == [
        "010106",
        "0001",
        "𠮷田小学",
        12,
    ]


def test_an_unknown_encoding_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "学校.csv"
    path.write_bytes(TEXT.encode() + b"\xff\xff\n")
    assert _sentences(path) == [
        "学校.csv  第 3 行第 1 个字节起（FF FF 0A）的文字编码无法辨认，既不是 UTF-8，也不是 GB 18030。"
        "请用 Excel 打开原件，另存为“CSV UTF-8（逗号分隔）”。"
    ]


def test_text_without_its_mark_is_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_bytes("region,school,stage,year\n1,2,primary,2023\n".encode("utf-16-le"))
    assert [problem.key for problem in check(path).problems] == ["encoding"]


def test_two_possible_separators_are_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "学校.csv"
    path.write_text("区县代码,学校标识码;学段\n1,2;3\n", encoding="utf-8")
    assert [problem.key for problem in check(path).problems] == ["separator"]


def test_parquet_and_frames_give_the_same_table(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"区县代码": ["010106"], "学校标识码": ["0001"], "学段": ["小学"], "学年": [2023], "在校生数": [12]}
    )
    frame.to_parquet(tmp_path / "学校.parquet")
    expected = pd.DataFrame(
        {"region": ["010106"], "school": ["0001"], "stage": ["primary"], "year": [2023], "pupils": [12.0]}
    )
    for source in (frame, tmp_path / "学校.parquet", pl.from_pandas(frame), frame.set_index("学校标识码")):
        pd.testing.assert_frame_equal(read_schools(source), expected)


def test_frames_keep_blanks_blank() -> None:
    frame = pd.DataFrame(
        {
            "region": ["1", "1"],
            "school": ["a", "b"],
            "stage": "primary",
            "year": 2023,
            "pupils": pd.array([5, None], "Int64"),
        }
    )
    assert read_schools(frame)["pupils"].tolist()[0] == 5.0
    assert read_schools(frame)["pupils"].isna().tolist() == [False, True]


def test_what_is_no_table_is_a_mistake_in_the_call() -> None:
    with pytest.raises(TypeError):
        check(12)


def test_an_absent_file() -> None:
    with pytest.raises(RequestError, match="没有的\\.xlsx"):
        check("没有的.xlsx")


# --- what only looks like a table ---


def _encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(100)


def _good(tmp_path: Path) -> bytes:
    return _workbook(tmp_path / "good.xlsx", 表=[HEADINGS, SCHOOL]).read_bytes()


def _zip(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.xlsx", b"", "empty_file"),
        ("a.xlsx", _encrypted(), "password"),
        ("a.xlsx", _encrypted().replace(b"E\0n\0c\0", b"x\0x\0x\0"), "damaged_workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged_workbook"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "web_page_inside"),
        ("a.xls", "区县代码\t学段\n".encode("gb18030"), "text_inside"),
        ("a.xlsx", b"region,school\n1,2\n", "text_inside"),
        ("a.xlsx", _zip(**{"xl/workbook.bin": b"binary"}), "old_workbook"),
        ("a.xlsx", _zip(a=b"not a workbook"), "damaged_workbook"),
        ("a.xlsx", _zip(**{"xl/workbook.xml": bytes(5_000_000)}), "packed_too_tight"),
        ("a.csv", _zip(a=b"a workbook"), "workbook_named_as_text"),
        ("a.parquet", b"PAR1 and nothing else", "damaged_parquet"),
        ("a.pdf", b"%PDF-1.7", "unknown_kind"),
    ],
)
def test_what_only_looks_like_a_table(tmp_path: Path, name: str, content: bytes, key: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    intake = check(path)
    assert [(problem.key, problem.level) for problem in intake.problems] == [(key, "stop")]
    assert intake.problems[0].sentence("zh").startswith(f"{name}  ")
    assert intake.problems[0].sentence("en").startswith(f"{name}  ")
    assert intake.table.empty


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_workbook_that_did_not_arrive_whole(tmp_path: Path, share: float) -> None:
    content = _good(tmp_path)
    path = tmp_path / "cut.xlsx"
    path.write_bytes(content[: int(len(content) * share)])
    assert [problem.key for problem in check(path).problems] == ["damaged_workbook"]


def test_a_part_that_is_longer_than_it_says_is_damage(tmp_path: Path) -> None:
    # The directory of the archive claims 9 bytes for a part of 9000.
    path = tmp_path / "lie.xlsx"
    path.write_bytes(_good(tmp_path))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/media/picture.bin", b"0123456789" * 900)
    assert check(path).problems == ()
    path.write_bytes(path.read_bytes().replace((9000).to_bytes(4, "little"), (9).to_bytes(4, "little")))
    assert [problem.key for problem in check(path).problems] == ["damaged_workbook"]
