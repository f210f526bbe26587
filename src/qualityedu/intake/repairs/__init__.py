"""What is put right here and listed, before anything is checked. One repair is one file with one function, `repaired`.

A repair never overwrites the file; what it changes in the table it says in a finding. The order matters: a code that
was merged is mapped before names are held against it, and a column in fractions is scaled before it is compared.
"""

from __future__ import annotations

from collections.abc import Callable

from qualityedu.intake.reading import Complaint, Reading
from qualityedu.intake.repairs import (
    merged_county,
    percent_scale,
    region_name,
    staff_unknown,
    through_train_split,
)

__all__ = ["all_repairs"]

Repair = Callable[[Reading], tuple[Reading, list[Complaint]]]

_IN_ORDER: tuple[Repair, ...] = (
    merged_county.repaired,
    region_name.repaired,
    percent_scale.repaired,
    staff_unknown.repaired,
    through_train_split.repaired,
)


def all_repairs(reading: Reading) -> tuple[Reading, list[Complaint]]:
    """The reading after every repair, and what is to be said of them."""
    said: list[Complaint] = []
    for repair in _IN_ORDER:
        reading, complaints = repair(reading)
        said += complaints
    return reading, said
