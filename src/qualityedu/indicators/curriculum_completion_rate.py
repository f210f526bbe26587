"""课程开齐开足率 / Curriculum completion rate."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "课程开齐开足率", "en": "Curriculum completion rate"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "音体美、劳动和综合实践是否照课程方案开出，直接显示办学取向。",
        "en": "Whether music, PE, art, labour and practice are taught as the plan prescribes shows the aim of a school directly.",
    },
    caveat={
        "zh": "含体育、艺术、劳动和综合实践活动。法规只要求“开齐开足”，百分比是本目录的表达方式。",
        "en": "PE, arts, labour and comprehensive practice included. The regulation states it as a condition; the percentage is the form given to it here.",
    },
    misreading={
        "zh": "总课时达到，不等于每门课都达到：语文、数学的超出会补上音乐、美术的缺口，因此超过规定的课时不得计入分子。",
        "en": "The total may be reached while single subjects are not: extra Chinese and mathematics would fill the gap of music and art, so lessons beyond the plan must not be counted.",
    },
    dimension="process",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("class", "school", "county"),
    value=Ratio("lessons_delivered", "lessons_prescribed", per=100),
    release="school",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("HQB2017", "S04", "S02", "DOC0"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        lessons_prescribed  lessons_delivered
                      1000               1000
                      3000               2880
        """,
        region=97.0,  # 3880 of 4000, not the mean of 100 and 96
        by_school=(100.0, 96.0),
    ),
)
