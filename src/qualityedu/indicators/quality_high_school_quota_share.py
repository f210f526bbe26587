"""优质高中招生名额分配比例 / Quota share of good senior-high places."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "优质高中招生名额分配比例", "en": "Quota share of good senior-high places"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "把优质高中名额分到每所初中，能减轻初中择校和掐尖。",
        "en": "Sharing out places of good senior high schools to every junior school takes the heat out of choosing and creaming.",
    },
    caveat={
        "zh": "按优质高中的招生计划填报，不低于50%，并向农村初中倾斜。“优质高中”由地方认定。",
        "en": "Given by the plans of good senior high schools; at least 50 %, tilted to rural junior schools. Places name their own good schools.",
    },
    misreading={
        "zh": "分到名额不等于录取：设了分数线的名额可能用不完，又回到统招。",
        "en": "A place allotted is not a pupil admitted: with a score line attached, places go unused and return to open competition.",
    },
    dimension="equity",
    leaning="quality",
    better="higher",
    stages=("junior",),
    levels=("county",),
    value=Ratio("quota_places", "quality_high_school_places", per=100),
    release="region",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("HQB2017", "S03", "S04", "DOC3"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        quality_high_school_places  quota_places
                               800           400
                              1200           720
        """,
        region=56.0,  # 1120 of 2000, not the mean of 50 and 60
        by_school=(50.0, 60.0),
    ),
)
