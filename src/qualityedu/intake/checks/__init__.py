"""The checks of a table that was read. One check is one file with one function, `complaints`.

A new file in this folder is a check the next time Python starts.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module

from qualityedu.intake.reading import Complaint, Reading

__all__ = ["all_complaints"]

Check = Callable[[Reading], list[Complaint]]


def all_complaints(reading: Reading) -> list[Complaint]:
    """What every check has to say of a table."""
    return [complaint for check in _checks() for complaint in check(reading)]


@lru_cache
def _checks() -> tuple[Check, ...]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(import_module(f"{__name__}.{name}").complaints for name in names)
