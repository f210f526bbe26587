"""体质健康优秀率 / Fitness excellent rate."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "体质健康优秀率", "en": "Fitness excellent rate"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "达到90分及以上的学生比例；国家提出到2030年达到25%以上。",
        "en": "The share who score 90 or more; the nation aims at 25 % or more by 2030.",
    },
    caveat={
        "zh": "以参加测试人数为分母。25%是2030年的全国目标，不是对每所学校的要求；有的地方规划定为10%。",
        "en": "The base is those tested. Twenty-five per cent is a national aim for 2030, not asked of each school; one local plan sets 10 %.",
    },
    misreading={
        "zh": "优秀学生多，不等于体弱学生少；由学校自测，成绩容易偏高。",
        "en": "Many excellent pupils are not few weak ones; and schools that test their own pupils tend to find them fit.",
    },
    dimension="outcome",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("fitness_excellent", "fitness_tested", per=100),
    release="school",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("HC2030", "FIT2014", "S25", "S26", "S42"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        fitness_tested  fitness_excellent
                   400                 60
                  1600                160
        """,
        region=11.0,  # 220 of 2000, not the mean of 15 and 10
        by_school=(15.0, 10.0),
    ),
)
