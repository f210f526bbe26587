"""尖子生率 / Top-pupil share."""

from datetime import date

from qualityedu.indicators import Example, Indicator
from qualityedu.measures import Ratio

INDICATOR = Indicator(
    __name__,
    title={"zh": "尖子生率", "en": "Top-pupil share"},
    unit={"zh": "%", "en": "%"},
    why={
        "zh": "进入全区前列的学生占本校的比例；单看它，学校会把力气都放在少数人身上。",
        "en": "The share of a unit's pupils inside the top band of the district; where it alone counts, effort goes to the few.",
    },
    caveat={
        "zh": "前列的范围（前N名或前百分之几）由地方划定，须注明；并列者全部计入，因此合计可能超过N。以应考人数为分母。不得用于学校排名。",
        "en": "Each place sets the band (the first N or some per cent), which must be named; ties are all counted, so the total may pass N. The base is those who should sit. Never a ranking of schools.",
    },
    misreading={
        "zh": "全区的占比由划线决定，不会因教得好而提高；一校升必有他校降，是零和的数。",
        "en": "For the district the share is fixed by the line and no teaching can raise it; what one school gains another loses.",
    },
    dimension="outcome",
    leaning="exam",
    better="higher",
    stages=("primary", "junior"),
    levels=("class", "school", "county"),
    value=Ratio("top_pupils", "expected_candidates", per=100),
    release="region",
    counterpart="",
    confidence="high",
    decimals=1,
    sources=("S36",),
    reviewed=date(2026, 11, 21),
    example=Example(
        """
        expected_candidates  top_pupils
                         50          10
                        150          10
        """,
        region=10.0,  # 20 of 200, not the mean of 20 and 6.67
        by_school=(20.0, 6.6666667),
    ),
)
