"""The checks of a table that was read. One check is one file with one function, `complaints`.

A new file in this folder is a check the next time Python starts. It says in `STAGE` when it is asked, and in `SINCE`
from which version of the package on there is such a check.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from types import ModuleType

from qualityedu.intake.reading import Complaint, Reading

__all__ = ["STAGES", "all_complaints", "checks"]

Check = Callable[[Reading], list[Complaint]]

# Asked in this order. After a stage that stops the reading the later ones are not asked: in a table without its school
# codes every cell would be complained of.
STAGES = ("structure", "cells", "keys", "content")
_BROKEN = ("heading_rows", "missing_required", "required_column_blank", "two_heading_rows")


def all_complaints(reading: Reading, of_cells: list[Complaint] | None = None) -> list[Complaint]:
    """What every check has to say of a table, by stages; `of_cells` is what was found in reading, and of the second."""
    said: list[Complaint] = []
    for stage in STAGES:
        if stage == "cells":
            said += of_cells or []
        for module in checks():
            if module.STAGE == stage:
                said += module.complaints(reading)
        if any(complaint.problem.level == "stop" or complaint.problem.key in _BROKEN for complaint in said):
            break
    return said


@lru_cache
def checks() -> tuple[ModuleType, ...]:
    """The modules of all checks, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}") for name in names)
