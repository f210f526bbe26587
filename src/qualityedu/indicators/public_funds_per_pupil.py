"""生均公用经费 / Public-use funds per pupil."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import AtLeast, Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "生均公用经费", "en": "Public-use funds per pupil"},
    unit={"zh": "{currency}/生", "en": "{currency} per pupil"},
    why={
        "zh": "学校日常运转靠公用经费；低于基准定额，水电、实验和培训都会受挤压。",
        "en": "Public-use funds keep a school running; below the base quota, heating, experiments and training are what gives way.",
    },
    caveat={
        "zh": "只是运转经费的底线，不含人员工资和基建。不足100人的学校按100人核定，分母相应取100；寄宿生另加200元（2023年起300元），比较前应剔除。一贯制学校须先按学段拆分，拆分后不足100人的学段不适用这一补足。",
        "en": "A floor for running costs only: salaries and building are outside it. Schools of fewer than 100 pupils are funded as if they had 100, and so the denominator is 100 for them; the supplement for boarders (200 yuan, 300 from 2023) should be taken off before comparing. Split through-train schools by stage first; a small section of one is not raised to 100.",
    },
    misreading={
        "zh": "达到定额不等于经费够用，也不等于钱用在了教学上；预算数不是决算数。",
        "en": "Reaching the quota does not mean that the money suffices, or that it is spent on teaching; and a budget is not an outturn.",
    },
    dimension="investment",
    leaning="neutral",
    better="higher",
    stages=("primary", "junior"),
    levels=("school", "county"),
    value=Ratio("public_funds", AtLeast("pupils", 100)),
    release="school",
    counterpart="UIS XUNIT.PPPCONST.1.FSGOV.FFNTR is total government funding per student, a wider concept",
    confidence="high",
    decimals=0,
    sources=("FUND2016", "FUND2023", "S23", "S24", "S03"),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        pupils  public_funds
            80         72000
           900        720000
        """,
        region=792.0,  # 792000 yuan over 100 + 900 pupils: the school of 80 counts as 100
        by_school=(720.0, 800.0),
    ),
)
