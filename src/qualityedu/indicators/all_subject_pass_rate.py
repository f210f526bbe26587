"""全科合格率 / All-subject pass rate."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "全科合格率", "en": "All-subject pass rate"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "每一科都及格的学生比例，能看出偏科和落后的学生。",
        "en": "The share who pass in every subject shows pupils who are lopsided or behind.",
    },
    caveat={
        "zh": "科目越多，数值越低；科目数和及格线不同的考试不可比。以各科都参加的学生为分母。不得用于学校排名。",
        "en": "The more subjects the lower it is; examinations with other subjects or lines cannot be compared. The base is pupils who sat them all. Never a ranking of schools.",
    },
    misreading={
        "zh": "全科合格率低，可能只是一门难题偏多的学科拖累；应同时看各科及格率。",
        "en": "A low rate may be the work of one hard paper; look at each subject's pass rate too.",
    },
    dimension="outcome",
    leaning="exam",
    better="higher",
    stages=("primary", "junior"),
    levels=("class", "school", "county"),
    value=Ratio("all_subject_passed", "candidates", per=100),
    release="region",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("S36",),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        candidates  all_subject_passed
                50                  30
               150                 120
        """,
        region=75.0,  # 150 of 200, not the mean of 60 and 80
        by_school=(60.0, 80.0),
    ),
)
