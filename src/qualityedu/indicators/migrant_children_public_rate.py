"""随迁子女就读公办及购买学位比例 / Migrant children in public or publicly bought places."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "随迁子女就读公办及购买学位比例", "en": "Migrant children in public or publicly bought places"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "随迁子女能否进公办学校，是检验教育是否面向全体的一把尺子。",
        "en": "Whether migrant children find public places is a plain test of schooling for all.",
    },
    caveat={
        "zh": "分母只计符合条件的随迁子女；条件由各地规定，门槛高的地方比例自然高。全县不低于85%。",
        "en": "The base is migrant children who are eligible; places set the conditions, and strict ones make a high rate easy. The county is to reach 85 %.",
    },
    misreading={
        "zh": "比例高不等于没有随迁子女失学：不符合条件的孩子根本不在分母里。",
        "en": "A high rate does not mean that no migrant child is out of school: those who are not eligible are not even in the base.",
    },
    dimension="equity",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("county",),
    value=Ratio("migrant_children_in_public_places", "migrant_children", per=100),
    release="region",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("HQB2017", "S03", "S04", "S02"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        migrant_children  migrant_children_in_public_places
                      40                                 40
                     160                                136
        """,
        region=88.0,  # 176 of 200, not the mean of 100 and 85
        by_school=(100.0, 85.0),
    ),
)
