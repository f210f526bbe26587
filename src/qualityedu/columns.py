"""What a table of units may hold: the name, unit, kind and bounds of every column, declared once.

A table has one row per unit, stage and year. What a unit is (a school, a district, an economy) the data
set says. A column that is not here is listed at intake and left out, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["COLUMNS", "CONTEXT", "KEYS", "STAGES", "UNITS", "Column", "Kind", "column"]

Kind = Literal["code", "text", "choice", "year", "count", "amount", "percent", "number"]

# Factor from each spelling to the first one of its group, which is the unit that the table keeps.
UNITS: dict[str, dict[str, float]] = {
    "persons": {"人": 1, "名": 1, "位": 1, "persons": 1, "pupils": 1, "teachers": 1, "万人": 10_000},
    "classes": {"个": 1, "班": 1, "classes": 1},
    "rooms": {"间": 1, "个": 1, "口": 1, "rooms": 1},
    "square_metres": {"平方米": 1, "㎡": 1, "m2": 1, "m²": 1, "square metres": 1, "万平方米": 10_000},
    "money": {"元": 1, "yuan": 1, "千元": 1_000, "万元": 10_000, "亿元": 100_000_000},
    "volumes": {"册": 1, "本": 1, "volumes": 1, "千册": 1_000, "万册": 10_000},
    "percent": {"%": 1, "％": 1, "percent": 1, "百分点": 1},
    "points": {"分": 1, "points": 1},
}


@dataclass(frozen=True)
class Column:
    """What one heading means.

    `kind` decides how a cell is read; `unit` is a key of `UNITS` or empty; `at_most` names a column of
    the same row that this one may not pass; `choices` maps each stored value to the words that stand for it.
    """

    name: str
    zh: str
    en: str
    kind: Kind
    unit: str = ""
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    at_most: str | None = None
    choices: Mapping[str, tuple[str, ...]] | None = None
    aliases: tuple[str, ...] = ()

    def heading(self, lang: str) -> str:
        """The heading in one language."""
        return self.zh if lang == "zh" else self.en


def _count(
    name: str, zh: str, en: str, unit: str, *, at_most: str | None = None, aliases: tuple[str, ...] = ()
) -> Column:
    return Column(name, zh, en, "count", unit, minimum=0, at_most=at_most, aliases=aliases)


def _amount(
    name: str, zh: str, en: str, unit: str, *, at_most: str | None = None, aliases: tuple[str, ...] = ()
) -> Column:
    return Column(name, zh, en, "amount", unit, minimum=0, at_most=at_most, aliases=aliases)


_STAGES = {
    "primary": ("小学", "primary", "primary school"),
    "junior": ("初中", "junior", "lower secondary", "junior secondary", "middle school"),
    "senior": ("高中", "senior", "upper secondary"),
    "secondary": ("中学", "中等教育", "secondary"),
}
_SCHOOL_KINDS = {
    "primary": ("小学", "完全小学", "primary school"),
    "junior": ("初级中学", "初中", "junior school"),
    "nine_year": ("九年一贯制学校", "九年一贯制", "nine-year school"),
    "twelve_year": ("十二年一贯制学校", "十二年一贯制", "twelve-year school"),
    "complete_secondary": ("完全中学", "complete secondary school"),
    "teaching_point": ("教学点", "小学教学点", "teaching point"),
    "special": ("特殊教育学校", "特殊教育", "special school"),
    "vocational": ("职业学校", "中等职业学校", "vocational school"),
}
_OWNERSHIP = {"public": ("公办", "公办学校", "public"), "private": ("民办", "民办学校", "private")}
_AREAS = {"urban": ("城区", "城市", "urban"), "town": ("镇区", "镇", "town"), "rural": ("乡村", "农村", "rural")}

_DECLARED = (
    Column("region", "区县代码", "Region code", "code", required=True,
           aliases=("行政区划代码", "县区代码", "区划代码", "county code", "region")),
    Column("region_name", "区县名称", "Region name", "text",
           aliases=("区县", "县区", "县（市、区）", "县(市、区)", "county", "region name")),
    Column("school", "学校标识码", "School code", "code", required=True,
           aliases=("学校代码", "学校（机构）标识码", "学校(机构)标识码", "unit code", "school")),
    Column("school_name", "学校名称", "School name", "text",
           aliases=("校名", "学校", "学校（机构）名称", "学校(机构)名称", "unit name")),
    Column("stage", "学段", "Stage", "choice", required=True, choices=_STAGES, aliases=("教育阶段",)),
    Column("year", "学年", "School year", "year", required=True, minimum=1949, maximum=2100,
           aliases=("年度", "学年度", "year")),
    Column("school_kind", "办学类型", "Kind of school", "choice", choices=_SCHOOL_KINDS, aliases=("学校类型", "学校类别")),
    Column("ownership", "办学性质", "Ownership", "choice", choices=_OWNERSHIP, aliases=("举办者类型", "公办民办")),
    Column("area", "城乡类型", "Urban or rural", "choice", choices=_AREAS, aliases=("城乡分类", "所在地城乡类型")),

    _count("pupils", "在校生数", "Pupils on roll", "persons", aliases=("学生数", "在校学生数", "学生总数")),
    _count("classes", "班级数", "Classes", "classes", aliases=("教学班数", "班数")),
    _count("teachers", "专任教师数", "Full-time teachers", "persons", aliases=("教师数", "专任教师")),
    _count("high_qualified_teachers", "高于规定学历教师数", "Teachers above the required degree", "persons",
           at_most="teachers", aliases=("高于规定学历专任教师数",)),
    _count("backbone_teachers", "县级以上骨干教师数", "Backbone teachers of county level or above", "persons",
           at_most="teachers", aliases=("骨干教师数", "县级及以上骨干教师数")),
    _count("pe_art_teachers", "体育、艺术专任教师数", "Full-time PE and art teachers", "persons",
           at_most="teachers", aliases=("体育艺术专任教师数", "体艺教师数", "体育、艺术（美术、音乐）专任教师数")),
    _amount("teaching_auxiliary_area", "教学及辅助用房面积", "Teaching and auxiliary floor area", "square_metres",
            aliases=("教学及教学辅助用房面积",)),
    _amount("indoor_sports_area", "室内体育用房面积", "Indoor sports floor area", "square_metres",
            at_most="teaching_auxiliary_area", aliases=("室内体育馆面积", "体育馆面积")),
    _amount("sports_ground_area", "室外运动场地面积", "Outdoor sports ground area", "square_metres",
            aliases=("运动场地面积", "室外体育场地面积")),
    _amount("equipment_value", "教学仪器设备值", "Teaching equipment at cost", "money",
            aliases=("教学仪器设备资产值", "教学仪器设备总值")),
    _count("multimedia_rooms", "网络多媒体教室数", "Networked multimedia rooms", "rooms",
           aliases=("多媒体教室数", "网络多媒体教室")),
    _count("books", "图书册数", "Library volumes", "volumes", aliases=("图书数", "藏书量")),
    _amount("budget_expenditure", "一般公共预算教育经费", "General-budget education spending", "money",
            aliases=("一般公共预算教育经费支出", "预算教育经费")),

    _count("candidates", "参加统考学生数", "Pupils who sat the common exam", "persons",
           at_most="pupils", aliases=("参考人数", "实考人数")),
    _amount("score_total", "统考总分合计", "Sum of exam scores", "points", aliases=("总分合计", "各生总分之和")),
    _count("passed_candidates", "及格人数", "Candidates at or above the pass line", "persons", at_most="candidates"),
    _count("excellent_candidates", "优秀人数", "Candidates at or above the excellent line", "persons",
           at_most="passed_candidates"),

    _count("cohort_at_entry", "三年前初一年级学生数", "Grade 7 pupils three years before", "persons",
           aliases=("三年前七年级学生数", "三年前初一学生数")),
    _count("cohort_deaths", "该届死亡学生数", "Deaths in the cohort", "persons", at_most="cohort_at_entry",
           aliases=("三年内死亡学生数",)),
    _count("graduates", "毕业生数", "Graduates", "persons", aliases=("初中毕业生数",)),
    _count("transferred_in", "该届转入学生数", "Pupils moved into the cohort", "persons", aliases=("三年内转入学生数", "转入学生数")),
    _count("transferred_out", "该届转出学生数", "Pupils moved out of the cohort", "persons",
           aliases=("三年内转出学生数", "转出学生数")),

    _count("fitness_tested", "体质健康测试人数", "Pupils tested for fitness", "persons", at_most="pupils",
           aliases=("参加体测人数",)),
    _count("fitness_good_excellent", "体质健康优良人数", "Pupils rated good or excellent in fitness", "persons",
           at_most="fitness_tested", aliases=("体测优良人数",)),

    Column("gdp_per_head", "人均国内生产总值", "GDP per head", "amount", minimum=0),
    Column("mean_years_schooling", "平均受教育年限", "Mean years of schooling", "amount", minimum=0),
    Column("pisa_mathematics_error", "PISA数学标准误", "Standard error of PISA mathematics", "amount", "points", minimum=0),
    Column("pisa_reading_error", "PISA阅读标准误", "Standard error of PISA reading", "amount", "points", minimum=0),
    Column("pisa_science_error", "PISA科学标准误", "Standard error of PISA science", "amount", "points", minimum=0),
    Column("creative_thinking_error", "创造性思维标准误", "Standard error of creative thinking", "amount", "points", minimum=0),
    Column("spending_year", "经费数据年份", "Year of the spending figure", "year", minimum=1949, maximum=2100),
    Column("pupil_teacher_year", "生师比数据年份", "Year of the pupil–teacher figure", "year", minimum=1949, maximum=2100),
    Column("caution", "数据提示", "Data caution", "text"),
)  # fmt: skip

COLUMNS: dict[str, Column] = {declared.name: declared for declared in _DECLARED}

# The stages in the order of schooling.
STAGES = tuple(_STAGES)

# One row of a table is one of these.
KEYS = ("region", "school", "stage", "year")

# What is neither measured nor part of a measure, but may be held fixed in a model.
CONTEXT = ("gdp_per_head", "mean_years_schooling")


def column(name: str) -> Column:
    """The column of that name. Raises KeyError where none is declared."""
    return COLUMNS[name]
