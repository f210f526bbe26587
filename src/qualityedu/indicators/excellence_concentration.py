"""优秀率集中度（前五分之一） / Share of top grades held by the leading fifth."""

import math
from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Concentration

INDICATOR = Indicator(
    __name__,
    title={"zh": "优秀率集中度（前五分之一）", "en": "Share of top grades held by the leading fifth"},
    unit={"zh": "占比", "en": "share"},
    why={
        "zh": "优秀学生若集中在少数学校，说明生源和资源按考试成绩分层。",
        "en": "When top grades gather in a few schools, pupils and resources are being sorted by exam results.",
    },
    caveat={
        "zh": "各校按优秀率从高到低排列，取合计占参考人数五分之一的学校；跨在界线上的一所按比例折算。完全均衡时等于0.20，全部集中于一所小校时接近1。仅在同一次统考内可比。不得用于学校排名。",
        "en": "Schools in the order of their excellent rate, the highest first, until they make up a fifth of the candidates; the one on the boundary counts in part. It is 0.20 under perfect evenness and near 1 where one small school has all. Comparable only within one common exam. Never a ranking of schools.",
    },
    misreading={
        "zh": "学校少时，前五分之一可能只是一所学校的一部分，数值起伏大；它说明分层的结果，不说明原因。",
        "en": "With few schools the leading fifth may be part of one school and the figure jumps; it shows that pupils are sorted, not why.",
    },
    dimension="equity",
    leaning="exam",
    better="lower",
    stages=("primary", "junior"),
    levels=("county",),
    value=Concentration("excellent_candidates", "candidates", top=0.20),
    release="region",
    counterpart="",
    confidence="medium",
    doubt={
        "zh": "没有公开发布的同名指标可对照；取五分之一是本目录的约定，换成十分之一数值会不同。",
        "en": "No published indicator of this name was found to hold it against; a fifth is a convention of this catalogue, and a tenth would give another figure.",
    },
    sources=("DOC1", "S36"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        candidates  excellent_candidates
               100                    60
               100                    20
               300                    20
        """,
        region=0.6,  # the first school is a fifth of 500 candidates and holds 60 of 100 top grades
        by_school=(math.nan,) * 3,
    ),
)
