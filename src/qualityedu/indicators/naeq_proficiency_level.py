"""国家质量监测学业水平 / Proficiency level in the national assessment."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Extreme

INDICATOR = Indicator(
    __name__,
    title={"zh": "国家质量监测学业水平", "en": "Proficiency level in the national assessment"},
    unit={"zh": "级（Ⅰ至Ⅳ）", "en": "level I to IV"},
    why={
        "zh": "国家监测给出的学业水平，是质量而不是分数的尺度。",
        "en": "The level found by the national assessment: a scale of quality rather than of marks.",
    },
    caveat={
        "zh": "只监测四年级和八年级，抽样进行，三年一轮、每年三个学科；填报各学科中最低的等级，Ⅲ级及以上为达到要求。多个县合在一起时取最低的一级，等级不作平均。",
        "en": "Grades 4 and 8 only, by sample, three subjects a year in a cycle of three; give the lowest level of the subjects, of which III is required. For several counties together the lowest counts, since levels are not averaged.",
    },
    misreading={
        "zh": "抽样结果有误差，相邻一级的差别可能只是误差；不能推断到某一所学校。",
        "en": "A sample has its error, and one level's difference may be no more than that; nothing follows for a single school.",
    },
    dimension="outcome",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("county",),
    value=Extreme("lowest"),
    release="region",
    counterpart="SDG 4.1.1 in spirit",
    confidence="high",
    decimals=0,
    sources=("HQB2017", "S04", "S19"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        naeq_proficiency_level
                             4
                             3
        """,
        region=3.0,  # the lowest of levels IV and III; levels are not averaged
        by_school=(4.0, 3.0),
    ),
)
