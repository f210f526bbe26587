"""学校规模 / School enrolment."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Mean

INDICATOR = Indicator(
    __name__,
    title={"zh": "学校规模", "en": "School enrolment"},
    unit={"zh": "人", "en": "pupils"},
    why={
        "zh": "学校过大，管理和安全都难；过小，课程难以开齐。",
        "en": "Too large a school is hard to run and to keep safe; too small a one can hardly offer every subject.",
    },
    caveat={
        "zh": "小学、初中单设的不超过2000人，九年一贯制学校义务教育阶段合计不超过2500人，限额约束每一所学校；个别地方对2010年以前建成的学校放宽。区域数值是校均规模。九年一贯制学校按学段分行时，各行都只是一部分。",
        "en": "At most 2,000 pupils in a separate primary or junior school and 2,500 in the compulsory years of a nine-year school, each school by itself; some places allow more where a school was built by 2010. The region's value is the mean per school. Where a nine-year school has a row for each stage, each row is only a part of it.",
    },
    misreading={
        "zh": "校均规模合适，可能是巨型学校与微型学校相抵；这一项没有“越大越好”或“越小越好”。",
        "en": "A fitting mean may be giants and dwarfs cancelling out; neither larger nor smaller is better as such.",
    },
    dimension="class_size",
    leaning="neutral",
    better="band",
    stages=("primary", "junior"),
    levels=("school",),
    value=Mean(of="pupils"),
    release="school",
    counterpart="",
    confidence="high",
    decimals=0,
    sources=("HQB2017", "DOC4", "S03", "S04"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils
           600
          1800
          2100
        """,
        region=1500.0,  # 4500 pupils in 3 schools
        by_school=(600.0, 1800.0, 2100.0),
        spread=0.4320494,  # sqrt((900 ** 2 + 300 ** 2 + 600 ** 2) / 3) / 1500
    ),
)
