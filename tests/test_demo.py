"""The synthetic city: made again to the byte, said to be synthetic everywhere, and showing what its README promises.

Everything is worked out here with pandas alone, from the cells as typed, so that the package cannot agree with itself.
"""

from __future__ import annotations

import runpy
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from qualityedu.datasets import open_dataset, shipped

SHEET = "学校基本情况"
SYNTHETIC_NAME = "（合成示例）"
LIMIT = {"小学": 0.50, "初中": 0.45}
# 教督〔2017〕6号, items 1 to 7: what each school must reach.
STANDARD = pd.DataFrame(
    {"小学": (4.2, 1.0, 0.9, 4.5, 7.5, 2000, 2.3), "初中": (5.3, 1.0, 0.9, 5.8, 10.2, 2500, 2.4)},
    index=["high_qualified", "backbone", "pe_art", "teaching", "sports", "equipment", "multimedia"],
)
# README.md promises these for 2023: schools below the rule, spreads above the limit, retention of at least 95.
DESIGN = {
    "999901": (True, True, True),
    "999902": (False, False, True),
    "999903": (False, False, True),
    "999904": (False, True, True),
    "999905": (True, False, True),
    "999906": (True, True, False),
    "999907": (False, False, False),
    "999908": (False, False, True),
}


@pytest.fixture(scope="module")
def folder() -> Path:
    return shipped("data", "demo")


@pytest.fixture(scope="module")
def make(folder: Path) -> Callable[[Path], Path]:
    """What the script does when it is run: run, not imported, so that no compiled copy is left beside the data."""
    main: Callable[[Path], Path] = runpy.run_path(str(folder / "make_demo.py"))["main"]
    return main


@pytest.fixture(scope="module")
def cells(folder: Path) -> pd.DataFrame:
    """The data rows as typed, under their Chinese headings."""
    sheet = pd.read_excel(folder / "schools.xlsx", sheet_name=SHEET, header=1, dtype=str, engine="calamine")
    return sheet[sheet["学校标识码"].notna()].reset_index(drop=True)


@pytest.fixture(scope="module")
def schools(cells: pd.DataFrame) -> pd.DataFrame:
    """The same with numbers read, money in yuan, and the seven items and the books worked out."""
    texts = list(cells.columns[:5]) + list(cells.columns[6:9])
    read = cells.map(lambda cell: unicodedata.normalize("NFKC", cell).strip() if isinstance(cell, str) else cell)
    for heading in cells.columns.difference(texts):
        read[heading] = pd.to_numeric(read[heading].str.replace(",", ""))
    pupils, hall = read["在校生数"], read["室内体育用房面积(平方米)"]
    read["high_qualified"] = 100 * read["高于规定学历教师数"] / pupils
    read["backbone"] = 100 * read["县级以上骨干教师数"] / pupils
    read["pe_art"] = 100 * read["体育、艺术专任教师数"] / pupils
    read["teaching"] = (read["教学及辅助用房面积(平方米)"] - hall) / pupils
    read["sports"] = (read["室外运动场地面积(平方米)"] + hall) / pupils
    read["equipment"] = 10_000 * read["教学仪器设备值(万元)"] / pupils
    read["multimedia"] = 100 * read["网络多媒体教室数"] / pupils
    read["books"] = read["图书册数"] / pupils
    tiny = (read["办学类型"] == "教学点") & (pupils < 50)
    read["in_scope"] = ~tiny & ~read["办学类型"].isin(["特殊教育学校", "职业学校"])
    return read


@pytest.fixture(scope="module")
def latest(schools: pd.DataFrame) -> pd.DataFrame:
    return schools[(schools["学年"] == 2023) & schools["in_scope"]]


def spread(group: pd.DataFrame, item: str) -> float:
    """The difference coefficient over the schools that reported the item, weighted by pupils."""
    known = group[group[item].notna()]
    share = known["在校生数"] / known["在校生数"].sum()
    mean = (share * known[item]).sum()
    return float(np.sqrt((share * (known[item] - mean) ** 2).sum()) / mean)


def ratio_to_standard(row: pd.Series) -> pd.Series:
    return row[STANDARD.index].astype(float) / STANDARD[row["学段"]]


def school_status(row: pd.Series) -> str:
    """Six of seven and no other below 85 % of its standard; unknown where missing items leave it open."""
    ratio = ratio_to_standard(row)
    if (ratio < 0.85).any() or (ratio < 1).sum() > 1:
        return "unmet"
    return "no_data" if ratio.isna().any() else "met"


def spreads_of(latest: pd.DataFrame, items: list[str]) -> pd.DataFrame:
    groups = latest.groupby(["区县代码", "学段"])
    table = pd.DataFrame({item: {key: spread(group, item) for key, group in groups} for item in items})
    return table.rename_axis(index=["区县代码", "学段"])


def retention(schools: pd.DataFrame, year: int) -> pd.Series:
    rows = schools[(schools["学年"] == year) & (schools["学段"] == "初中")]
    sums = rows.groupby("区县代码")[
        ["毕业生数", "该届转入学生数", "该届转出学生数", "三年前初一年级学生数", "该届死亡学生数"]
    ].sum()
    stayed = sums["毕业生数"] - sums["该届转入学生数"] + sums["该届转出学生数"]
    return 100 * stayed / (sums["三年前初一年级学生数"] - sums["该届死亡学生数"])


def test_two_runs_give_the_same_bytes(make: Callable[[Path], Path], tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    first, second = make(tmp_path), make(tmp_path / "again")
    assert first.read_bytes() == second.read_bytes()


def test_the_stored_workbook_is_what_the_script_makes(
    make: Callable[[Path], Path], folder: Path, tmp_path: Path
) -> None:
    """Part by part before compression, which differs between builds of zlib."""
    with zipfile.ZipFile(make(tmp_path)) as made, zipfile.ZipFile(folder / "schools.xlsx") as stored:
        assert made.namelist() == stored.namelist()
        assert [name for name in made.namelist() if made.read(name) != stored.read(name)] == []


def test_size(schools: pd.DataFrame) -> None:
    assert sorted(schools["学年"].unique()) == [2021, 2022, 2023]
    assert schools["区县代码"].nunique() == 8
    assert schools.groupby("学年")["学校标识码"].nunique().tolist() == [240, 240, 240]
    assert schools.groupby(["学年", "学段"]).size().unique().tolist() == [70, 186]
    assert (schools.groupby(["学校标识码", "学年"]).size() == 2).sum() == 16 * 3
    assert not schools.duplicated(["学校标识码", "学段", "学年"]).any()


def test_synthetic_is_said_wherever_a_number_could_be_quoted(folder: Path, schools: pd.DataFrame) -> None:
    book = pd.read_excel(folder / "schools.xlsx", sheet_name=None, header=None, dtype=str, engine="calamine")
    for words in (book[SHEET].iloc[0, 0], book["填报说明"].iloc[0, 0] + book["填报说明"].iloc[1, 0]):
        assert "合成" in words
        assert "synthetic" in words.lower()
    assert schools["区县名称"].str.endswith(unicodedata.normalize("NFKC", SYNTHETIC_NAME)).all()
    assert schools["学校名称"].str.contains("示例").all()
    demo = open_dataset("demo")
    assert demo.synthetic
    for text in (demo.title, demo.source):
        assert "合成" in text["zh"]
        assert "synthetic" in text["en"].lower()
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert "合成" in readme.splitlines()[0]
    assert "synthetic" in readme.splitlines()[0].lower()


def test_no_real_code(schools: pd.DataFrame) -> None:
    """GB/T 2260 gives provinces the codes 11 to 82; none begins with 99."""
    assert schools["区县代码"].str.fullmatch(r"99990[1-8]").all()
    assert schools["学校标识码"].str.fullmatch(r"99990[1-8]\d{4}").all()
    assert (schools["学校标识码"].str[:6] == schools["区县代码"]).all()


def test_the_dirt_is_there(cells: pd.DataFrame, folder: Path) -> None:
    numbers = cells.iloc[:, 9:].stack()
    assert numbers.str.contains("[０-９]").sum() >= 10
    assert numbers.str.contains(",").sum() >= 20
    assert (cells["学校名称"] != cells["学校名称"].str.strip()).sum() >= 10
    assert cells["体质健康测试人数"].isna().sum() >= 20
    sheet = pd.read_excel(folder / "schools.xlsx", sheet_name=SHEET, header=None, dtype=str, engine="calamine")
    assert sheet.isna().all(axis=1).sum() == 2
    assert sheet.iloc[-2, 0] == "合计"
    assert sheet.iloc[-1, 0].startswith("填表人")


def test_no_part_passes_its_whole(schools: pd.DataFrame) -> None:
    pairs = {
        "高于规定学历教师数": "专任教师数",
        "县级以上骨干教师数": "专任教师数",
        "体育、艺术专任教师数": "专任教师数",
        "室内体育用房面积(平方米)": "教学及辅助用房面积(平方米)",
        "参加统考学生数": "在校生数",
        "及格人数": "参加统考学生数",
        "优秀人数": "及格人数",
        "体质健康测试人数": "在校生数",
        "体质健康优良人数": "体质健康测试人数",
    }
    assert [part for part, whole in pairs.items() if (schools[part] > schools[whole]).any()] == []


@pytest.mark.parametrize("stage", ["小学", "初中"])
def test_spreads_keep_the_published_order(latest: pd.DataFrame, stage: str) -> None:
    """Sports area above teaching area above the rest, books last: over the city and in the mean of its counties."""
    items = [*STANDARD.index, "books"]
    city = pd.Series({item: spread(latest[latest["学段"] == stage], item) for item in items})
    counties = spreads_of(latest, items).xs(stage, level="学段").mean()
    for order in (city, counties):
        ranked = order.sort_values(ascending=False).index.tolist()
        assert ranked[:3] == ["sports", "teaching", "equipment"]
        assert ranked[-1] == "books"


def test_every_county_shows_what_it_was_made_to_show(schools: pd.DataFrame, latest: pd.DataFrame) -> None:
    status = latest.apply(school_status, axis=1)
    spreads = spreads_of(latest, list(STANDARD.index))
    limits = spreads.index.get_level_values("学段").map(LIMIT).to_numpy()[:, None]
    over = (spreads > limits).any(axis=1).groupby(level="区县代码").any()
    unmet = (status == "unmet").groupby(latest["区县代码"]).any()
    kept = retention(schools, 2023) >= 95
    assert {region: (bool(unmet[region]), bool(over[region]), bool(kept[region])) for region in unmet.index} == DESIGN
    open_question = set(latest.loc[status == "no_data", "区县代码"])
    assert {region for region in open_question if DESIGN[region] == (False, False, True)} == {"999903"}


def test_one_spread_passes_the_limit_and_prints_as_the_limit(latest: pd.DataFrame) -> None:
    spreads = spreads_of(latest, list(STANDARD.index)).loc[("999904", "小学")]
    assert spreads["sports"] == pytest.approx(0.5018, abs=5e-5)
    assert f"{spreads['sports']:.2f}" == "0.50"
    assert (spreads.drop("sports") < 0.5).all()


def test_a_passing_county_would_fail_without_the_scope_rule(schools: pd.DataFrame) -> None:
    left_out = schools[(schools["学年"] == 2023) & ~schools["in_scope"] & (schools["区县代码"] == "999908")]
    assert (left_out.apply(school_status, axis=1) == "unmet").any()


def test_one_county_grows_into_the_standard(schools: pd.DataFrame) -> None:
    before = schools[(schools["学年"] == 2021) & schools["in_scope"] & (schools["区县代码"] == "999908")]
    assert (before.apply(school_status, axis=1) == "unmet").sum() >= 3


def test_both_leanings(schools: pd.DataFrame) -> None:
    rows = schools[(schools["学年"] == 2023) & (schools["学段"] == "初中")]
    sums = rows.groupby("区县代码").sum(numeric_only=True)
    excellent = 100 * sums["优秀人数"] / sums["参加统考学生数"]
    fit = 100 * sums["体质健康优良人数"] / sums["体质健康测试人数"]
    exam, quality = ["999901", "999904", "999907"], ["999902", "999903", "999908"]
    assert excellent[exam].min() > excellent[quality].max() + 4
    assert fit[quality].min() > fit[exam].max() + 4
    assert retention(schools, 2023)[exam].max() < retention(schools, 2023)[quality].min()
