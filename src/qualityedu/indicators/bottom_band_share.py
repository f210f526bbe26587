"""后段学生占比 / Bottom-band share."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "后段学生占比", "en": "Bottom-band share"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "位于全区后30%的学生占本校的比例，提示哪里需要帮助。",
        "en": "The share of a unit's pupils in the lowest 30 % of the district: where help is needed.",
    },
    caveat={
        "zh": "后段取全区成绩最低的30%。以应考人数为分母；缺考学生是否算在后段，须注明。不得用于学校排名。",
        "en": "The band is the lowest 30 % of the district. The base is those who should sit; say whether absent pupils count as in it. Never a ranking of schools.",
    },
    misreading={
        "zh": "全区的占比由划线决定，恒在30%上下；各校高低首先反映生源，不等于教学好坏。",
        "en": "For the district it is fixed at about 30 % by the line; differences between schools show intake first, not teaching.",
    },
    dimension="outcome",
    leaning="exam",
    better="lower",
    stages=("primary", "junior"),
    levels=("class", "school", "county"),
    value=Ratio("bottom_band_pupils", "expected_candidates", per=100),
    release="region",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("S20", "S37"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        expected_candidates  bottom_band_pupils
                         50                  25
                        150                  35
        """,
        region=30.0,  # 60 of 200, not the mean of 50 and 23.3
        by_school=(50.0, 23.3333333),
    ),
)
