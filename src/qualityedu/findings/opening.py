"""A table opened, read, measured and judged in one step, and kept: the next who asks for it does not read it again."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, fields, replace

from qualityedu.datasets import Dataset, open_dataset
from qualityedu.errors import IntakeError, Problem, RequestError
from qualityedu.findings.appraisal import Overview, overview
from qualityedu.findings.packed import packed_overview
from qualityedu.intake.regions import clean_regions

__all__ = ["open_overview"]


@dataclass(frozen=True)
class _Opened:
    """The clean regions of a table measured, and what is to be mended in the others."""

    clean: Overview | None
    faulty: dict[str, tuple[str, list[Problem]]]


# A table of a country takes hundreds of megabytes: no more are kept than one works on at a time.
_MOST_KEPT = 2
_KEPT: OrderedDict[tuple[str, int], _Opened] = OrderedDict()


def open_overview(data: str, *, year: int, region: str = "") -> Overview:
    """Every region of a table, measured and judged, with one year to look at.

    `data` is the name of a data set inside ("demo", "world"), a table, a pack, or the description (.toml) of one;
    `year` the one in which the school year began. The overview is kept in this process by the content of the table and
    of its description, so that it is read again only where one of them changed; do not alter its frames.

    Without a `region` this raises what `read_schools` and `overview` raise. With one, regions that have cells to mend
    are left out and do not keep the others waiting: IntakeError is raised for that region's own cells alone, and
    RequestError for one that the table does not hold. Of a pack, no other region's rows are read.
    """
    dataset = open_dataset(data)
    if dataset.is_pack:
        return packed_overview(dataset, year=year, region=region)
    opened = _opened(dataset, year)
    own = [region] if region else list(opened.faulty)
    if problems := [problem for code in own for problem in opened.faulty.get(code, ("", []))[1]]:
        raise IntakeError(problems, name=dataset.table.name)
    if opened.clean is None:
        raise RequestError("unknown_region", region=region, known=", ".join(opened.faulty))
    if region and region not in set(opened.clean.schools["region"]):
        known = sorted(opened.clean.schools["region"].unique())
        raise RequestError("unknown_region", region=region, known=", ".join(known[:12]))
    return opened.clean


def _opened(dataset: Dataset, year: int) -> _Opened:
    key = (_content(dataset), year)
    if key not in _KEPT:
        intake, faulty = clean_regions(dataset)
        asked = tuple(problem for problem in intake.problems if problem.level in ("ask", "explained"))
        clean = None
        if len(intake.table) or not faulty:
            dataset = replace(dataset, breaks=(*dataset.breaks, *intake.breaks))
            clean = overview(intake.table, dataset, year=year, county_items=intake.county_items, questions=asked)
        _KEPT[key] = _Opened(clean, faulty)
    _KEPT.move_to_end(key)
    while len(_KEPT) > _MOST_KEPT:
        _KEPT.popitem(last=False)
    return _KEPT[key]


def _content(dataset: Dataset) -> str:
    with dataset.table.open("rb") as table:
        content = hashlib.file_digest(table, "sha256")
    content.update(repr([getattr(dataset, field.name) for field in fields(Dataset)]).encode())
    return content.hexdigest()
