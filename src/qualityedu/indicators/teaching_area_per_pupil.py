"""生均教学及辅助用房面积 / Teaching and auxiliary floor area per pupil."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Net, Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "生均教学及辅助用房面积", "en": "Teaching and auxiliary floor area per pupil"},
    unit={"zh": "平方米/生", "en": "square metres per pupil"},
    why={
        "zh": "教室、实验室、图书室是否够用，直接决定能否开展实验、阅读和小组活动。",
        "en": "Whether there is room for classes, laboratories and reading decides whether anything but lecturing is possible.",
    },
    caveat={
        "zh": "按采集口径，应减去室内体育用房面积，以免与体育运动场馆面积重复计算。一贯制学校须先按学段拆分。",
        "en": "The collection form takes off indoor sports rooms so that the two area items do not overlap. Through-train schools must be split by stage first.",
    },
    misreading={
        "zh": "生均面积大可能是学生流失所致，并非校舍改善；全县平均宽裕也会掩盖城区学校的拥挤。",
        "en": "Much space per pupil may be the trace of pupils who left, not of new buildings; and a roomy county mean can hide crowded town schools.",
    },
    dimension="facilities",
    leaning="neutral",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio(Net(("teaching_auxiliary_area",), minus=("indoor_sports_area",)), "pupils"),
    release="school",
    counterpart="",
    confidence="high",
    sources=("HQB2017", "DOC4", "S02", "S03"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  teaching_auxiliary_area  indoor_sports_area
           500                     2600                 100
          1000                     5200                 400
        """,
        region=4.866667,  # (2500 + 4800) / 1500
        by_school=(5.0, 4.8),
    ),
)
