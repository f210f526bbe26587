"""骨干教师占交流轮岗教师比例 / Backbone share of rotated teachers."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "骨干教师占交流轮岗教师比例", "en": "Backbone share of rotated teachers"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "轮岗的人里有没有骨干，决定交流是真均衡还是走过场。",
        "en": "Whether the strongest teachers are among those who move decides if rotation is real.",
    },
    caveat={
        "zh": "分母是交流轮岗教师，不是全体骨干教师。全县不低于20%。轮岗人数少时，一两个人就能使比例大变，因此只按区域公布。",
        "en": "The base is teachers who rotated, not all backbone teachers. The county is to reach 20 %. Where few rotate one or two people move the share a lot, which is why it is shown by region only.",
    },
    misreading={
        "zh": "比例达标而轮岗总人数很少，作用有限；应与交流轮岗教师比例同看。",
        "en": "A good share of very few moves achieves little; read it with the rotation rate.",
    },
    dimension="teacher_quality",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("county",),
    value=Ratio("rotated_backbone_teachers", "rotated_teachers", per=100),
    release="region",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("HQB2017", "S03", "S04"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        rotated_teachers  rotated_backbone_teachers
                       5                          2
                      20                          3
        """,
        region=20.0,  # 5 of 25, not the mean of 40 and 15
        by_school=(40.0, 15.0),
    ),
)
