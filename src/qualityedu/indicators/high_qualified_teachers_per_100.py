"""每百名学生拥有高于规定学历教师数 / Teachers above the required degree per 100 pupils."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "每百名学生拥有高于规定学历教师数", "en": "Teachers above the required degree per 100 pupils"},
    unit={"zh": "人/百名学生", "en": "teachers per 100 pupils"},
    why={
        "zh": "教师学历反映师资的知识储备；它是优质均衡督导评估的第一项资源配置指标。",
        "en": "Degrees show how much schooling the teachers themselves have had; the first of the seven resource items of the 2017 appraisal.",
    },
    caveat={
        "zh": "规定学历：小学为中专、初中为专科；“高于规定”指小学专科及以上、初中本科及以上。个别网页把小学误写为本科。学历不等于教学水平。",
        "en": "Above the required degree means a college diploma or higher in primary and a bachelor's degree or higher in junior schools; one web summary says bachelor for primary. A degree is not the same as good teaching.",
    },
    misreading={
        "zh": "小规模学校学生少，比值自然偏高，不说明师资更强；学历高也不等于任教学科对口。",
        "en": "Small schools score high because they have few pupils, not because their staff are stronger; and a degree need not be in the subject taught.",
    },
    dimension="teacher_quality",
    leaning="neutral",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("high_qualified_teachers", "pupils", per=100),
    release="school",
    counterpart="related to SDG 4.c.3 (qualified teachers)",
    confidence="high",
    sources=("HQB2017", "S01", "S02", "S03"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  high_qualified_teachers
           400                       20
          1600                       60
        """,
        region=4.0,  # 80 teachers for 2000 pupils, not the mean of 5.0 and 3.75
        by_school=(5.0, 3.75),
        spread=0.125,  # sqrt(0.2 * 1.0 ** 2 + 0.8 * 0.25 ** 2) / 4.0
    ),
)
