"""校际差异系数（生均图书册数） / Difference coefficient (books per pupil)."""

import math
from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Dispersion, Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "校际差异系数（生均图书册数）", "en": "Difference coefficient (books per pupil)"},
    unit={"zh": "比值", "en": "ratio"},
    why={
        "zh": "校际差异系数衡量一项资源在各校之间相差多少，是均衡评估的核心算法；这里以流传最广的图书示例说明。",
        "en": "The difference coefficient says how far schools differ in one resource: the heart of every appraisal of balance, shown here on the books of the best-known example.",
    },
    caveat={
        "zh": "以学生数加权、按总体计算、围绕全县总数之比；与县域结果中每一项的“校际差异系数”是同一算法，那里逐项给出。按规定小学不超过0.50、初中不超过0.45，只适用于七项资源指标；有的地方计划要求初中到2025年低于0.30。",
        "en": "Weighted by pupils, in the population form, around the county's ratio of sums: the arithmetic by which every item's difference coefficient is given among a county's findings. The limits of 0.50 (primary) and 0.45 (junior) are for the seven resource items; some local plans ask junior schools for less than 0.30 by 2025.",
    },
    misreading={
        "zh": "系数小只说明各校相近，可能是一样地差；也不要与不加权或用样本标准差算出的数相比。",
        "en": "A small coefficient says that schools are alike, perhaps alike in want; and do not compare it with figures computed without weights or as if the schools were a sample.",
    },
    dimension="equity",
    leaning="quality",
    better="lower",
    stages=("primary", "junior"),
    levels=("county",),
    value=Dispersion((Ratio("books", "pupils"),)),
    release="region",
    counterpart="",
    confidence="high",
    sources=("HQB2017", "S05", "S06", "S10", "S12", "DOC4"),
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
        region=0.5152567,  # printed 0.52: sqrt(10.652787) / 6.334437; each school alike would give 0.4888
        by_school=(math.nan,) * 5,
    ),
)
