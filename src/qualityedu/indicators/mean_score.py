"""平均分 / Mean exam score."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "平均分", "en": "Mean exam score"},
    unit={"zh": "分", "en": "points"},
    why={
        "zh": "应试取向最常用的一个数；单独看时，看不到有多少学生未参加考试。",
        "en": "The number an exam-oriented system looks at first; taken alone, it does not show how many pupils did not sit.",
    },
    caveat={
        "zh": "仅在同一次统考内可比。只计参加考试的学生，少考几名低分学生平均分就会上升，应与参考率同看。不得用于学校排名。",
        "en": "Comparable only within one common exam. It counts those who sat, so leaving out a few weak pupils raises it; read it with the participation rate. Never a ranking of schools.",
    },
    misreading={
        "zh": "不同试卷、不同年份的平均分不能直接相比；平均分高可能来自生源、补习或少考了学生，不等于学校教得好。",
        "en": "Means of different papers or years cannot be set side by side; a high one may come from intake, tutoring or pupils left out, and is no proof of good teaching.",
    },
    dimension="outcome",
    leaning="exam",
    better="higher",
    stages=("primary", "junior"),
    levels=("class", "school", "county"),
    value=Ratio("score_total", "candidates"),
    release="region",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("S36", "S38"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        candidates  score_total
                50         3500
               150        12000
        """,
        region=77.5,  # 15500 points over 200 candidates
        by_school=(70.0, 80.0),
    ),
)
