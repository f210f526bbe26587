"""The few shapes of arithmetic.

Every shape comes down to terms that add up over schools, a numerator and a denominator each, and a closing
formula over the sums. So a region's ratio is of sums and never a mean of ratios; counties add up to cities
without going back to the schools; and one `group_by` of any engine that Narwhals knows does the work.

How uneven the schools are adds up as well. With x = n/d for each school, the weighted variance of x around
X = Σn/Σd is Σn·x/Σd − X², so the difference coefficient needs only Σn, Σd, Σn·x and the range of x.

The shapes: `Ratio`, `Mean`, `Total`, `Extreme`, `WeightedSum`, `Dispersion`, `BetweenShare`, `Parity`, and
`Concentration`, which alone does not add up. A tenth is something to talk about first.
"""

from __future__ import annotations

from qualityedu.measures.between import BetweenShare, Concentration, Dispersion, Parity
from qualityedu.measures.parts import Basis, Parts, close_spread, close_value, known, sums, unit_value
from qualityedu.measures.ratio import Among, Ratio
from qualityedu.measures.several import Extreme, Mean, Total, WeightedSum
from qualityedu.measures.sides import AtLeast, Least, Net, Product, RoundedUp, Side
from qualityedu.measures.steps import Steps, unit_steps, unit_unevenness, units_counted
from qualityedu.measures.working import Working, close_between, close_region, quotient, region_sums

__all__ = [
    "Among",
    "AtLeast",
    "Basis",
    "BetweenShare",
    "Concentration",
    "Dispersion",
    "Extreme",
    "Least",
    "Mean",
    "Measure",
    "Net",
    "Parity",
    "Parts",
    "Product",
    "Ratio",
    "RoundedUp",
    "Side",
    "Steps",
    "Total",
    "WeightedSum",
    "Working",
    "close_between",
    "close_region",
    "close_spread",
    "close_value",
    "known",
    "quotient",
    "region_sums",
    "sums",
    "unit_steps",
    "unit_unevenness",
    "unit_value",
    "units_counted",
]

Measure = Ratio | Mean | Total | Extreme | WeightedSum | Dispersion | BetweenShare | Parity | Concentration
