"""综合素质评价优良率 / Good-or-better rate in whole-person assessment."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "综合素质评价优良率", "en": "Good-or-better rate in whole-person assessment"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "对学生品德、身心、审美和实践的整体评价，意在取代单一分数。",
        "en": "A judgement of the whole pupil, in conduct, health, taste and practice, meant to stand in the place of a single mark.",
    },
    caveat={
        "zh": "等级由学校自己评定，标准不一；没有国家目标，有的地方规划定为90%。一经按学校公布，等级必然水涨船高，因此只按区域公布。",
        "en": "Schools grade their own pupils by standards of their own; there is no national aim, and one local plan sets 90 %. Once shown by school the grades would inflate, so it is shown by region only.",
    },
    misreading={
        "zh": "优良率高更可能是评得松；不同学校、不同地方之间不可比。",
        "en": "A high rate more likely means lenient grading; schools and places cannot be compared by it.",
    },
    dimension="outcome",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("whole_person_good", "whole_person_rated", per=100),
    release="region",
    counterpart="",
    confidence="medium",
    doubt={
        "zh": "等级标准由各地各校自定，来源只见于地方规划，没有全国统一口径。",
        "en": "Grades are set place by place and school by school; the sources are local plans, and there is no national definition.",
    },
    decimals=1,
    sources=("S42", "DOC2"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        whole_person_rated  whole_person_good
                       200                196
                       600                540
        """,
        region=92.0,  # 736 of 800, not the mean of 98 and 90
        by_school=(98.0, 90.0),
    ),
)
