"""The answer to the office: the list, the marked copy, and what the office says to it on the next run."""

from __future__ import annotations

import csv
import datetime
import json
import os
import shutil
import subprocess
import warnings
from pathlib import Path

import jsonschema
import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from qualityedu.cli.commands.check import command as check_command
from qualityedu.datasets import open_dataset
from qualityedu.errors import Problem, RequestError
from qualityedu.findings import appraise, open_overview, overview
from qualityedu.intake import Intake, check
from qualityedu.intake.answer.as_json import check_as_json, check_schema
from qualityedu.intake.answer.explanations import explained, read_explanations
from qualityedu.intake.answer.issue_list import GROUPS, issues_of, parts_of
from qualityedu.intake.answer.issue_sheet import COLUMNS_OF_LIST
from qualityedu.intake.answer.marking import COLOURS, mark_copy
from qualityedu.intake.sheet import Sheet
from qualityedu.intake.template.book import write_template
from qualityedu.release import releasable
from qualityedu.tables.explanations import explanations
from qualityedu.text import LANGUAGES, say

HEADINGS = [
    "区县代码",
    "区县名称",
    "学校标识码",
    "学校名称",
    "学段",
    "学年",
    "在校生数",
    "专任教师数",
    "县级以上骨干教师数",
]
ROWS: list[list[object]] = [
    ["330106", "西湖区", "2133010001", "第一小学", "小学", 2023, 800, 50, 10],
    ["330106", "西湖区", "2133010002", "第二小学", "小学", 2023, "很多", 50, 10],
    ["330106", "西湖区", "2133010003", "=第三小学", "小学", 2023, 700, 45, -3],
    ["330106", "西湖区", "2133010004", "第四小学", "小学", 2023, 600, 40, 99],
    ["330106", "西湖区", "2133010005", "第五小学", "小学", 2023, 600.0, 40, None],
]
SHEET = "学校基本情况"


def book_of(rows: list[list[object]]) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    for cells in [HEADINGS, *rows]:
        sheet.append(cells)
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    return book


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    """Four places to mend, a text that looks like a formula, a formula, a date, a comment and a style of theirs."""
    book = book_of(ROWS)
    sheet = book[SHEET]
    sheet["K1"], sheet["K2"], sheet["K3"] = "备查", datetime.datetime(2023, 9, 1), "=G2/H2"
    sheet["G3"].comment = openpyxl.comments.Comment("张科长：待定", "office")
    sheet["A2"].fill = openpyxl.styles.PatternFill("solid", start_color="00FF00")
    path = tmp_path / "学校.xlsx"
    book.save(path)
    return path


def values_of(sheet: Worksheet) -> dict[str, tuple[object, str]]:
    return {
        cell.coordinate: (cell.value, cell.data_type)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def raw(path: Path, sheet: str) -> list[list[object]]:
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return [[None if cell == "" else cell for cell in row] for row in rows]


def listed(path: Path, lang: str = "zh") -> list[dict[str, object]]:
    rows = list(openpyxl.load_workbook(path)[say("answer.sheet", lang)].iter_rows(min_row=4, values_only=True))
    return [dict(zip(COLUMNS_OF_LIST, row, strict=True)) for row in rows]


def explain(path: Path, words: str, *, rule: str | None = None, into: Path | None = None) -> Path:
    """Write an explanation beside every question of a marked copy."""
    book = openpyxl.load_workbook(path)
    sheet = book[say("answer.sheet", "zh")]
    for row in sheet.iter_rows(min_row=4):
        if row[1].value == say("answer.level.ask", "zh") and (rule is None or str(row[0].value).startswith(rule)):
            row[-1].value = words
    book.save(into or path)
    return into or path


ASKED = Problem(
    "part_exceeds_whole", "表!H4", {"part": "甲", "part_value": "3", "whole": "乙", "whole_value": "2"}, level="ask",
    sheet="表", cell=(4, 7), subject="330106|2133010001|primary|2023.0|teachers",
)  # fmt: skip


class TestMarking:
    def test_every_value_is_the_same_and_of_the_same_kind(self, faulty: Path) -> None:
        before = faulty.read_bytes()
        marked = mark_copy(faulty, check(faulty, lang="zh").problems, "zh")
        ours, theirs = openpyxl.load_workbook(marked.path), openpyxl.load_workbook(faulty)
        assert marked.path.name == "学校-待修改.xlsx"
        assert values_of(ours[SHEET]) == values_of(theirs[SHEET])
        assert values_of(ours[SHEET])["D4"] == ("=第三小学", "s")
        assert values_of(ours[SHEET])["K3"] == ("=G2/H2", "f")
        assert marked.left_behind == ("results",)
        assert faulty.read_bytes() == before
        assert sorted(each.name for each in faulty.parent.iterdir()) == ["学校-待修改.xlsx", "学校.xlsx"]

    def test_the_cells_are_coloured_and_say_why(self, faulty: Path) -> None:
        intake = check(faulty, lang="zh")
        marked = mark_copy(faulty, intake.problems, "zh")
        sheet = openpyxl.load_workbook(marked.path)[SHEET]
        for address in ("G3", "I4", "I5"):
            assert sheet[address].fill.start_color.rgb[-6:] == COLOURS["mend"], address
            assert say("answer.mark.mend", "zh").strip() in sheet[address].comment.text
        assert "张科长：待定" in sheet["G3"].comment.text
        assert sheet["A2"].fill.start_color.rgb[-6:] == "00FF00"
        assert sheet["G2"].comment is None

    def test_the_list_has_a_line_for_each_problem_with_a_link(self, faulty: Path) -> None:
        intake = check(faulty, lang="zh")
        marked = mark_copy(faulty, intake.problems, "zh")
        sheet = openpyxl.load_workbook(marked.path)[say("answer.sheet", "zh")]
        lines = listed(marked.path)
        assert [line["id"] for line in lines] == [issue.id for issue in issues_of(intake.problems, "zh")]
        place = next(row for row, line in enumerate(lines, start=4) if line["cell"] == "G3")
        assert sheet.cell(place, 4).hyperlink.location == f"'{SHEET}'!G3"
        assert sheet.cell(place, 5).value == "很多"
        assert sheet.protection.sheet
        assert all(cell.data_type == "s" for row in sheet.iter_rows() for cell in row if cell.value is not None)

    def test_what_was_mended_loses_its_mark(self, faulty: Path) -> None:
        first = mark_copy(faulty, check(faulty, lang="zh").problems, "zh").path
        book = openpyxl.load_workbook(first)
        book[SHEET]["I4"] = 3
        book[SHEET]["G3"] = 640
        book.save(first)
        again = mark_copy(first, check(first, lang="zh").problems, "zh").path
        sheet = openpyxl.load_workbook(again)[SHEET]
        assert again.name == "学校-待修改-2.xlsx"
        assert sheet["I4"].comment is None
        assert sheet["I4"].fill.fill_type is None
        assert sheet["G3"].comment.text == "张科长：待定"
        assert sheet["I5"].fill.start_color.rgb[-6:] == COLOURS["mend"]
        assert openpyxl.load_workbook(again).sheetnames.count(say("answer.sheet", "zh")) == 1

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
    def test_a_text_file_becomes_a_workbook_in_which_text_stays_text(self, tmp_path: Path, encoding: str) -> None:
        path = tmp_path / "学校.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([HEADINGS, *ROWS])
        intake = check(path, lang="zh")
        marked = mark_copy(path, intake.problems, "zh")
        book = openpyxl.load_workbook(marked.path)
        sheet = book[next(name for name in book.sheetnames if name != say("answer.sheet", "zh"))]
        with path.open(encoding=encoding, newline="") as file:
            given = [[cell or None for cell in row] for row in csv.reader(file)]
        assert [list(row) for row in sheet.iter_rows(values_only=True)] == given
        assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
        assert sheet["D4"].value == "=第三小学"
        assert sheet["G3"].fill.start_color.rgb[-6:] == COLOURS["mend"]
        keys = [(problem.key, problem.subject) for problem in intake.problems if problem.refuses]
        again = check(marked.path, lang="zh")
        assert [(problem.key, problem.subject) for problem in again.problems if problem.refuses] == keys

    def test_merged_cells_are_marked_where_their_value_is(self, tmp_path: Path) -> None:
        book = book_of(ROWS)
        book[SHEET].merge_cells("I4:I5")
        path = tmp_path / "学校.xlsx"
        book.save(path)
        problem = Problem("below_minimum", "", {"heading": "a", "seen": "-3", "minimum": "0"}, sheet=SHEET, cell=(5, 8))
        marked = mark_copy(path, [problem], "zh")
        assert openpyxl.load_workbook(marked.path)[SHEET]["I4"].comment is not None

    def test_macros_are_left_out_and_that_is_said(self, faulty: Path) -> None:
        from zipfile import ZipFile

        path = faulty.with_suffix(".xlsm")
        shutil.copy(faulty, path)
        with ZipFile(path, "a") as archive:
            archive.writestr("xl/vbaProject.bin", b"macro")
        marked = mark_copy(path, check(path, lang="zh").problems, "zh")
        assert "macros" in marked.left_behind
        with ZipFile(marked.path) as archive:
            assert not any("vba" in name for name in archive.namelist())

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"<html></html>"])
    def test_a_file_that_cannot_be_opened_has_no_copy(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "学校.xlsx"
        path.write_bytes(content)
        with pytest.raises(RequestError) as refused:
            mark_copy(path, check(path).problems, "zh")
        assert "学校.xlsx" in refused.value.sentence("zh")
        assert [each.name for each in tmp_path.iterdir()] == ["学校.xlsx"]

    def test_ten_thousand_faults_are_listed_by_the_hundred(self, tmp_path: Path) -> None:
        rows: list[list[object]] = [
            ["330106", "西湖区", f"21{number:08}", "校", "小学", 2023, "很多", 50, 10] for number in range(300)
        ]
        path = tmp_path / "学校.xlsx"
        book_of(rows).save(path)
        intake = check(path, lang="zh")
        marked = mark_copy(path, intake.problems, "zh")
        assert sum(line["value"] == "很多" for line in listed(marked.path)) == 100
        assert any("300" in str(line["said"]) for line in listed(marked.path))
        sheet = openpyxl.load_workbook(marked.path)[SHEET]
        red = [row[6] for row in sheet.iter_rows() if row[6].fill.start_color.rgb[-6:] == COLOURS["mend"]]
        assert len(red) == 100


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """Nothing to mend, and questions: one school has seventeen times the pupils of others, one lacks a figure."""
    rows: list[list[object]] = [
        [
            "330106",
            "西湖区",
            f"21330100{number:02}",
            f"第{number}小学",
            "小学",
            2023,
            800 + 11 * number,
            47 + number,
            8 + number % 5,
        ]
        for number in range(1, 13)
    ]
    rows[4][6], rows[8][8] = 13_590, None
    path = tmp_path / "学校.xlsx"
    book_of(rows).save(path)
    return path


def of_level(intake: Intake, level: str) -> list[Problem]:
    return [problem for problem in intake.problems if problem.level == level]


class TestRoundTrip:
    def test_questions_are_explained_in_the_copy(self, asked: Path) -> None:
        first = check(asked, lang="zh")
        assert of_level(first, "ask")
        assert not [problem for problem in first.problems if problem.refuses]
        marked = explain(mark_copy(asked, first.problems, "zh").path, "两校合并，数据属实")
        again = check(marked, lang="zh")
        assert of_level(again, "ask") == []
        assert {problem.explanation for problem in of_level(again, "explained")} == {"两校合并，数据属实"}
        assert again.table.equals(first.table)
        besides = check(asked, lang="en", explanations=marked)
        assert [problem.id for problem in of_level(besides, "explained")] == [
            problem.id for problem in of_level(again, "explained")
        ]

    def test_an_explanation_follows_its_school_and_not_another_value(self, asked: Path) -> None:
        marked = explain(mark_copy(asked, check(asked, lang="zh").problems, "zh").path, "属实")
        book = openpyxl.load_workbook(marked)
        sheet = book[SHEET]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        for number, cells in enumerate(reversed(rows), start=2):
            for column, value in enumerate(cells, start=1):
                sheet.cell(number, column).value = value
        book.save(marked)
        assert of_level(check(marked, lang="zh"), "ask") == []
        place = next(row for row in sheet.iter_rows(min_row=2) if row[6].value == 13_590)
        place[6].value = 13_600
        book.save(marked)
        assert of_level(check(marked, lang="zh"), "ask")

    def test_a_second_marking_keeps_what_was_explained(self, asked: Path) -> None:
        marked = explain(mark_copy(asked, check(asked, lang="zh").problems, "zh").path, "属实")
        again = mark_copy(marked, check(marked, lang="zh").problems, "zh").path
        explained_lines = [line for line in listed(again) if line["explanation"]]
        assert {line["level"] for line in explained_lines} == {say("answer.level.explained", "zh")}
        assert of_level(check(again, lang="zh"), "ask") == []

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_explanations_travel_into_the_report_without_the_figures(self, asked: Path, lang: str) -> None:
        problems = check(asked, lang=lang).problems
        first = next(problem for problem in problems if problem.level == "ask")
        marked = explain(mark_copy(asked, problems, "zh").path, "<b>合并</b>", rule=first.id)
        released = releasable(appraise(open_overview(str(marked), year=2023), "330106"))
        fragment = explanations(released, lang)
        assert "&lt;b&gt;合并&lt;/b&gt;" in fragment.html
        assert "<b>" not in fragment.html
        unexplained = [problem for problem in problems if problem.level == "ask"][1:]
        assert fragment.text.count(say("explanations.not_explained", lang)) >= len(unexplained) > 0
        for problem in problems:
            if problem.level == "ask":
                assert str(problem.values["seen"]) not in fragment.text
        assert "13590" not in fragment.html

    def test_questions_of_another_county_stay_there(self, asked: Path) -> None:
        seen = open_overview(str(asked), year=2023)
        assert seen.questions
        other = [problem.__class__(**{**vars(problem), "subject": "330108|x|primary|2023.0|pupils"})
                 for problem in seen.questions]  # fmt: skip
        from dataclasses import replace

        released = releasable(appraise(replace(seen, questions=tuple(other)), "330106"))
        assert released.questions == ()
        assert say("explanations.none", "zh") in explanations(released, "zh").text


class TestExplanations:
    def test_only_questions_are_explained(self) -> None:
        mend = Problem("no_rows", level="mend")
        [asked, other] = explained([ASKED, mend], {ASKED.id: "撤并一所学校", mend.id: "不改"})
        assert (asked.level, asked.explanation) == ("explained", "撤并一所学校")
        assert other == mend

    def test_the_id_holds_on_to_the_school_not_to_the_row(self) -> None:
        from dataclasses import replace

        assert replace(ASKED, cell=(9, 7), where="表!H9").id == ASKED.id
        assert replace(ASKED, values={**ASKED.values, "part_value": "4"}).id != ASKED.id
        assert replace(ASKED, subject="330106|2133010002|primary|2023.0|teachers").id != ASKED.id

    def test_the_language_of_the_list_does_not_matter(self) -> None:
        for lang in LANGUAGES:
            heads = [say(f"answer.column.{name}", lang) for name in COLUMNS_OF_LIST]
            cells = [ASKED.id, "", "", "", "", "", "", " 撤并\n一所学校 "]
            assert read_explanations([Sheet("s", [["title"], heads, cells], lang)]).by_id == {ASKED.id: "撤并 一所学校"}

    @pytest.mark.parametrize(
        ("words", "key"),
        [
            ("请联系 13812345678", "explanation_personal"),
            ("11010519491231002X 已转学", "explanation_personal"),
            ("138 1234 5678", "explanation_personal"),
            ("长" * 501, "explanation_long"),
        ],
    )
    def test_personal_data_and_letters_are_not_taken_over(self, words: str, key: str) -> None:
        heads = [say(f"answer.column.{name}", "zh") for name in COLUMNS_OF_LIST]
        found = read_explanations([Sheet("问题清单", [heads, [ASKED.id, *[""] * 6, words]], "zh")])
        assert found.by_id == {}
        [problem] = found.problems
        assert (problem.key, problem.cell) == (key, (2, 7))
        assert words not in problem.sentence("zh")

    def test_a_school_code_in_an_explanation_is_not_personal(self) -> None:
        heads = [say(f"answer.column.{name}", "zh") for name in COLUMNS_OF_LIST]
        words = "与 2133010001、2133010002 合并，原 1200 人"
        found = read_explanations([Sheet("问题清单", [heads, [ASKED.id, *[""] * 6, words]], "zh")])
        assert (found.by_id, found.problems) == ({ASKED.id: words}, ())

    def test_a_file_without_a_list_is_refused(self, faulty: Path) -> None:
        with pytest.raises(RequestError) as refused:
            check(faulty, explanations=faulty)
        assert refused.value.key == "no_explanations"
        with pytest.raises(RequestError) as refused:
            check(faulty, explanations=faulty.with_name("没有.xlsx"))
        assert refused.value.key == "no_explanations_file"


class TestList:
    def test_the_groups_hold_every_level_once(self) -> None:
        levels = [level for levels in GROUPS.values() for level in levels]
        assert sorted(levels) == sorted(["stop", "mend", "ask", "explained", "repaired", "note"])

    def test_what_to_do_is_told_from_what_was_seen(self) -> None:
        problem = Problem("not_a_number", "", {"heading": "在校生数。合计", "seen": "很多。"})
        said, remedy = parts_of(problem, "zh")
        assert said.endswith("。")
        assert "在校生数。合计" in said
        assert "很多。" in said
        assert remedy.startswith("没有数据请留空")
        assert f"{said}{remedy}" == problem.sentence("zh")

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_json_is_as_the_schema_says(self, faulty: Path, lang: str) -> None:
        intake = check(faulty, lang=lang)
        found = check_as_json(intake, faulty.name)
        jsonschema.validate(json.loads(json.dumps(found)), check_schema())
        assert found["rows"]["read"] == found["rows"]["used"] + sum(found["rows"]["left_out"].values())
        cell = next(each for each in found["problems"] if each["cell"] == "G3")
        assert (cell["sheet"], cell["value"], cell["level"]) == (SHEET, "很多", "mend")
        assert cell["sentence"]["zh"] != cell["sentence"]["en"]

    def test_the_schema_is_strict(self, faulty: Path) -> None:
        found = check_as_json(check(faulty), faulty.name)
        found["problems"][0]["level"] = "error"
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(found, check_schema())

    def test_the_command_and_python_find_the_same(self, faulty: Path) -> None:
        done = CliRunner().invoke(check_command, [str(faulty), "--json", "--lang", "zh"])
        assert done.exit_code == 3
        assert json.loads(done.stdout) == check_as_json(check(faulty, lang="zh"), faulty.name)

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_plain_lines_in_groups(self, faulty: Path, lang: str) -> None:
        done = CliRunner().invoke(check_command, [str(faulty), "--mark", "--lang", lang])
        intake = check(faulty, lang=lang)
        mend = [problem for problem in intake.problems if problem.refuses]
        assert done.exit_code == 3
        assert say("answer.group.mend", lang, count=len(mend)) in done.output
        for problem in mend:
            assert problem.sentence(lang) in done.output
        assert say("answer.copy", lang) in done.output
        assert "\x1b" not in done.output

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_a_table_on_a_terminal(self, faulty: Path, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("COLUMNS", "160")
        done = CliRunner().invoke(check_command, [str(faulty), "--lang", lang])
        assert done.exit_code == 3
        assert "\x1b[" in done.output
        assert "┃" in done.output
        assert f"{SHEET}!G3" in done.output
        assert say("answer.column.remedy", lang) in done.output

    def test_many_notes_of_one_kind_are_counted(self, tmp_path: Path) -> None:
        path = write_template(tmp_path / "县.xlsx", year=2023)
        done = CliRunner().invoke(check_command, [str(county_book(path)), "--lang", "zh"])
        notes = of_level(check(path, lang="zh"), "note")
        empty = [note for note in notes if note.key == "empty_column"]
        assert len(empty) > 10
        assert sum("整列为空" in line for line in done.output.splitlines()) == 3
        assert say("answer.more_notes", "zh", count=len(empty) - 3) in done.output

    def test_nothing_to_mend_ends_well(self, asked: Path) -> None:
        done = CliRunner().invoke(check_command, [str(asked), "--lang", "zh"])
        count = len(of_level(check(asked, lang="zh"), "ask"))
        assert done.exit_code == 0
        assert say("answer.open", "zh", count=count) in done.output
        assert "qualityedu report" in done.output
        assert [each.name for each in asked.parent.iterdir()] == [asked.name]


PRIMARY: dict[str, object] = {
    "pupils": 1000, "classes": 24, "teachers": 80, "high_qualified_teachers": 60, "backbone_teachers": 12,
    "pe_art_teachers": 10, "certified_teachers": 80, "teachers_trained_360h": 80, "rotation_eligible_teachers": 40,
    "rotated_teachers": 5, "rotated_backbone_teachers": 1, "classes_over_limit": 0, "music_rooms": 2, "art_rooms": 2,
    "teaching_auxiliary_area": 7000, "indoor_sports_area": 500, "sports_ground_area": 10500, "equipment_value": 300,
    "multimedia_rooms": 30, "pupils_inside_catchment": 1000, "public_funds": 100, "training_budget": 5,
    "lessons_prescribed": 900, "lessons_delivered": 900, "funded_pupils": 1000, "ownership": "公办",
}  # fmt: skip
JUNIOR = {"cohort_at_entry": 330, "cohort_deaths": 0, "graduates": 327, "transferred_in": 2, "transferred_out": 3}
COUNTY: dict[str, object] = {
    "residents": 400_000, "teacher_mean_pay": 98_000, "civil_servant_mean_pay": 97_000,
    "quality_high_school_places": 1000, "quota_places": 600, "migrant_children": 1000,
    "migrant_children_in_public_places": 930, "disabled_children": 100, "disabled_children_enrolled": 98,
    "recorded_veto_events": 0, "naeq_proficiency_level.primary": 3, "naeq_proficiency_level.junior": 3,
    "naeq_between_school_rate.primary": 0.1, "naeq_between_school_rate.junior": 0.12,
}  # fmt: skip


def county_book(path: Path, *, answers: dict[str, object] | None = None, survey: bool = True) -> Path:
    """A county that has everything that 教督〔2017〕6号 asks, in the template; `answers` instead of 是 by item."""
    book = openpyxl.load_workbook(write_template(path, year=2023, force=True))
    schools, county, asked = (book[say(f"template.sheet.{name}", "zh")] for name in ("schools", "county", "survey"))
    of_school, of_county = ({cell.value: cell.column for cell in sheet[3]} for sheet in (schools, county))
    keys: dict[str, object] = {"region": "330106", "region_name": "西湖区", "year": 2023}
    rows = [("小学", "小学", f"21330000{n:02}", PRIMARY) for n in range(1, 5)]
    rows += [("初中", "初级中学", f"31330000{n:02}", PRIMARY | JUNIOR) for n in range(5, 9)]
    rows.append(("特殊教育", "特殊教育学校", "5133000009", {"pupils": 60, "public_funds": 36, "ownership": "公办"}))
    for number, (stage, kind, code, values) in enumerate(rows, start=4):
        own = keys | values | {"stage": stage, "school_kind": kind, "school": code, "school_name": f"第{number}学校"}
        for name, value in own.items():
            schools.cell(number, of_school[name]).value = value
    attested = {name: "是" for name in of_county if str(name).startswith("HQB2017.")} | (answers or {})
    for name, value in (keys | COUNTY | attested).items():
        county.cell(4, of_county[name]).value = value
    if survey:
        for number, cells in enumerate([("学生", 200, 180), ("家长", 250, 230), ("教师", 100, 95)], start=4):
            for column, value in enumerate(["330106", "西湖区", 2023, *cells], start=1):
                asked.cell(number, column).value = value
    book.save(path)
    return path


class TestCounty:
    def test_a_county_that_has_everything_meets_the_regulation(self, tmp_path: Path) -> None:
        seen = open_overview(str(county_book(tmp_path / "县.xlsx")), year=2023)
        verdict = appraise(seen, "330106").county
        lines = verdict.lines[~verdict.lines["status"].isin(["met", "not_applicable", "no_standard"])]
        assert lines[["item", "stage", "status"]].to_dict("records") == []
        assert verdict.status == "met"

    @pytest.mark.parametrize(("answer", "status"), [(None, "cannot_judge"), ("否", "unmet")])
    def test_what_is_not_answered_is_unknown_and_never_no(
        self, tmp_path: Path, answer: str | None, status: str
    ) -> None:
        path = county_book(tmp_path / "县.xlsx", answers={"HQB2017.quality_8": answer})
        verdict = appraise(open_overview(str(path), year=2023), "330106").county
        assert verdict.status == status
        own = verdict.lines[(verdict.lines["item"] == "quality_8") & (verdict.lines["subject"] == "attested")]
        assert own["status"].tolist() == [status]

    def test_without_the_survey_recognition_cannot_be_judged(self, tmp_path: Path) -> None:
        path = county_book(tmp_path / "县.xlsx", survey=False)
        verdict = appraise(open_overview(str(path), year=2023), "330106").county
        assert set(verdict.lines.loc[verdict.lines["item"] == "recognition", "status"]) == {"cannot_judge"}

    def test_what_is_given_by_hand_precedes(self, tmp_path: Path) -> None:
        seen = open_overview(str(county_book(tmp_path / "县.xlsx")), year=2023)
        assert appraise(seen, "330106", attested={}).county.status == "cannot_judge"

    def test_a_table_without_county_items_is_as_before(self, asked: Path) -> None:
        intake = check(asked, lang="zh")
        assert intake.county_items == ()
        plain = overview(intake.table, open_dataset(asked), year=2023)
        assert appraise(plain, "330106").county.status in ("cannot_judge", "unmet")

    @pytest.mark.parametrize(
        ("changed", "key", "cell"),
        [
            ({"residents": "很多"}, "not_a_number", "D4"),
            ({"HQB2017.quality_8": "尚未"}, "not_a_choice", "AC4"),
            ({"region": None}, "required_blank", "A4"),
        ],
    )
    def test_faults_of_the_county_sheet_are_said_with_their_place(
        self, tmp_path: Path, changed: dict[str, object], key: str, cell: str
    ) -> None:
        intake = check(county_book(tmp_path / "县.xlsx", answers=changed), lang="zh")
        [problem] = [each for each in intake.problems if each.refuses]
        [issue] = issues_of([problem], "zh")
        assert (problem.key, issue.cell, issue.sheet) == (key, cell, say("template.sheet.county", "zh"))

    def test_more_satisfied_than_asked(self, tmp_path: Path) -> None:
        path = county_book(tmp_path / "县.xlsx")
        book = openpyxl.load_workbook(path)
        book[say("template.sheet.survey", "zh")]["F4"] = 201
        book.save(path)
        assert [each.key for each in check(path).problems if each.refuses] == ["survey_more_satisfied"]

    def test_a_county_given_twice(self, tmp_path: Path) -> None:
        path = county_book(tmp_path / "县.xlsx")
        book = openpyxl.load_workbook(path)
        sheet = book[say("template.sheet.county", "zh")]
        sheet["A5"], sheet["C5"], sheet["D5"] = "330106", 2023, 1000
        book.save(path)
        assert [each.key for each in check(path).problems if each.refuses] == ["county_twice"]


def _saved_by_office(path: Path, into: Path, ending: str) -> Path:
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    place = into / ending
    words = [soffice, "--headless", "--norestore", f"-env:UserInstallation={(into / 'profile').as_uri()}"]
    subprocess.run([*words, "--convert-to", ending, "--outdir", str(place), str(path)], check=True,
                   capture_output=True, timeout=240, env={**os.environ, "HOME": str(into)})  # fmt: skip
    return place / f"{path.stem}.{ending}"


@pytest.mark.render
class TestSavedByAnotherProgram:
    def test_the_filled_template_is_read_back_equal(self, tmp_path: Path) -> None:
        path = county_book(tmp_path / "县.xlsx")
        first = check(path, lang="zh")
        for ending in ("xlsx", "ods"):
            saved = check(_saved_by_office(path, tmp_path, ending), lang="zh")
            assert [each.sentence("zh") for each in saved.problems if each.refuses] == []
            assert saved.table.equals(first.table)
            assert saved.county_items == first.county_items

    def test_lists_hints_and_comments_are_there(self, tmp_path: Path, faulty: Path) -> None:
        saved = _saved_by_office(write_template(tmp_path / "模板.xlsx", year=2023), tmp_path, "xlsx")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl on what LibreOffice writes besides
            sheet = openpyxl.load_workbook(saved)[say("template.sheet.schools", "zh")]
            rules = sheet.data_validations.dataValidation
            columns = {each.min_col for rule in rules for each in rule.sqref.ranges}
            assert columns == set(range(1, sheet.max_column + 1))
            assert all(rule.prompt and rule.error for rule in rules)
            assert "list_stage" in {rule.formula1 for rule in rules}
            marked = mark_copy(faulty, check(faulty, lang="zh").problems, "zh").path
            again = openpyxl.load_workbook(_saved_by_office(marked, tmp_path, "xlsx"))
        before = openpyxl.load_workbook(marked)
        for address in ("G3", "I4", "I5"):
            assert say("answer.mark.mend", "zh") in again[SHEET][address].comment.text
            assert again[SHEET][address].fill.start_color.rgb[-6:] == COLOURS["mend"]
        assert values_of(again[SHEET]) == values_of(before[SHEET])
        assert again.sheetnames == before.sheetnames

    @pytest.mark.parametrize("ending", ["xls", "ods"])
    def test_a_workbook_of_another_kind_is_marked_with_equal_values(
        self, tmp_path: Path, faulty: Path, ending: str
    ) -> None:
        path = _saved_by_office(faulty, tmp_path, ending)
        marked = mark_copy(path, check(path, lang="zh").problems, "zh")
        assert marked.path.suffix == ".xlsx"
        assert raw(marked.path, SHEET) == raw(path, SHEET)
        cells = openpyxl.load_workbook(marked.path)[SHEET]
        assert (cells["D4"].value, cells["D4"].data_type, cells["G2"].data_type) == ("=第三小学", "s", "n")
        assert cells["G3"].comment is not None
