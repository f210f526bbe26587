"""体质健康合格率 / Fitness pass rate."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "体质健康合格率", "en": "Fitness pass rate"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "达到《国家学生体质健康标准》60分及以上的学生比例，是体质的底线。",
        "en": "The share of pupils who score 60 or more on the national fitness standard: the floor of fitness.",
    },
    caveat={
        "zh": "以参加测试人数为分母，免测、缺测学生不在其中。没有国家统一比例；地方目标有90%、92%和98%。",
        "en": "The base is those tested; pupils excused or absent are not in it. No national share is set; local aims are 90, 92 and 98 %.",
    },
    misreading={
        "zh": "合格率普遍很高，区分不出好坏；应与优良率同看，并留意免测人数。",
        "en": "It is high nearly everywhere and tells little apart; read it with the good-or-excellent rate and mind how many were excused.",
    },
    dimension="outcome",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("fitness_passed", "fitness_tested", per=100),
    release="school",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("FIT2014", "S25", "S26", "DOC4", "S42"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        fitness_tested  fitness_passed
                   400             380
                  1600            1568
        """,
        region=97.4,  # 1948 of 2000, not the mean of 95 and 98
        by_school=(95.0, 98.0),
    ),
)
