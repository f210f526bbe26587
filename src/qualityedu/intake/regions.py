"""Which regions of a table have cells to mend: the others need not wait for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from qualityedu.errors import REFUSING, Problem
from qualityedu.intake.reading import Complaint, Reading

if TYPE_CHECKING:
    import pandas as pd

    from qualityedu.datasets import Dataset
    from qualityedu.intake import Intake

__all__ = ["clean_regions", "read_clean_regions", "regions_to_mend"]


def regions_to_mend(reading: Reading, complaints: Iterable[Complaint]) -> dict[str, list[Problem]]:
    """The problems to mend by region; none at all where one of them concerns no row of a known region.

    The other rows of a school that is listed twice are in the same region or are complained of themselves.
    """
    refusing = [each for each in complaints if each.problem.level in REFUSING]
    if not refusing or "region" not in reading.table:
        return {}
    rows = zip(reading.at["sheet"].tolist(), reading.at["row"].tolist(), reading.table["region"].tolist(), strict=True)
    of_row = {(sheet, row): region for sheet, row, region in rows if isinstance(region, str)}
    found: dict[str, list[Problem]] = defaultdict(list)
    for complaint in refusing:
        region = of_row.get(complaint.at[:2])
        if region is None or complaint.problem.level == "stop":
            return {}
        found[region].append(complaint.problem)
    return dict(found)


def read_clean_regions(
    source: Dataset, *, lang: str | None = None
) -> tuple[pd.DataFrame, dict[str, tuple[str, list[Problem]]]]:
    """The table of a data set without the regions that have cells to mend, and those by code: name and problems.

    The table is as `read_schools` gives it. Raises IntakeError with everything to mend where that cannot be put down
    to some of the regions, and RequestError for an unknown file.
    """
    intake, faulty = clean_regions(source, lang=lang)
    return intake.table, faulty


def clean_regions(source: Dataset, *, lang: str | None = None) -> tuple[Intake, dict[str, tuple[str, list[Problem]]]]:
    """As `read_clean_regions`, with all that came of the reading: its `table` has the clean regions alone."""
    from qualityedu.errors import IntakeError, refusing
    from qualityedu.intake import check

    intake = check(source, lang=lang)
    problems = refusing(intake.problems)
    if not problems:
        return intake, {}
    if not intake.to_mend:
        raise IntakeError(problems, name=source.table.name)
    column = "region_name" if "region_name" in intake.table else "region"
    names = intake.table.dropna(subset=[column]).groupby("region")[column].last().to_dict()
    clean = intake.table[~intake.table["region"].isin(intake.to_mend)].dropna(axis="columns", how="all")
    faulty = {code: (str(names.get(code, code)), found) for code, found in sorted(intake.to_mend.items())}
    return replace(intake, table=clean.reset_index(drop=True)), faulty
