"""生均中级及以上专业技术职务教师数 / Teachers with a middle or higher title per pupil."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "生均中级及以上专业技术职务教师数", "en": "Teachers with a middle or higher title per pupil"},
    unit={"zh": "人/生", "en": "teachers per pupil"},
    why={
        "zh": "2012年基本均衡评估八项指标的第八项；职称反映教师的资历结构。",
        "en": "The last of the eight items of the 2012 appraisal; titles show how experienced a staff is.",
    },
    caveat={
        "zh": "2017年的办法不再用它，改用骨干教师数；只用于2012年口径和历史比较。",
        "en": "Dropped in 2017 in favour of backbone teachers; use it for the 2012 rule and for looking back.",
    },
    misreading={
        "zh": "职称随年资评定，数值高可能只是教师队伍老化。",
        "en": "Titles come with years of service, so a high figure may only mean an ageing staff.",
    },
    dimension="teacher_quality",
    leaning="neutral",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("mid_senior_title_teachers", "pupils"),
    release="school",
    counterpart="",
    confidence="high",
    decimals=4,
    sources=("BAL2012", "S14", "S07"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  mid_senior_title_teachers
           400                         16
          1600                         48
        """,
        region=0.032,  # 64 teachers for 2000 pupils, not the mean of 0.04 and 0.03
        by_school=(0.04, 0.03),
    ),
)
