"""生师比 / Pupil–teacher ratio."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "生师比", "en": "Pupil–teacher ratio"},
    unit={"zh": "生/师", "en": "pupils per teacher"},
    why={
        "zh": "每名教师负担的学生数；是投入最直接的人力口径，国际上有对应统计。",
        "en": "How many pupils there are for each teacher: the plainest measure of staffing, with an international counterpart.",
    },
    caveat={
        "zh": "分母为专任教师；国家编制标准（小学19∶1、初中13.5∶1）按教职工计算，不可直接对照。生师比低不等于班额小。",
        "en": "The denominator is teachers; the national staffing norm (19:1 and 13.5:1) counts all staff and must not be held against it. A low ratio is not the same as small classes.",
    },
    misreading={
        "zh": "生师比低不等于班额小，也不等于每门课都有教师：教师可能集中在少数学科或不在一线任课。",
        "en": "A low ratio is neither small classes nor a teacher for every subject, for teachers may be gathered in a few subjects or not be teaching at all.",
    },
    dimension="class_size",
    leaning="neutral",
    better="lower",
    stages=("primary", "junior", "senior", "secondary"),
    levels=("school", "county", "economy"),
    value=Ratio("pupils", "teachers"),
    release="school",
    counterpart="UIS PTRHC series; SDG 4.c.2 (trained, PTRHC.1.TRAINED) and SDG 4.c.4 (qualified, PTRHC.1.QUALIFIED)",
    confidence="medium",
    doubt={
        "zh": "编制标准的数值（小学19∶1、初中13.5∶1）凭一般了解记入，尚未核对原文；且按教职工计，不按专任教师计。",
        "en": "The staffing norms (19:1 and 13.5:1) are given from general knowledge and have not been checked against the text; besides, they count all staff, not teachers.",
    },
    decimals=1,
    sources=("STAFF2014", "S32", "GK"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  teachers
           400        25
          1600        80
        """,
        region=19.047619,  # 2000 pupils for 105 teachers, not the mean of 16 and 20
        by_school=(16.0, 20.0),
    ),
)
