"""生均教学仪器设备值 / Teaching equipment value per pupil."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "生均教学仪器设备值", "en": "Teaching equipment value per pupil"},
    unit={"zh": "{currency}/生", "en": "{currency} per pupil"},
    why={
        "zh": "实验和信息化教学要有设备；按原值计算，反映累计投入。",
        "en": "Experiments and digital teaching need equipment; counted at cost, it shows what has been put in over the years.",
    },
    caveat={
        "zh": "按原值、不按折旧后净值；老旧设备会使数值虚高。填报常用万元，须换算为元。一贯制学校须先按学段拆分。",
        "en": "At cost, not depreciated, so old stock flatters it. Forms are often filled in ten thousands of yuan and must be converted. Through-train schools must be split by stage first.",
    },
    misreading={
        "zh": "值高不等于用得上：闲置或老旧的设备同样计入；学生减少时，即使一件未添，生均值也会上升。",
        "en": "A high value is not use: idle and outdated equipment counts too, and the figure rises without a single purchase when pupils become fewer.",
    },
    dimension="investment",
    leaning="neutral",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("equipment_value", "pupils"),
    release="school",
    counterpart="",
    confidence="high",
    decimals=0,
    sources=("HQB2017", "DOC4", "S02", "S03"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  equipment_value
           500          1250000
          1500          2550000
        """,
        region=1900.0,  # 3.8 million for 2000 pupils
        by_school=(2500.0, 1700.0),
    ),
)
