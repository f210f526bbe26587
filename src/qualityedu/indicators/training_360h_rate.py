"""教师5年360学时培训完成率 / Five-year 360-hour training completion rate."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "教师5年360学时培训完成率", "en": "Five-year 360-hour training completion rate"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "五年360学时是教师全员培训的底线要求。",
        "en": "Three hundred and sixty hours in five years is the least that every teacher is to be trained.",
    },
    caveat={
        "zh": "按最近五年累计学时统计；新入职不满五年的教师如何计，各地不一。标准为100%。",
        "en": "Counts hours over the last five years; places differ on teachers who have served for less. The standard is 100 %.",
    },
    misreading={
        "zh": "学时满了不等于学到了；用挂名、刷课得来的学时同样计入。",
        "en": "Hours are not learning; hours clicked through online count just the same.",
    },
    dimension="teacher_quality",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("teachers_trained_360h", "teachers", per=100),
    release="school",
    counterpart="SDG 4.c.7",
    confidence="high",
    decimals=1,
    sources=("HQB2017", "S03", "S04"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        teachers  teachers_trained_360h
              50                     40
             150                    144
        """,
        region=92.0,  # 184 of 200, not the mean of 80 and 96
        by_school=(80.0, 96.0),
    ),
)
