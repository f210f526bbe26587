"""What may leave the building. Everything that is drawn, tabled or saved comes from a `Release`.

1. Exam results are never shown school by school: an indicator says the smallest thing whose value may be
   shown, and finer values are taken out here.
2. A figure that rests on few becomes missing with status `withheld`, neither zero nor unknown: a region's on fewer than
   three units, a spread between schools on fewer than five, any rate, mean or count on fewer than ten persons.
3. What would tell a withheld figure is withheld with it: the smallest other units, a spread that only one value
   fits, a county's line that less the published stages leaves the small rest.
4. Verdicts are made on all figures, withheld or not.
"""

from qualityedu.release.nation import NationRelease, releasable_nation
from qualityedu.release.policy import DEFAULT, SMALLEST, SMALLEST_SPREAD, Policy, may_show_unit
from qualityedu.release.region import Release, releasable
from qualityedu.release.regions import (
    Unevenness,
    releasable_groups,
    releasable_overview,
    releasable_unevenness,
    units_withheld,
    withhold,
    withhold_changes,
)
from qualityedu.release.sums import releasable_sums

__all__ = [
    "DEFAULT",
    "SMALLEST",
    "SMALLEST_SPREAD",
    "NationRelease",
    "Policy",
    "Release",
    "Unevenness",
    "may_show_unit",
    "releasable",
    "releasable_groups",
    "releasable_nation",
    "releasable_overview",
    "releasable_sums",
    "releasable_unevenness",
    "units_withheld",
    "withhold",
    "withhold_changes",
]
