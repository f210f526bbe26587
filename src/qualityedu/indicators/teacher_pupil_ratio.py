"""师生比 / Teacher–pupil ratio."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "师生比", "en": "Teacher–pupil ratio"},
    unit={"zh": "人/生", "en": "teachers per pupil"},
    why={
        "zh": "2012年基本均衡评估八项指标的第六项，按它计算校际差异系数。",
        "en": "The sixth of the eight items of the 2012 appraisal of basic balance, whose difference coefficient is taken of it.",
    },
    caveat={
        "zh": "即生师比的倒数；各县均值多在0.04至0.14之间。一贯制学校的教师按任教学段计。",
        "en": "The reverse of the pupil–teacher ratio; county means typically lie between 0.04 and 0.14. Teachers of through-train schools count where they teach.",
    },
    misreading={
        "zh": "由于是倒数，两校师生比的平均数并不对应它们生师比的平均数；数值高多半是学校小。",
        "en": "Being the reverse, the mean over schools does not match the mean of pupil–teacher ratios; and a high value mostly means a small school.",
    },
    dimension="teacher_quality",
    leaning="neutral",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("teachers", "pupils"),
    release="school",
    counterpart="",
    confidence="high",
    decimals=4,
    sources=("BAL2012", "S14", "S07"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  teachers
           400        25
          1600        80
        """,
        region=0.0525,  # 105 teachers for 2000 pupils, not the mean of 0.0625 and 0.05
        by_school=(0.0625, 0.05),
    ),
)
