"""残疾儿童少年入学率 / Enrolment of disabled children."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "残疾儿童少年入学率", "en": "Enrolment of disabled children"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "一个都不能少；残疾孩子有没有学上，最能说明是否面向全体学生。",
        "en": "No child left out: whether disabled children have a school says most about schooling for all.",
    },
    caveat={
        "zh": "特殊教育学校、随班就读和送教上门都计入；全县不低于95%。人数少，按学校或村镇公布会指向具体的孩子，因此只按区域公布。",
        "en": "Special schools, ordinary classes and teaching at home all count; the county is to reach 95 %. The numbers are small and a figure by school or village could point to a child, so it is shown by region only.",
    },
    misreading={
        "zh": "入学率高不等于学得上、学得好；送教上门一年几次也算入学。",
        "en": "Enrolment is not learning; a home visit a few times a year counts as enrolled.",
    },
    dimension="equity",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("county",),
    value=Ratio("disabled_children_enrolled", "disabled_children", per=100),
    release="region",
    counterpart="SDG 4.5.1 disability dimension",
    confidence="high",
    decimals=1,
    sources=("HQB2017", "S03", "S04", "S02"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        disabled_children  disabled_children_enrolled
                       20                          20
                       80                          75
        """,
        region=95.0,  # 95 of 100, not the mean of 100 and 93.75
        by_school=(100.0, 93.75),
    ),
)
