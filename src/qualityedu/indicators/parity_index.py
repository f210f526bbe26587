"""均等指数（最低水平达成率，乡村比城镇） / Parity index (minimum proficiency, rural to urban)."""

import math
from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Among, Parity, Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "均等指数（最低水平达成率，乡村比城镇）", "en": "Parity index (minimum proficiency, rural to urban)"},
    unit={"zh": "比值", "en": "ratio"},
    why={
        "zh": "乡村孩子达到最低学业水平的机会是否与城镇孩子一样。",
        "en": "Whether rural children have the same chance as those of towns to reach the minimum level.",
    },
    caveat={
        "zh": "处境较不利一方（乡村）的达成率除以较有利一方（城区与镇区）的达成率；大于1时取 2 − 1 ÷ 所得值，使其在0至2之间对称。国际上以0.97至1.03为均等。",
        "en": "The rate of the group likely to be worse off (rural) over that of the other (urban and town); above 1 it becomes 2 − 1 ÷ the result, so that it runs evenly from 0 to 2. By international convention 0.97 to 1.03 is parity.",
    },
    misreading={
        "zh": "等于1只说明两边一样，可能一样地低；学校所在地不等于学生户籍，进城就读的农村学生算在城镇。",
        "en": "One says only that both are alike, perhaps alike low; and it goes by where the school is, so rural children at school in town count as urban.",
    },
    dimension="equity",
    leaning="quality",
    better="band",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Parity(
        Ratio("reached_minimum_level", "pupils_assessed", among=Among("area", ("rural",))),
        Ratio("reached_minimum_level", "pupils_assessed", among=Among("area", ("urban", "town"))),
    ),
    release="region",
    counterpart="SDG 4.5.1 (adjusted parity index), here of SDG 4.1.1",
    confidence="medium",
    doubt={
        "zh": "指数的算法有国际定义；比什么、哪两组相比没有统一规定，这里取最低水平达成率和城乡，是本目录的选择。",
        "en": "The arithmetic of the index is internationally defined; of what it is taken and between whom is not. Minimum proficiency and rural against urban are the choice of this catalogue.",
    },
    decimals=3,
    sources=("SDG4", "S30", "S34"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
         area  pupils_assessed  reached_minimum_level
        urban              400                    360
         town              100                     80
        rural              200                    150
        """,
        region=0.8522727,  # (150 / 200) / (440 / 500)
        by_school=(math.nan,) * 3,
    ),
)
