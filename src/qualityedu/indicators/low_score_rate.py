"""低分率 / Low-score rate."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "低分率", "en": "Low-score rate"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "落在低分线以下的学生比例，最能看出谁被落下了。",
        "en": "The share below the low line shows best who is being left behind.",
    },
    caveat={
        "zh": "低分线各地为满分的40%、36%或30%；36%由及格线60%再乘0.6得来。比较前须确认同线。以参考人数为分母。不得用于学校排名。",
        "en": "The line is 40, 36 or 30 % of full marks depending on the place; 36 is the pass line of 60 times 0.6. Make sure it is the same before comparing. The base is those who sat. Never a ranking of schools.",
    },
    misreading={
        "zh": "让低分学生缺考，低分率就会下降；参考率同时下降的，不算进步。",
        "en": "It falls when weak pupils stay away; with lower participation it is no progress.",
    },
    dimension="outcome",
    leaning="exam",
    better="lower",
    stages=("primary", "junior"),
    levels=("class", "school", "county"),
    value=Ratio("low_score_candidates", "candidates", per=100),
    release="region",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("S37", "S38", "S39"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        candidates  low_score_candidates
                50                    10
               150                     9
        """,
        region=9.5,  # 19 of 200, not the mean of 20 and 6
        by_school=(20.0, 6.0),
    ),
)
