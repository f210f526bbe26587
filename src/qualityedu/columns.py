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
    "computers": {"台": 1, "computers": 1},
    "lessons": {"节": 1, "课时": 1, "lessons": 1},
    "times": {"次": 1, "项": 1, "件": 1, "times": 1, "events": 1},
    "schools": {"所": 1, "schools": 1},
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
    name: str,
    zh: str,
    en: str,
    unit: str,
    *,
    at_most: str | None = None,
    maximum: float | None = None,
    aliases: tuple[str, ...] = (),
) -> Column:
    return Column(name, zh, en, "count", unit, minimum=0, maximum=maximum, at_most=at_most, aliases=aliases)


def _amount(
    name: str, zh: str, en: str, unit: str, *, at_most: str | None = None, aliases: tuple[str, ...] = ()
) -> Column:
    return Column(name, zh, en, "amount", unit, minimum=0, at_most=at_most, aliases=aliases)


_STAGES = {
    "primary": ("小学", "primary", "primary school"),
    "junior": ("初中", "junior", "lower secondary", "junior secondary", "middle school"),
    "senior": ("高中", "senior", "upper secondary"),
    "secondary": ("中学", "中等教育", "secondary"),
    "special": ("特殊教育", "特殊教育学校", "special education"),
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
    _count("mid_senior_title_teachers", "中级及以上专业技术职务教师数", "Teachers with a middle or higher professional title",
           "persons", at_most="teachers", aliases=("中级及以上职称教师数", "中级及以上专任教师数")),
    _count("certified_teachers", "持有教师资格证专任教师数", "Full-time teachers with a teaching certificate", "persons",
           at_most="teachers", aliases=("持证专任教师数", "持证教师数")),
    _count("teachers_trained_360h", "5年完成360学时培训教师数", "Teachers with 360 training hours in five years", "persons",
           at_most="teachers", aliases=("完成360学时培训教师数", "360学时培训合格教师数")),
    _count("rotation_eligible_teachers", "符合交流条件教师数", "Teachers who meet the conditions for rotation", "persons",
           aliases=("符合交流轮岗条件教师数",)),
    _count("rotated_teachers", "当年交流轮岗教师数", "Teachers rotated in the year", "persons",
           at_most="rotation_eligible_teachers", aliases=("交流轮岗教师数", "交流教师数")),
    _count("rotated_backbone_teachers", "当年交流轮岗骨干教师数", "Backbone teachers rotated in the year", "persons",
           at_most="rotated_teachers", aliases=("交流轮岗骨干教师数", "交流骨干教师数")),
    _amount("teacher_mean_pay", "义务教育教师年平均工资收入", "Mean annual pay of compulsory-stage teachers", "money",
            aliases=("义务教育学校教师平均工资收入水平",)),
    _amount("civil_servant_mean_pay", "当地公务员年平均工资收入", "Mean annual pay of local civil servants", "money",
            aliases=("当地公务员平均工资收入水平",)),

    _count("classes_over_limit", "超标准班额班级数", "Classes over the limit for their stage", "classes",
           at_most="classes", aliases=("超过标准班额的班级数", "超班额班级数")),
    _count("large_classes", "大班额班级数", "Classes of 56 pupils or more", "classes",
           at_most="classes", aliases=("56人及以上班级数", "大班额班数")),
    _count("super_large_classes", "超大班额班级数", "Classes of 66 pupils or more", "classes",
           at_most="large_classes", aliases=("66人及以上班级数", "超大班额班数")),

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
    _count("computers", "教学用计算机台数", "Computers for teaching", "computers",
           aliases=("计算机台数", "教学用计算机数", "计算机数")),
    _count("music_rooms", "达标音乐专用教室数", "Music rooms of the required size", "rooms",
           aliases=("音乐专用教室数", "音乐教室数")),
    _count("art_rooms", "达标美术专用教室数", "Art rooms of the required size", "rooms",
           aliases=("美术专用教室数", "美术教室数")),
    _count("books", "图书册数", "Library volumes", "volumes", aliases=("图书数", "藏书量")),
    _amount("budget_expenditure", "一般公共预算教育经费", "General-budget education spending", "money",
            aliases=("一般公共预算教育经费支出", "预算教育经费")),
    _amount("public_funds", "年度公用经费预算", "Public-use budget of the year", "money",
            aliases=("公用经费", "公用经费预算总额", "公用经费总额")),
    _count("funded_pupils", "公用经费核定学生数", "Pupils by whom public-use funds were set", "persons",
           aliases=("公用经费核拨人数", "公用经费核定人数")),
    _amount("training_budget", "教师培训经费预算", "Teacher training budget", "money",
            at_most="public_funds", aliases=("教师培训经费", "培训经费")),

    _count("schools", "学校数", "Schools", "schools", aliases=("学校总数", "学校所数")),
    _count("standardised_school", "标准化学校（是1否0）", "Meets the provincial standard (yes 1, no 0)", "",
           maximum=1, aliases=("标准化学校", "是否标准化学校")),
    _count("in_school_community", "加入集团或共同体（是1否0）", "In a school group or community (yes 1, no 0)", "",
           maximum=1, aliases=("是否加入教育集团或共同体", "集团化办学")),
    _count("weak_schools", "列入薄弱学校（是1否0）", "Listed as weak at the start (yes 1, no 0)", "schools",
           aliases=("薄弱学校数", "是否薄弱学校")),
    _count("improved_weak_schools", "薄弱学校已达标（是1否0）", "Listed as weak and now up to standard (yes 1, no 0)", "schools",
           at_most="weak_schools", aliases=("已改造提升薄弱学校数",)),
    _count("resource_items_met", "七项资源指标达标项数", "Resource items of the seven that are met", "times",
           maximum=7, aliases=("资源配置达标项数",)),
    _count("recorded_veto_events", "一票否决事项记录数", "Recorded events of the veto list", "times",
           aliases=("一票否决事项次数",)),

    _count("pupils_inside_catchment", "划片范围内入学学生数", "Pupils living inside the catchment", "persons",
           at_most="pupils", aliases=("就近划片入学学生数", "学区内学生数")),
    _count("quality_high_school_places", "优质高中招生计划数", "Planned places of good senior high schools", "persons",
           aliases=("优质普通高中招生计划数",)),
    _count("quota_places", "优质高中分配到初中名额", "Places of good senior high schools allotted to junior schools",
           "persons", at_most="quality_high_school_places", aliases=("优质高中分配生名额", "名额分配数")),
    _count("migrant_children", "符合条件随迁子女数", "Eligible migrant children", "persons", aliases=("随迁子女数",)),
    _count("migrant_children_in_public_places", "公办及购买学位就读随迁子女数",
           "Migrant children placed in public or publicly bought schooling", "persons", at_most="migrant_children"),
    _count("disabled_children", "适龄残疾儿童少年数", "Disabled children of school age", "persons"),
    _count("disabled_children_enrolled", "已入学适龄残疾儿童少年数", "Disabled children of school age enrolled", "persons",
           at_most="disabled_children", aliases=("残疾儿童少年入学数",)),

    _count("homework_surveyed", "作业时间调查人数", "Pupils asked about homework", "persons", at_most="pupils"),
    _count("homework_within_limit", "作业时间达标人数", "Pupils found within the homework limit", "persons",
           at_most="homework_surveyed"),
    _count("sleep_surveyed", "睡眠调查人数", "Pupils asked about sleep", "persons", at_most="pupils"),
    _count("sleep_enough", "睡眠达标人数", "Pupils found with enough sleep", "persons", at_most="sleep_surveyed"),
    _amount("lessons_prescribed", "课程方案规定课时数", "Prescribed lessons", "lessons", aliases=("应开课时数",)),
    _amount("lessons_delivered", "实际开设课时数", "Prescribed lessons delivered", "lessons",
            at_most="lessons_prescribed", aliases=("实开课时数",)),
    _count("after_school_pupils", "参加课后服务学生数", "Pupils in after-school service", "persons", at_most="pupils",
           aliases=("课后服务学生数",)),
    _count("written_exams", "考试最多年级的学期考试次数", "Written exams in a term, busiest grade", "times",
           aliases=("每学期纸笔考试次数",)),

    _count("expected_candidates", "应参加统考学生数", "Pupils who should sit the common exam", "persons",
           at_most="pupils", aliases=("应考人数", "应考学生数")),
    _count("candidates", "参加统考学生数", "Pupils who sat the common exam", "persons",
           at_most="pupils", aliases=("参考人数", "实考人数")),
    _amount("score_total", "统考总分合计", "Sum of exam scores", "points", aliases=("总分合计", "各生总分之和")),
    _count("passed_candidates", "及格人数", "Candidates at or above the pass line", "persons", at_most="candidates"),
    _count("excellent_candidates", "优秀人数", "Candidates at or above the excellent line", "persons",
           at_most="passed_candidates"),
    _count("low_score_candidates", "低分人数", "Candidates below the low line", "persons", at_most="candidates"),
    _count("all_subject_passed", "全科合格人数", "Candidates above the pass line in every subject", "persons",
           at_most="candidates", aliases=("全科及格人数",)),
    _count("top_pupils", "进入全区前列人数", "Pupils inside the top band of the district", "persons",
           at_most="expected_candidates", aliases=("尖子生人数",)),
    _count("bottom_band_pupils", "位于全区后段人数", "Pupils inside the bottom band of the district", "persons",
           at_most="expected_candidates", aliases=("后30%人数", "后段学生人数")),
    _amount("full_marks", "统考满分", "Full marks of the common exam", "points", aliases=("满分", "卷面满分")),
    _amount("score_deviation", "统考成绩标准差", "Standard deviation of exam scores", "points", aliases=("成绩标准差",)),
    _count("promoted_graduates", "升入高一级学校毕业生数", "Graduates who entered the next stage", "persons",
           at_most="graduates", aliases=("升学人数",)),
    _count("pupils_assessed", "学业监测人数", "Pupils assessed", "persons", at_most="pupils", aliases=("监测学生数",)),
    _count("reached_minimum_level", "达到最低水平人数", "Pupils at or above the minimum level", "persons",
           at_most="pupils_assessed"),
    _count("whole_person_rated", "综合素质评价人数", "Pupils rated in whole-person assessment", "persons", at_most="pupils"),
    _count("whole_person_good", "综合素质评价优良人数", "Pupils rated good or better in whole-person assessment", "persons",
           at_most="whole_person_rated"),
    _count("respondents", "满意度调查人数", "Survey respondents", "persons", aliases=("社会认可度调查人数",)),
    _count("satisfied_respondents", "满意人数", "Respondents satisfied", "persons", at_most="respondents"),

    _count("cohort_at_entry", "三年前初一年级学生数", "Grade 7 pupils three years before", "persons",
           aliases=("三年前七年级学生数", "三年前初一学生数")),
    _count("cohort_deaths", "该届死亡学生数", "Deaths in the cohort", "persons", at_most="cohort_at_entry",
           aliases=("三年内死亡学生数",)),
    _count("cohort_at_grade_1", "九年前小学一年级招生数", "Grade 1 entrants nine years before", "persons",
           aliases=("九年前一年级新生数",)),
    _count("graduates", "毕业生数", "Graduates", "persons", aliases=("初中毕业生数",)),
    _count("transferred_in", "该届转入学生数", "Pupils moved into the cohort", "persons", aliases=("三年内转入学生数", "转入学生数")),
    _count("transferred_out", "该届转出学生数", "Pupils moved out of the cohort", "persons",
           aliases=("三年内转出学生数", "转出学生数")),

    _count("fitness_tested", "体质健康测试人数", "Pupils tested for fitness", "persons", at_most="pupils",
           aliases=("参加体测人数",)),
    _count("fitness_good_excellent", "体质健康优良人数", "Pupils rated good or excellent in fitness", "persons",
           at_most="fitness_tested", aliases=("体测优良人数",)),
    _count("fitness_passed", "体质健康合格人数", "Pupils who passed in fitness", "persons", at_most="fitness_tested",
           aliases=("体测合格人数", "体质健康及格人数")),
    _count("fitness_excellent", "体质健康优秀人数", "Pupils rated excellent in fitness", "persons",
           at_most="fitness_good_excellent", aliases=("体测优秀人数",)),
    _count("vision_examined", "视力检查人数", "Pupils whose sight was examined", "persons", at_most="pupils"),
    _count("myopic_pupils", "近视人数", "Pupils found short-sighted", "persons", at_most="vision_examined"),

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
