"""超标准班额班级比例 / Share of classes over the limit."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "超标准班额班级比例", "en": "Share of classes over the limit"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "每个班都不超过小学45人、初中50人，是每所学校都要达到的要求，也是小班教学的前提。",
        "en": "That no class has more than 45 pupils in primary or 50 in junior schools is asked of every school, and is what teaching in small groups rests on.",
    },
    caveat={
        "zh": "按班级统计，须有逐班人数；两个学段的限额不同，须分学段填报。标准为零。",
        "en": "Counted class by class, so the number in each must be known; the limits of the two stages differ, and each is filled in apart. The standard is none.",
    },
    misreading={
        "zh": "比例低不等于合规：有一个班超额就是未达标。比例为零也可能是把超出的学生挂在别的班。",
        "en": "A low share is not compliance, for one class over the limit is one too many; and none on paper may mean pupils entered under another class.",
    },
    dimension="class_size",
    leaning="quality",
    better="lower",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("classes_over_limit", "classes", per=100),
    release="school",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("HQB2017", "DOC4", "S03", "S04"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        classes  classes_over_limit
             10                   0
             30                   6
        """,
        region=15.0,  # 6 of 40 classes, not the mean of 0 and 20
        by_school=(0.0, 20.0),
    ),
)
