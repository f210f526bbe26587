"""每百名学生拥有网络多媒体教室数 / Networked multimedia rooms per 100 pupils."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "每百名学生拥有网络多媒体教室数", "en": "Networked multimedia rooms per 100 pupils"},
    unit={"zh": "间/百名学生", "en": "rooms per 100 pupils"},
    why={
        "zh": "网络多媒体教室使优质课程资源能够到达每一个班级。",
        "en": "Networked rooms let good teaching material reach every class.",
    },
    caveat={
        "zh": "只计能联网且可用于教学的教室。一贯制学校须先按学段拆分。",
        "en": "Counts rooms that are on the network and in use for teaching. Through-train schools must be split by stage first.",
    },
    misreading={
        "zh": "有教室不等于会用、常用；小规模学校因学生少而数值偏高。",
        "en": "Having the rooms is not using them, and small schools look well equipped because they have few pupils.",
    },
    dimension="facilities",
    leaning="neutral",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("multimedia_rooms", "pupils", per=100),
    release="school",
    counterpart="related to SDG 4.a.1",
    confidence="high",
    sources=("HQB2017", "DOC4", "S02", "S03"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  multimedia_rooms
           500                15
          1500                33
        """,
        region=2.4,  # 48 rooms for 2000 pupils
        by_school=(3.0, 2.2),
    ),
)
