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
    dimension="class_size",
    leaning="neutral",
    better="lower",
    stages=("primary", "junior", "senior", "secondary"),
    value=Ratio("pupils", "teachers"),
    release="school",
    decimals=1,
    sources=("S32", "STAFF2014"),
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
