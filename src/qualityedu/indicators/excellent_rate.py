"""优秀率 / Excellent rate."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "优秀率", "en": "Excellent rate"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "达到优秀线的学生比例；过分看重它，资源容易向少数学生集中。",
        "en": "The share who reach the excellent line; where it is prized above all, attention gathers on a few pupils.",
    },
    caveat={
        "zh": "优秀线各地为满分的80%、85%或90%，比较前须确认同线。以参考人数为分母。不得用于学校排名。",
        "en": "The line is 80, 85 or 90 % of full marks depending on the place; make sure it is the same before comparing. The base is those who sat. Never a ranking of schools.",
    },
    misreading={
        "zh": "优秀率上升可能只是试卷变易或线划低了，也可能是部分学生没有参考；它不说明其余多数学生学得如何。",
        "en": "It can rise because the paper was easier, the line lower, or some pupils did not sit; and it says nothing of the many who are not near the line.",
    },
    dimension="outcome",
    leaning="exam",
    better="higher",
    stages=("primary", "junior"),
    levels=("class", "school", "county"),
    value=Ratio("excellent_candidates", "candidates", per=100),
    release="region",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("S36", "S38", "S39"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        candidates  excellent_candidates
                50                    10
               150                    60
        """,
        region=35.0,  # 70 of 200
        by_school=(20.0, 40.0),
    ),
)
