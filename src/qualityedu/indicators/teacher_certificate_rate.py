"""专任教师持证上岗率 / Certified teacher rate."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "专任教师持证上岗率", "en": "Certified teacher rate"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "持有教师资格证是任教的法定条件；达不到100%，说明有人在无证上课。",
        "en": "A certificate is the legal condition for teaching; below 100 % somebody is teaching without one.",
    },
    caveat={
        "zh": "只看是否持证，不看学段和学科是否相符。标准为每校100%。",
        "en": "Shows whether a certificate is held, not whether it is for the stage and subject taught. The standard is 100 % in every school.",
    },
    misreading={
        "zh": "100%是底线，不是优点；它说明不了教学水平。",
        "en": "A hundred per cent is the floor, not a merit, and says nothing of how well people teach.",
    },
    dimension="teacher_quality",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("certified_teachers", "teachers", per=100),
    release="school",
    counterpart="SDG 4.c.1",
    confidence="high",
    decimals=1,
    sources=("HQB2017", "S03", "S04"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        teachers  certified_teachers
              40                  38
             160                 160
        """,
        region=99.0,  # 198 of 200, not the mean of 95 and 100
        by_school=(95.0, 100.0),
    ),
)
