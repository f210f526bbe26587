"""升学率 / Promotion rate."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "升学率", "en": "Promotion rate"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "毕业生升入高一级学校的比例，是应试取向最看重的数。",
        "en": "The share of leavers who enter the next stage: the number that schooling for examinations prizes most.",
    },
    caveat={
        "zh": "须注明升入何种学校：只计普通高中，还是连同中等职业学校。以毕业生为分母，毕业前流失的学生不在其中。不得用于学校排名。",
        "en": "Say which schools count: general senior high schools alone, or vocational ones as well. The base is graduates, and those lost before are not in it. Never a ranking of schools.",
    },
    misreading={
        "zh": "升学率首先取决于高一级学校有多少名额；劝退和分流会使它虚高，应与巩固率同看。",
        "en": "It depends first on how many places the next stage has; advising pupils to leave flatters it, so read it with retention.",
    },
    dimension="outcome",
    leaning="exam",
    better="higher",
    stages=("primary", "junior", "senior"),
    levels=("school", "county"),
    value=Ratio("promoted_graduates", "graduates", per=100),
    release="region",
    counterpart="UIS transition rate",
    confidence="high",
    decimals=1,
    sources=("S41",),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        graduates  promoted_graduates
              200                 190
              300                 240
        """,
        region=86.0,  # 430 of 500, not the mean of 95 and 80
        by_school=(95.0, 80.0),
    ),
)
