"""The rule by which figures are withheld: below how many persons, schools, and whether counts are rounded."""

from __future__ import annotations

from dataclasses import dataclass

from qualityedu.datasets import Unit
from qualityedu.errors import RequestError
from qualityedu.indicators import Indicator

__all__ = ["DEFAULT", "SMALLEST", "SMALLEST_SPREAD", "Policy", "may_show_unit"]

# The fewest units on which a region's figure may rest.
SMALLEST = 3

# The fewest schools between which a spread is shown: between fewer, values and a spread tell the ones left out.
SMALLEST_SPREAD = 5

# Below this a written reason is asked for. NCES 2011-603 (SLDS Technical Brief 3) found 5 to 30 in the United States.
_LOWEST_THRESHOLD = 5


@dataclass(frozen=True)
class Policy:
    """Below how many persons a figure is withheld, and whether counts are rounded besides.

    `threshold` is the fewest persons on whom a published rate, mean or count may rest: 10 is the commonest of the
    rules of 39 states in NCES 2011-603. Below 5 a written reason (`override`) is asked for and printed in the report.
    `rounded` makes two reports over nearly equal tables safe against each other, as OpenSAFELY does: counts of seven
    and fewer are withheld, all others rounded to the nearest five, and rates made of what is left.

    Raises RequestError for a threshold below 5 without a reason, or below 1.
    """

    threshold: int = 10
    rounded: bool = False
    override: str = ""

    def __post_init__(self) -> None:
        if self.threshold < 1 or (self.threshold < _LOWEST_THRESHOLD and not self.override.strip()):
            raise RequestError("disclosure_threshold", seen=self.threshold, lowest=_LOWEST_THRESHOLD)


DEFAULT = Policy()


def may_show_unit(indicator: Indicator, unit: Unit) -> bool:
    """Whether the value of a single unit may be shown: of any unit, or of a whole economy only."""
    return indicator.release == "school" or (indicator.release == "economy" and unit == "economy")
