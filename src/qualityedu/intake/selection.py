"""The rows of one region or year, and what is wrong with those alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches

import pandas as pd

from qualityedu.errors import RequestError
from qualityedu.intake.reading import Complaint, Reading

__all__ = ["Wanted", "chosen"]

# As many regions or years as a message names.
_NAMED = 5


@dataclass(frozen=True)
class Wanted:
    """A region by its code or exact name, and the year in which the school year began; None for all."""

    region: str | None = None
    year: int | None = None


def chosen(
    reading: Reading, complaints: list[Complaint], wanted: Wanted
) -> tuple[Reading, list[Complaint], Counter[str]]:
    """The rows wanted, the complaints about them, and how many rows belong to others.

    A row whose region or year cannot be read may be one of them and stays. Raises RequestError
    (unknown_region, unknown_year) where nothing matches.
    """
    table, left_out = reading.table, Counter[str]()
    keep = pd.Series(True, index=table.index)
    if wanted.region is not None and "region" in table and table["region"].notna().any():
        here = _is_region(table, str(wanted.region))
        if not here.any():
            raise RequestError("unknown_region", region=wanted.region, known=_regions(reading, str(wanted.region)))
        left_out["other_region"] = int((~(here | table["region"].isna())).sum())
        keep &= here | table["region"].isna()
    if wanted.year is not None and "year" in table and table["year"].notna().any():
        then = table["year"] == wanted.year
        if not (keep & then).any():
            raise RequestError("unknown_year", year=wanted.year, known=_years(reading, table["year"][keep]))
        left_out["other_year"] = int((keep & ~(then | table["year"].isna())).sum())
        keep &= then | table["year"].isna()
    if keep.all():
        return reading, complaints, left_out
    others = {reading.place(index) for index in table.index[~keep]}
    return reading.without(others), [complaint for complaint in complaints if complaint.at[:2] not in others], left_out


def _is_region(table: pd.DataFrame, region: str) -> pd.Series:
    by_code = table["region"] == region
    if by_code.any() or "region_name" not in table:
        return by_code
    # A row without the name belongs to it by its code.
    codes = table["region"][table["region_name"] == region].dropna().unique()
    return table["region"].isin(codes)


def _regions(reading: Reading, wanted: str) -> str:
    columns = [name for name in ("region", "region_name") if name in reading.table]
    known = reading.table[columns].dropna(subset="region").drop_duplicates("region").fillna("").sort_values("region")
    words = {
        word: " ".join(filter(None, dict.fromkeys(row)))
        for row in known.itertuples(index=False)
        for word in row
        if word
    }
    near = dict.fromkeys(words[word] for word in get_close_matches(wanted, words, n=_NAMED))
    return _listed(list(near) or list(dict.fromkeys(words.values())), reading.lang)


def _years(reading: Reading, years: pd.Series) -> str:
    return _listed([str(int(year)) for year in sorted(years.dropna().unique(), reverse=True)], reading.lang)


def _listed(words: list[str], lang: str) -> str:
    separator, ellipsis = ("、", "……") if lang == "zh" else (", ", " …")
    return separator.join(words[:_NAMED]) + (ellipsis if len(words) > _NAMED else "")
