"""九年义务教育巩固率 / Nine-year retention."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "九年义务教育巩固率", "en": "Nine-year retention"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "入了学、读完九年，义务教育才算落实。",
        "en": "Compulsory schooling is fulfilled only when those who enter stay for nine years.",
    },
    caveat={
        "zh": "初中毕业生数除以九年前小学一年级招生数。全国2021年为95.4%。人口流动使县级数值很不稳定；部分地方方案以98%为目标。",
        "en": "Junior graduates over the grade 1 entrants of nine years before. The nation stood at 95.4 % in 2021. Migration makes county figures unsteady; some local plans aim at 98 %.",
    },
    misreading={
        "zh": "流入地超过100%、流出地偏低都是人口迁移所致，不能据此评价控辍工作。",
        "en": "Above 100 % where families move in and low where they leave: that is migration, and no verdict on keeping children at school.",
    },
    dimension="outcome",
    leaning="quality",
    better="higher",
    stages=("junior",),
    levels=("county",),
    value=Ratio("graduates", "cohort_at_grade_1", per=100),
    release="region",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("DOC4", "S45"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        cohort_at_grade_1  graduates
                      500        470
                     1500       1461
        """,
        region=96.55,  # 1931 of 2000, not the mean of 94 and 97.4
        by_school=(94.0, 97.4),
    ),
)
