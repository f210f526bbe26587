"""Sheets that must be taken and sheets that must be refused, each named for its quirk."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from qualityedu.columns import COLUMNS
from qualityedu.datasets import Dataset, open_dataset
from qualityedu.errors import DefinitionError, IntakeError, RequestError, refusing
from qualityedu.indicators import catalogue
from qualityedu.intake import MOST_LISTED, Intake, check, read_schools
from qualityedu.intake.vocabulary import folded

HERE = Path(__file__).parent / "intake"
ACCEPTED = sorted((HERE / "accept").iterdir())
REFUSED = sorted((HERE / "refuse").glob("*.csv"))

# What every file in intake/accept says, in one way or another.
EXPECTED = pd.DataFrame(
    {
        "region": ["010106", "010106"],
        "school": ["0010000001", "0010000002"],
        "stage": ["primary", "junior"],
        "year": [2023, 2023],
        "region_name": ["示例区", "示例区"],
        "school_name": ["示例一小", "示例二中"],
        "pupils": [1204.0, 842.0],
        "classes": [30.0, 20.0],
        "books": [36120.0, 25260.0],
        "equipment_value": [1250000.0, float("nan")],
    }
)
ROW = {"region": "330106", "school": "0001", "stage": "primary", "year": 2023, "pupils": 10}


def _sentences(intake: Intake) -> list[str]:
    return [problem.sentence("zh") for problem in refusing(intake.problems)]


def _adds_up(intake: Intake) -> bool:
    return intake.rows_read == intake.rows_used + sum(intake.left_out.values()) and intake.rows_used == len(
        intake.table
    )


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.name)
def test_accepts(path: Path) -> None:
    intake = check(path)
    assert _sentences(intake) == []
    pd.testing.assert_frame_equal(intake.table, EXPECTED)
    assert _adds_up(intake)


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.name)
def test_refuses(path: Path) -> None:
    intake = check(path)
    assert _sentences(intake) == path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    assert _adds_up(intake)
    with pytest.raises(IntakeError) as refusal:
        read_schools(path)
    assert len(refusal.value.problems) == len(_sentences(intake))


def test_names_the_types_of_columns() -> None:
    table = read_schools(HERE / "accept" / "plain.csv")
    texts = {"region", "school", "stage", "region_name", "school_name"}
    assert {name for name in table if table[name].dtype == "str"} == texts
    assert str(table["year"].dtype) == "int64"
    assert {str(table[name].dtype) for name in table.columns if name not in {*texts, "year"}} == {"float64"}


def test_counts_what_is_left_out() -> None:
    intake = check(HERE / "accept" / "totals_notes_and_blank_rows.csv")
    assert intake.left_out == {"total": 2, "blank": 2, "footnote": 3}
    assert (intake.rows_read, intake.rows_used) == (9, 2)
    assert intake.left_out_in_words("zh")[0] == "合计、小计行 2 行"


def test_a_school_with_a_code_is_no_total() -> None:
    intake = check(pd.DataFrame([{**ROW, "school_name": "示例中学小计"}]))
    assert (intake.rows_used, intake.left_out) == (1, {})


def test_true_is_not_one() -> None:
    frame = pd.DataFrame([ROW, {**ROW, "school": "2"}])
    frame["pupils"] = pd.Series([1, True], dtype=object)
    assert [problem.where for problem in check(frame).problems] == ["数据表 第2行“pupils”列"]


def test_lists_headings_it_does_not_know() -> None:
    problems = check(HERE / "accept" / "quoted_line_break.csv").problems
    notes = [problem for problem in problems if problem.key == "unknown_heading"]
    assert [note.sentence("zh") for note in notes] == [
        "quoted_line_break.csv 第1行  有 1 列不在已知列名中，未予采用：“备注”。"
    ]


def test_drops_an_empty_column_and_says_so() -> None:
    intake = check(pd.DataFrame([{**ROW, "books": None}]))
    assert "books" not in intake.table
    assert [problem.sentence("zh") for problem in intake.problems] == [
        "数据表 “books”列  “books”整列为空，按没有这一列处理。"
    ]


def test_speaks_english() -> None:
    intake = check(pd.DataFrame([{**ROW, "pupils": "twenty"}]), lang="en")
    assert intake.problems[0].sentence("en") == (
        "the data frame, row 1, column “pupils”  “pupils” reads “twenty”, which is not a number. "
        "Leave the cell blank where there is no figure; do not write “none”, “/” or “—”."
    )


def test_sorts_by_region_school_stage_and_year() -> None:
    rows = [("2", "b", 2023), ("10", "a", 2023), ("10", "a", 2022), ("2", "a", 2023)]
    table = read_schools(pd.DataFrame([{**ROW, "region": r, "school": s, "year": y} for r, s, y in rows]))
    assert list(zip(table["region"], table["school"], table["year"], strict=True)) == [
        ("10", "a", 2022), ("10", "a", 2023), ("2", "a", 2023), ("2", "b", 2023),
    ]  # fmt: skip


def test_same_school_code_in_two_regions_is_two_schools() -> None:
    assert len(read_schools(pd.DataFrame([ROW, {**ROW, "region": "330107"}]))) == 2


def test_a_region_renamed_has_another_name_in_another_year() -> None:
    names = {2023: "甲县", 2024: "甲区"}
    rows = [{**ROW, "region": "999901", "year": year, "region_name": name} for year, name in names.items()]
    assert check(pd.DataFrame(rows)).problems == ()


def test_lists_so_many_and_gives_the_true_count() -> None:
    frame = pd.DataFrame([{**ROW, "school": str(number), "pupils": "许多"} for number in range(250)])
    problems = check(frame).problems
    assert len(problems) == MOST_LISTED + 1
    assert problems[-1].sentence("zh") == "问题较多，每类只列出前 100 处，实际共 250 处。"


# --- one region, one year ---


def _two_regions() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {**ROW, "region_name": "西湖区"},
            {**ROW, "region": "330107", "region_name": "东湖区", "pupils": "许多"},
            {**ROW, "region": "330107", "region_name": "东湖区", "year": 2024},
        ]
    )


@pytest.mark.parametrize("region", ["330106", "西湖区"])
def test_reads_one_region_by_code_or_name(region: str) -> None:
    intake = check(_two_regions(), region=region)
    assert list(intake.table["region"]) == ["330106"]
    assert (intake.rows_read, intake.left_out) == (3, {"other_region": 2})
    assert intake.problems == ()


def test_reads_one_year() -> None:
    intake = check(_two_regions(), region="330107", year=2024)
    assert intake.left_out == {"other_region": 1, "other_year": 1}
    assert list(intake.table["year"]) == [2024]


def test_unknown_region_names_the_nearest() -> None:
    with pytest.raises(RequestError) as refusal:
        read_schools(_two_regions(), region="西湖")
    assert refusal.value.exit_code == 2
    assert str(refusal.value) == "表中没有代码或名称为“西湖”的地区。表中有：330106 西湖区。"


def test_unknown_year_names_those_there_are() -> None:
    with pytest.raises(RequestError) as refusal:
        read_schools(_two_regions(), region="330106", year=2030)
    assert "没有 2030 学年的数据。表中有的学年：2023。" in str(refusal.value)


# --- stated values and described data sets ---


RETENTION = catalogue()["junior_three_year_retention"]


@pytest.mark.parametrize(
    "heading", [RETENTION.id, *RETENTION.title.values(), "初中三年巩固率（%）", f"{RETENTION.title['en']} (percent)"]
)
def test_reads_a_stated_value_by_id_or_title(heading: str) -> None:
    table = read_schools(pd.DataFrame([{**ROW, heading: "97.4%"}]))
    assert list(table["junior_three_year_retention"]) == [97.4]


def test_refuses_a_stated_value_in_another_unit() -> None:
    problems = check(pd.DataFrame([{**ROW, "每百名学生拥有县级以上骨干教师数（%）": 1.2}])).problems
    assert problems[0].sentence("zh") == (
        "数据表 “每百名学生拥有县级以上骨干教师数（%）”列  表头“每百名学生拥有县级以上骨干教师数（%）”中的单位“%”"
        "不适用于“每百名学生拥有县级以上骨干教师数”。可用的单位：人/百名学生、teachers per 100 pupils。"
        "请改写表头，并核对数值。"
    )


def _described(folder: Path, text: str, table: str) -> Dataset:
    (folder / "table.csv").write_text(table, encoding="utf-8")
    (folder / "counties.toml").write_text(text, encoding="utf-8")
    return open_dataset(folder / "counties.toml")


DESCRIPTION = """
[dataset]
table = "table.csv"
title = {zh = "加州", en = "California"}
unit = "district"
country = ""
currency = {zh = "美元", en = "US dollars"}

[columns]
region = "county"
region_name = "county"
school = "district"
pupils = "students"
budget_expenditure = "spending (thousand US dollars)"

[constants]
stage = "primary"
year = 1998
"""
TABLE = "county,district,students,teachers,spending (thousand US dollars)\nAlameda,075119,195,10.9,1.5\n"


def test_reads_a_described_table(tmp_path: Path) -> None:
    dataset = _described(tmp_path, DESCRIPTION, TABLE)
    expected = pd.DataFrame(
        {
            "region": ["Alameda"], "school": ["075119"], "stage": ["primary"], "year": [1998],
            "region_name": ["Alameda"], "pupils": [195.0], "teachers": [10.9], "budget_expenditure": [1500.0],
        }
    )  # fmt: skip
    for source in (dataset, tmp_path / "counties.toml", str(tmp_path / "counties.toml")):
        pd.testing.assert_frame_equal(read_schools(source), expected, check_like=True)
    frame = pd.read_csv(tmp_path / "table.csv", dtype={"district": str})
    pd.testing.assert_frame_equal(read_schools(frame, dataset=dataset), expected, check_like=True)


def test_a_described_heading_must_be_there(tmp_path: Path) -> None:
    dataset = _described(tmp_path, DESCRIPTION, TABLE.replace("students", "children"))
    assert check(dataset).problems[0].sentence("zh") == (
        "table.csv 第1行  数据说明中写明“pupils”取自“students”列，表中却没有这一列。请核对说明文件的 [columns] 与表头。"
    )


def test_a_described_heading_takes_the_place_of_a_known_one(tmp_path: Path) -> None:
    description = DESCRIPTION.replace("[constants]", 'teachers = "staff"\n\n[constants]')
    dataset = _described(
        tmp_path,
        description,
        TABLE.replace("195,10.9,1.5", "195,10.9,1.5,12").replace("US dollars)\n", "US dollars),staff\n"),
    )
    assert read_schools(dataset)["teachers"].tolist() == [12.0]


def test_yuan_is_not_dollars(tmp_path: Path) -> None:
    description = DESCRIPTION.replace("spending (thousand US dollars)", "spending (yuan)")
    dataset = _described(tmp_path, description, TABLE.replace("spending (thousand US dollars)", "spending (yuan)"))
    assert [problem.key for problem in check(dataset).problems] == ["heading_unit"]


def test_a_constant_that_cannot_be_read_is_the_description_s_fault(tmp_path: Path) -> None:
    dataset = _described(tmp_path, DESCRIPTION.replace('"primary"', '"kindergarten"'), TABLE)
    with pytest.raises(DefinitionError, match=r"counties\.toml: \[constants\] stage: 'kindergarten'"):
        check(dataset)


def test_no_heading_names_two_columns() -> None:
    names: dict[str, set[str]] = {}
    for column in COLUMNS.values():
        for word in (column.name, column.zh, column.en, *column.aliases):
            names.setdefault(folded(word), set()).add(column.name)
    for indicator in catalogue().values():
        for word in (indicator.id, *indicator.title.values()):
            names.setdefault(folded(word), set()).add(indicator.id)
    assert {word: sorted(owners) for word, owners in names.items() if len(owners) > 1} == {}
