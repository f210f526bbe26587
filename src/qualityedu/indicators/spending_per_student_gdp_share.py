"""中等教育生均公共支出占人均GDP比例 / Government spending per secondary student, share of GDP per head."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Mean

INDICATOR = Indicator(
    __name__,
    title={
        "zh": "中等教育生均公共支出占人均GDP比例",
        "en": "Government spending per secondary student, share of GDP per head",
    },
    unit={"zh": "%", "en": "% of GDP per head"},
    why={
        "zh": "以本国收入水平衡量的投入强度，使贫富不同的经济体可以比较。",
        "en": "How hard an economy pays for each secondary student, measured against its own income, so that rich and poor can be compared.",
    },
    caveat={
        "zh": "采用最近一次公布的年份（见经费数据年份），多在2015至2018年，同一数值会用于相邻测评年份，不可当作逐年变化。区域值为各经济体的简单平均。",
        "en": "Uses the latest year published (see the year column), mostly 2015 to 2018; one figure serves neighbouring cycles and must not be read as change over time. A region's value is the plain mean over economies.",
    },
    misreading={
        "zh": "比例高可能是人均GDP低或学生少，而不是钱多；它也看不出钱花在哪里、是否公平。",
        "en": "A high share may come from low income or few students rather than from much money, and it does not show where the money goes or how fairly.",
    },
    dimension="investment",
    leaning="neutral",
    better="higher",
    stages=("secondary",),
    levels=("economy",),
    value=Mean(),
    release="economy",
    counterpart="SDG 4.5.4 (as a share of GDP per head)",
    confidence="high",
    decimals=1,
    sources=("WB-WDI",),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        school  spending_per_student_gdp_share
        A                                 20.0
        B                                 26.0
        """,
        region=23.0,
        by_school=(20.0, 26.0),
    ),
)
