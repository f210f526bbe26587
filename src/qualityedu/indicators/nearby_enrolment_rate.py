"""就近划片入学比例 / Enrolment inside the catchment."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "就近划片入学比例", "en": "Enrolment inside the catchment"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "免试就近入学是义务教育的原则；择校越多，生源越按家庭条件分层。",
        "en": "Entry by neighbourhood and without examination is the rule of compulsory schooling; the more choice, the more pupils are sorted by their families.",
    },
    caveat={
        "zh": "只计城镇公办走读学校；寄宿制学校不在此列，应留空。小学须达到100%，初中不低于95%。",
        "en": "Public day schools in towns and cities only; boarding schools are outside the rule and leave it blank. Primary schools are to reach 100 %, junior schools 95 %.",
    },
    misreading={
        "zh": "比例高可能是划片本身就把优质学校划给了某些小区；它不说明机会公平。",
        "en": "A high rate may rest on boundaries that give the good schools to certain estates; it does not prove equal chances.",
    },
    dimension="equity",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("pupils_inside_catchment", "pupils", per=100),
    release="school",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("HQB2017", "S03", "S04"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  pupils_inside_catchment
           400                      400
          1600                     1520
        """,
        region=96.0,  # 1920 of 2000, not the mean of 100 and 95
        by_school=(100.0, 95.0),
    ),
)
