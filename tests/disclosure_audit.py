"""The audit: what a reader can work out of a report, by linear programming over everything that it prints.

The reader is taken to know more than any: how many pupils, teachers and candidates each school has, down to the one.
What is unknown are the numerators. Every printed number, with the interval that its rounding leaves, is a linear
constraint on them; the least and the most that a withheld value can then be are two linear programs (the auditing
problem of cell suppression; Fischetti and Salazar, Mathematical Programming 84, 1999).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import docx
import numpy as np
import openpyxl
import pandas as pd
from scipy.optimize import linprog

from qualityedu.columns import STAGES
from qualityedu.findings.workings import unit_ratios, workings
from qualityedu.indicators import catalogue
from qualityedu.render.reading import read_document
from qualityedu.standards import COMPULSORY
from qualityedu.tables import indicator_label, title_of
from qualityedu.text import say

# A withheld value is safe where what it can be is at least so wide, as a share of what it is: ± 10 %.
WIDE = 0.20

LANG = "en"
_NUMBER = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")


@dataclass(frozen=True)
class Printed:
    """A table as it is printed: its caption, and the rows below its headings."""

    caption: str
    headings: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Claim:
    """The ratio of the sums over some schools lies between two numbers: what one printed cell says."""

    indicator: str
    schools: tuple[tuple[str, str], ...]
    low: float
    high: float


@dataclass(frozen=True)
class Range:
    """What a value can be to the reader, beside what it is."""

    indicator: str
    school: str
    stage: str
    truth: float
    low: float
    high: float
    usual: float

    @property
    def safe(self) -> bool:
        """Whether the reader is left with a wide enough range; of nothing, as a share of what is usual in the stage."""
        return self.high - self.low >= WIDE * (abs(self.truth) or self.usual)


@dataclass
class County:
    """The schools of a region in a year as they truly are, and the numerators and denominators of their indicators."""

    rows: pd.DataFrame
    units: dict[str, pd.DataFrame] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each, how in workings(self.rows):
            found = unit_ratios(self.rows, each, how)
            if len(found):
                self.units[each.id] = found.assign(n=found["value"] * found["weight"]).set_index(["school", "stage"])


def tables_of_html(page: str) -> list[Printed]:
    """The tables of a page."""
    document = read_document([page], title="", lang=LANG)
    return [
        Printed(
            "".join(run.text for run in table.caption),
            [cell.text for row in table.head for cell in row],
            [[cell.text for cell in row] for row in table.body],
        )
        for table in document.tables
    ]


def tables_of_word(path: Path) -> list[Printed]:
    """The tables of a Word file; the caption is the paragraph that stands before, or the table's own title."""
    word = docx.Document(str(path))
    found, before = [], ""
    for element in word.element.body.iterchildren():
        kind = element.tag.rsplit("}", 1)[-1]
        if kind == "p":
            before = "".join(text.text or "" for text in element.iter() if text.tag.endswith("}t")) or before
        elif kind == "tbl":
            rows = [
                ["".join(text.text or "" for text in cell.iter() if text.tag.endswith("}t")) for cell in row
                 if cell.tag.endswith("}tc")]
                for row in element if row.tag.endswith("}tr")
            ]  # fmt: skip
            found.append(Printed(before, rows[0], rows[1:]))
    return found


def tables_of_workbook(path: Path) -> list[Printed]:
    """Every sheet of a workbook as one table, each cell as text; every row is a row."""
    book = openpyxl.load_workbook(path)
    found = []
    for sheet in book.worksheets:
        rows = [["" if cell.value is None else str(cell.value) for cell in row] for row in sheet.iter_rows()]
        captions = [row[0] for row in rows if row and row[0] and not any(row[1:])]
        found.append(Printed(captions[0] if captions else sheet.title, rows[0] if rows else [], rows))
    return found


def numbers_in(text: str) -> set[str]:
    """Every number of a text as printed, without its thousands separators."""
    return {each.replace(",", "") for each in _NUMBER.findall(text)}


def claims_of(tables: Iterable[Printed], county: County, published: set[tuple[str, str]]) -> list[Claim]:
    """What the printed tables say of sums over schools.

    `published` are the schools and stages on which the region's findings rest; lines of the county's verdict rest on
    all of them. A cell that says of how many schools it speaks is taken at its word.
    """
    claims: list[Claim] = []
    labels = {
        indicator_label(name, stage, LANG): (name, stage) for name in catalogue() for stage in [*STAGES, COMPULSORY]
    }
    of_schools = {
        say("figure.bars.table", LANG, title=title_of(name, LANG), stage=say(f"stage.{stage}", LANG)): (name, stage)
        for name in catalogue()
        for stage in STAGES
    }
    named = county.rows.set_index(["school_name", "stage"])["school"]
    for table in tables:
        if table.caption in of_schools:
            name, stage = of_schools[table.caption]
            for row in table.rows:
                if (row[0], stage) in named.index:
                    claims += _claim(name, [(named[row[0], stage], stage)], row[1])
        elif table.caption in (say("summary.caption", LANG), say("years.caption", LANG)):
            column = 2 if table.caption == say("summary.caption", LANG) else _last_year(table)
            for row in table.rows:
                if row[0] in labels:
                    claims += _of_region(labels[row[0]], row[column], county, published)
        elif "line by line" in table.caption:
            for row in table.rows:
                if row[1] in labels:
                    claims += _of_region(labels[row[1]], row[2], county, None)
        elif table.headings and table.headings[0] == say("column.school", LANG):
            claims += _of_gaps(table, county, named)
    return claims


def _last_year(table: Printed) -> int:
    years = [place for place, heading in enumerate(table.headings) if re.fullmatch(r"[0-9]{4}", heading)]
    return years[-1]


def _of_gaps(table: Printed, county: County, named: pd.Series) -> list[Claim]:
    """Values beside schools: those of the ledger, and those in the sentences of the schools that fall short."""
    claims = []
    titles = {title_of(name, LANG): name for name in county.units}
    for row in table.rows:
        for (name, stage), school in named.items():
            if row[0] != name:
                continue
            for title, indicator in titles.items():
                label = indicator_label(indicator, str(stage), LANG)
                if row[1].startswith(f"{label} ("):
                    claims += _claim(indicator, [(school, stage)], row[2])
                for cell in row[1:]:
                    for printed in re.findall(re.escape(title) + r" (-?[0-9][0-9,.]*) \(standard", cell):
                        if say(f"stage.{stage}", LANG) in row[1]:
                            claims += _claim(indicator, [(school, stage)], printed)
    return claims


def _of_region(key: tuple[str, str], text: str, county: County, published: set[tuple[str, str]] | None) -> list[Claim]:
    name, stage = key
    if name not in county.units:
        return []
    stages = ["primary", "junior", "special"] if stage == COMPULSORY else [stage]
    units = [
        unit for unit in county.units[name].index if unit[1] in stages and (published is None or unit in published)
    ]
    return _claim(name, units, text)


def _claim(name: str, units: Sequence[tuple[str, str]], text: str) -> list[Claim]:
    found = _NUMBER.match(text.strip().lstrip("✗✓ "))
    if not found or not units:
        return []
    digits = found[0].replace(",", "")
    decimals = len(digits.partition(".")[2])
    half = 0.5 * 10.0**-decimals
    return [Claim(name, tuple(units), float(digits) - half, float(digits) + half)]


def ranges(county: County, claims: Sequence[Claim], wanted: Iterable[tuple[str, str, str]]) -> list[Range]:
    """The least and the most that each wanted value (indicator, school, stage) can be, given the claims."""
    return [_range(county, [claim for claim in claims if claim.indicator == name], name, (school, stage))
            for name, school, stage in wanted]  # fmt: skip


def _range(county: County, claims: Sequence[Claim], name: str, unit: tuple[str, str]) -> Range:
    units = county.units[name]
    places = {key: place for place, key in enumerate(units.index)}
    weights = units["weight"].to_numpy()
    rows, bounds = [], []
    for claim in claims:
        row = np.zeros(len(units))
        inside = [places[key] for key in claim.schools if key in places]
        row[inside] = 1.0
        total = weights[inside].sum()
        rows += [row, -row]
        bounds += [claim.high * total, -claim.low * total]
    # No numerator is below nothing; of a share it is no more than the whole.
    most = [100.0 * weight if catalogue()[name].unit["zh"] == "%" else None for weight in weights]
    ends = []
    for sign in (1.0, -1.0):
        aim = np.zeros(len(units))
        aim[places[unit]] = sign
        solved = linprog(
            aim, A_ub=np.array(rows) if rows else None, b_ub=np.array(bounds) if rows else None,
            bounds=[(0, each) for each in most], method="highs",
        )  # fmt: skip
        if solved.status == 3:
            ends.append(float("inf"))
            continue
        assert solved.status == 0, f"the printed numbers contradict the truth: {name}, {solved.message}"
        ends.append(sign * solved.fun)
    weight = weights[places[unit]]
    truth = float(units.loc[unit, "value"])
    stage = units[units.index.get_level_values("stage") == unit[1]]
    usual = float(stage["n"].sum() / stage["weight"].sum())
    return Range(name, unit[0], unit[1], truth, ends[0] / weight, ends[1] / weight, usual)
