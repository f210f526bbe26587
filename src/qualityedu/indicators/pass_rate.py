"""及格率 / Pass rate."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "及格率", "en": "Pass rate"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "达到及格线的学生比例；比平均分更能看出落在后面的学生。",
        "en": "The share who reach the pass line; it tells more than a mean about those who are left behind.",
    },
    caveat={
        "zh": "及格线通常为满分的60%，各地不同；以参考人数为分母，应与参考率同看。不得用于学校排名。",
        "en": "The pass line is usually 60 % of full marks but differs between places; the base is those who sat, so read it with the participation rate. Never a ranking of schools.",
    },
    misreading={
        "zh": "及格率上升可能是试题变易、及格线降低或低分学生缺考所致；参考率下降时，及格率上升不算进步。",
        "en": "It rises with an easier paper, a lower line or weak pupils who stay away; a higher pass rate with lower participation is no progress.",
    },
    dimension="outcome",
    leaning="exam",
    better="higher",
    stages=("primary", "junior"),
    levels=("class", "school", "county"),
    value=Ratio("passed_candidates", "candidates", per=100),
    release="region",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("S36", "S38", "S39"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        candidates  passed_candidates
                50                 36
               150                135
        """,
        region=85.5,  # 171 of 200
        by_school=(72.0, 90.0),
    ),
)
