"""参考率 / Examination participation rate."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "参考率", "en": "Examination participation rate"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "有多少应考的学生真正参加了考试；它守住其他分数类指标的真实性。",
        "en": "How many of those who should sit did sit: the guard of every other measure based on scores.",
    },
    caveat={
        "zh": "应考人数按学籍计。50人应考、5人未考（平均30分、均不及格），平均分就由70升到74.4，及格率由72%升到80%。不得用于学校排名。",
        "en": "Those who should sit are those on roll. Of 50 pupils, leave out five who average 30 and do not pass: the mean rises from 70 to 74.4 and the pass rate from 72 to 80 %. Never a ranking of schools.",
    },
    misreading={
        "zh": "参考率高是本分，不是成绩；低于100%时，先问缺的是谁，再看其他数。",
        "en": "A high rate is a duty, not an achievement; below 100 %, first ask who is missing, then look at the other figures.",
    },
    dimension="outcome",
    leaning="exam",
    better="higher",
    stages=("primary", "junior"),
    levels=("class", "school", "county"),
    value=Ratio("candidates", "expected_candidates", per=100),
    release="region",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("S36", "S40", "DOC1"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        expected_candidates  candidates
                         50          45
                        150         150
        """,
        region=97.5,  # 195 of 200, not the mean of 90 and 100
        by_school=(90.0, 100.0),
    ),
)
