"""体质健康优良率 / Fitness good-or-excellent rate."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "体质健康优良率", "en": "Fitness good-or-excellent rate"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "达到《国家学生体质健康标准》80分及以上的学生比例；健康是全面发展的底子。",
        "en": "The share of pupils who score 80 or more on the national fitness standard; health is the ground that all-round growth stands on.",
    },
    caveat={
        "zh": "以参加测试人数为分母；免测、缺测学生不在其中。全国2018年为30.57%（参测学生），国家未设县级目标。",
        "en": "The base is those tested; pupils excused or absent are not in it. The national figure was 30.57 % in 2018 (pupils tested); no national target is set for counties.",
    },
    misreading={
        "zh": "由学校自测的成绩可能偏高；免测、缺测较多的学校数值会虚高，不宜据此断定体育教得更好。",
        "en": "Schools test their own pupils, which tends to flatter; where many are excused the rate is too high, and it does not prove better teaching of PE.",
    },
    dimension="outcome",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("fitness_good_excellent", "fitness_tested", per=100),
    release="school",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("FIT2014", "S25", "S45"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        fitness_tested  fitness_good_excellent
                   400                     120
                  1600                     560
        """,
        region=34.0,  # 680 of 2000
        by_school=(30.0, 35.0),
    ),
)
