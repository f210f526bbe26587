"""创造性思维 / Creative thinking."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Mean

INDICATOR = Indicator(
    __name__,
    title={"zh": "创造性思维", "en": "Creative thinking"},
    unit={"zh": "分（0–60）", "en": "points (0–60)"},
    why={
        "zh": "提出多样、新颖想法的能力；考试分数高不必然意味着它也高，因此与考试成绩并列来看。",
        "en": "The ability to come up with varied and new ideas; high exam scores need not bring it, which is why it is set beside them.",
    },
    caveat={
        "zh": "PISA 2022 首次测评，64个经济体；与阅读、数学成绩相关。个别经济体链接较弱，见数据提示。区域值为各经济体的简单平均。",
        "en": "Assessed for the first time in PISA 2022, in 64 economies; it goes with reading and mathematics. A few economies are flagged for weak linkage: see the data caution. A region's value is the plain mean over economies.",
    },
    misreading={
        "zh": "它只测十五岁学生在限定任务中的表现，不能当作一国“创新能力”的排名，也不能由经济体之间的关系推断到学校或学生。",
        "en": "It measures fifteen-year-olds on set tasks: it is no ranking of how inventive a country is, and what holds between economies need not hold between schools or pupils.",
    },
    dimension="outcome",
    leaning="quality",
    better="higher",
    stages=("secondary",),
    levels=("economy",),
    value=Mean(),
    release="economy",
    counterpart="PISA 2022 creative thinking",
    confidence="high",
    decimals=1,
    sources=("OECD-PISA",),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        school  creative_thinking
        KOR     38
        DNK     36
        """,
        region=37.0,
        by_school=(38.0, 36.0),
    ),
)
