"""The first two digits of a code (GB/T 2260), the names they stand for, and a place for each on a map of tiles."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

__all__ = ["Province", "provinces"]


@dataclass(frozen=True)
class Province:
    """A province, its names, and its tile: columns from the west, rows from the north."""

    code: str
    zh: str
    en: str
    column: int
    row: int

    def name(self, lang: str) -> str:
        """The name in one language."""
        return self.zh if lang == "zh" else self.en


@lru_cache
def provinces() -> dict[str, Province]:
    """Every province by its two digits. The tiles are set out by hand, each beside its neighbours where that can be."""
    text = files("qualityedu.places").joinpath("provinces.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    found = (Province(row["code"], row["zh"], row["en"], int(row["column"]), int(row["row"])) for row in rows)
    return {each.code: each for each in found}
