"""课后服务覆盖率 / After-school service coverage."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "课后服务覆盖率", "en": "After-school service coverage"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "课后服务办得好，学生有去处，校外补习的需求就小。",
        "en": "Good after-school service gives pupils somewhere to be and lessens the call for tutoring.",
    },
    caveat={
        "zh": "学校须提供，学生自愿参加；来源中没有国家规定的比例。",
        "en": "Schools must offer it and pupils are free to join; no national share is fixed in the sources.",
    },
    misreading={
        "zh": "覆盖率高不等于办得好，也可能是变相强制；内容是集体补课还是活动，从这个数看不出来。",
        "en": "High coverage is not quality, and may be compulsion in disguise; whether it is drill or activity the number does not show.",
    },
    dimension="process",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("after_school_pupils", "pupils", per=100),
    release="school",
    counterpart="",
    confidence="medium",
    doubt={
        "zh": "口径（按参加人数还是按提供的学校数）各地不一，来源中没有国家定义；这里按参加的学生数。",
        "en": "Places differ on whether pupils who join or schools that offer are counted, and the sources hold no national definition; here it is pupils.",
    },
    decimals=1,
    sources=("DOC3", "S21"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  after_school_pupils
           400                  300
          1600                 1500
        """,
        region=90.0,  # 1800 of 2000, not the mean of 75 and 93.75
        by_school=(75.0, 93.75),
    ),
)
