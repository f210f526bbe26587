"""What all reports of a run share, worked out once in the warm parent from which their processes are forked."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.context import BaseContext

from qualityedu.datasets import open_dataset
from qualityedu.datasets.pack import read_pack
from qualityedu.errors import QualityEduError
from qualityedu.report.plan import Task

__all__ = ["share", "warm_context"]

# Each overview is held in memory by the parent; a run over more tables than these reads the others in its children.
_MOST_SHARED = 2


def warm_context(tasks: Sequence[Task]) -> BaseContext:
    """The context whose processes are forks of a parent that has opened the tables of these tasks."""
    from qualityedu.report.warm import context

    asked = [task.job.request.parameters for task in tasks if task.what == "execute"]
    opened = dict.fromkeys((each["data"], each["year"]) for each in asked if {"data", "year"} <= set(each))
    return context([(f"{__name__}:share", given) for given in list(opened)[:_MOST_SHARED]])


def share(data: str, year: int) -> None:
    """Open a table and fit its models. What cannot be done here is refused in words where it is asked for."""
    from qualityedu.findings import open_overview
    from qualityedu.models import regional_models

    with suppress(QualityEduError):
        seen = open_overview(data, year=year, region=_any_region(data))
        seen.changes  # noqa: B018 (worked out once and kept)
        regional_models(seen)


def _any_region(data: str) -> str:
    """Of a pack, a region of it: what models need of all others comes with each."""
    dataset = open_dataset(data)
    if not dataset.is_pack:
        return ""
    regions = read_pack(dataset.table.parent).regions
    return next((code for code, each in regions.items() if not each.to_mend), "")
