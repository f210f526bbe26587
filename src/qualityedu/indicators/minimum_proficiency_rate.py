"""最低水平达成率 / Share reaching minimum proficiency."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "最低水平达成率", "en": "Share reaching minimum proficiency"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "有多少学生达到了最低要求：面向全体的教育先看底线，再看高分。",
        "en": "How many pupils reach the least that is asked: schooling for all looks at the floor before the top.",
    },
    caveat={
        "zh": "最低水平由监测方划定，须注明工具和学科。按学校公布会成为排名，因此只按区域公布。",
        "en": "Whoever runs the assessment sets the minimum level; name instrument and subject. By school it would become a ranking, so it is shown by region only.",
    },
    misreading={
        "zh": "达成率高可能是线划得低；不同工具的“最低水平”不能互比。",
        "en": "A high rate may come from a low bar; the minimum levels of different instruments are not the same.",
    },
    dimension="outcome",
    leaning="quality",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("reached_minimum_level", "pupils_assessed", per=100),
    release="region",
    counterpart="SDG 4.1.1",
    confidence="high",
    decimals=1,
    sources=("SDG4", "S30"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils_assessed  reached_minimum_level
                    200                    180
                    600                    570
        """,
        region=93.75,  # 750 of 800, not the mean of 90 and 95
        by_school=(90.0, 95.0),
    ),
)
