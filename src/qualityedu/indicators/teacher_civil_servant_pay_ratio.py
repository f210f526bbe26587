"""教师与公务员平均工资比 / Teacher pay relative to civil servants."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "教师与公务员平均工资比", "en": "Teacher pay relative to civil servants"},
    unit={"zh": "比值", "en": "ratio"},
    why={
        "zh": "法律要求义务教育教师的平均工资不低于当地公务员；工资低，好教师留不住。",
        "en": "Law asks that compulsory-stage teachers be paid on average no less than local civil servants; where they are not, the best leave.",
    },
    caveat={
        "zh": "按县填报，每县一行；部分采集表不计民办学校教师。几个县合在一起时，为各县平均工资之和相比，不是全体教师的平均工资相比。",
        "en": "Given by county, one row each; some forms leave out teachers of private schools. For several counties together it is the sum of their mean pays over the sum of the others', not the pay of all teachers over that of all civil servants.",
    },
    misreading={
        "zh": "平均数相当，不等于每位教师都不低；工资的口径（是否含奖金、津贴）两边必须一致，否则比值没有意义。",
        "en": "Equal means do not put each teacher level; and unless both sides count bonuses and allowances alike the ratio means nothing.",
    },
    dimension="investment",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("county",),
    value=Ratio("teacher_mean_pay", "civil_servant_mean_pay"),
    release="region",
    counterpart="SDG 4.c.5 (average teacher salary relative to comparable professions)",
    confidence="high",
    sources=("HQB2017", "S03", "S04", "S15"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        teacher_mean_pay  civil_servant_mean_pay
                   96000                  100000
                  132000                  120000
        """,
        region=1.0363636,  # 228000 over 220000, not the mean of 0.96 and 1.1
        by_school=(0.96, 1.1),
    ),
)
