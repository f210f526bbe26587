"""综合差异系数 / Composite difference coefficient."""

import math
from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Dispersion, Net, Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "综合差异系数", "en": "Composite difference coefficient"},
    unit={"zh": "比值", "en": "ratio"},
    why={
        "zh": "2012年基本均衡评估的总量度：八项资源校际差异系数的简单平均。",
        "en": "The overall measure of the 2012 appraisal of basic balance: the plain mean of eight difference coefficients.",
    },
    caveat={
        "zh": "2012年的概念，小学不超过0.65、初中不超过0.55。2017年的办法没有综合系数，逐项判定；有的县仍公布七项的平均数，不可与它混用。八项中缺任何一项的学校不计入。",
        "en": "A concept of 2012: at most 0.65 in primary and 0.55 in junior schools. The 2017 rule has no composite and judges each item; some counties still publish a mean of seven, which is another figure. A school that lacks one of the eight is left out.",
    },
    misreading={
        "zh": "平均数会掩盖某一项的悬殊：一项为1、七项为0.4，综合仍只有0.475。",
        "en": "A mean hides a gulf in one item: one coefficient of 1 and seven of 0.4 still give only 0.475.",
    },
    dimension="equity",
    leaning="quality",
    better="lower",
    stages=("primary", "junior"),
    levels=("county",),
    value=Dispersion(
        (
            Ratio(Net(("teaching_auxiliary_area",), minus=("indoor_sports_area",)), "pupils"),
            Ratio(Net(("sports_ground_area", "indoor_sports_area")), "pupils"),
            Ratio("equipment_value", "pupils"),
            Ratio("computers", "pupils"),
            Ratio("books", "pupils"),
            Ratio("teachers", "pupils"),
            Ratio("high_qualified_teachers", "pupils"),
            Ratio("mid_senior_title_teachers", "pupils"),
        )
    ),
    release="region",
    counterpart="",
    confidence="high",
    sources=("BAL2012", "S05", "S12", "S14"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  teaching_auxiliary_area  indoor_sports_area  sports_ground_area  equipment_value  computers  books  teachers  high_qualified_teachers  mid_senior_title_teachers
           100                      450                   0                 500            60000          8   1400         6                        2                          4
           100                      550                   0                1500           140000         12   2600         6                        6                          6
        """,
        region=0.275,  # two schools alike in size at X(1 - e) and X(1 + e) have e: (0.1 + 0.5 + 0.4 + 0.2 + 0.3 + 0 + 0.5 + 0.2) / 8
        by_school=(math.nan,) * 2,
    ),
)
