"""生均图书册数 / Library books per pupil."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "生均图书册数", "en": "Library books per pupil"},
    unit={"zh": "册/生", "en": "volumes per pupil"},
    why={
        "zh": "2012年基本均衡评估八项指标的第五项，阅读条件的底子。",
        "en": "The fifth of the eight items of the 2012 appraisal: the ground that reading stands on.",
    },
    caveat={
        "zh": "只计册数，不看品种、适龄与更新；电子图书是否折算，各地不一。算例即各地流传的差异系数计算示例。",
        "en": "Counts volumes, not titles, fitness for age or renewal; places differ on whether electronic books count. The example below is the one circulated to explain the difference coefficient.",
    },
    misreading={
        "zh": "为达标而突击购置的旧书同样计入；册数多不等于借阅多。",
        "en": "Old books bought in a rush to reach a standard count as well; many volumes are not many readers.",
    },
    dimension="facilities",
    leaning="neutral",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("books", "pupils"),
    release="school",
    counterpart="",
    confidence="high",
    sources=("BAL2012", "S05", "S14"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  books
            45    279
            37    137
            89    935
            76    160
            55    402
        """,
        region=6.3344371,  # 1913 volumes for 302 pupils; printed 6.33
        by_school=(6.2, 3.7027027, 10.505618, 2.1052632, 7.3090909),
        spread=0.5152567,  # printed 0.52: sqrt(10.652787) / 6.334437
    ),
)
