"""Findings as a Data Package: one CSV that a spreadsheet opens safely, and a description of every column."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from qualityedu.datasets import Dataset
from qualityedu.errors import RequestError
from qualityedu.findings import Overview
from qualityedu.indicators import catalogue, sources
from qualityedu.release import Release, releasable_overview
from qualityedu.standards import regulations
from qualityedu.text import LANGUAGES, say

__all__ = ["export_findings", "safe_csv", "write_files"]

# A cell that begins so is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_COLUMNS = {
    "region": "string", "region_name": "string", "year": "year", "indicator": "string", "title": "string",
    "stage": "string", "subject": "string", "value": "number", "unit": "string", "status": "string", "basis": "string",
    "schools": "integer", "left_out": "integer", "standard": "number", "rule": "string", "regulation": "string",
    "clause": "string",
}  # fmt: skip


def export_findings(released: Release | Overview, into: Path, *, lang: str) -> Path:
    """Write `findings.csv` and `datapackage.json` into a folder, which is made, and give back the folder.

    `released` is the release of a region (all its years), or an overview, from which small groups are withheld once
    more. What is withheld has an empty value and the status `withheld`. Values are unrounded, in the unit beside
    them; a difference coefficient has none. The CSV is UTF-8 with a byte order mark; a text that a spreadsheet would
    take for a formula gets an apostrophe before it. Raises RequestError where the folder cannot be written to.
    """
    findings = released.findings if isinstance(released, Release) else releasable_overview(released).findings
    table = _table(findings, released, lang)
    description = json.dumps(_description(table, released.dataset, lang), ensure_ascii=False, indent=2) + "\n"
    rows = safe_csv(list(_COLUMNS), table.to_dict("records"))
    write_files(into, {"findings.csv": rows, "datapackage.json": description})
    return into


def safe_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Rows as CSV with a byte order mark, every text made harmless to a spreadsheet; a missing number is empty."""
    held = io.StringIO(newline="")
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    return "\ufeff" + held.getvalue()


def write_files(into: Path, texts: Mapping[str, str]) -> None:
    """Write texts by file name into a folder, which is made. Raises RequestError where that cannot be done."""
    try:
        into.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            into.joinpath(name).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise RequestError("no_place", path=into) from error


def _licences(licence: str) -> list[dict[str, str]]:
    """Each licence by an identifier, which the standard demands; one that has none is `other-closed` in its words."""
    parts = [part.strip() for part in licence.split(";")]
    names = [re.sub(r"[^\w.]+", "-", part.partition("(")[0].strip()) for part in parts]
    return [
        {"name": name if name.startswith("CC") else "other-closed", "title": part}
        for name, part in zip(names, parts, strict=True)
    ]


def _cell(value: object) -> str:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    if value is None or value != value:
        return ""
    return repr(float(value)) if isinstance(value, float) else str(value)


def _table(findings: pd.DataFrame, released: Release | Overview, lang: str) -> pd.DataFrame:
    each = [catalogue()[name] for name in findings["indicator"]]
    of_spread = findings["subject"] == "spread"
    units = pd.Series(
        [one.unit_in(lang, released.dataset.currency) for one in each], index=findings.index, dtype=object
    )
    table = findings.assign(title=[one.title[lang] for one in each], unit=units.mask(of_spread, ""))
    if "region_name" not in table.columns:
        table["region_name"] = getattr(released, "region_name", table["region"])
    return table[list(_COLUMNS)]


def _description(table: pd.DataFrame, dataset: Dataset, lang: str) -> dict[str, Any]:
    used = [each for each in catalogue().values() if each.id in set(table["indicator"])]
    names = list(dict.fromkeys(name for each in used for name in each.sources))
    decreed = [each for each in regulations().values() if each.number in set(table["regulation"]) - {""}]
    fields = [
        {"name": name, "type": kind, "description": say(f"export.field.{name}", lang)}
        for name, kind in _COLUMNS.items()
    ]
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "qualityedu-findings",
        "title": say("export.title", lang, data=dataset.title[lang]),
        "description": say("export.description", lang),
        "sources": [
            {"title": dataset.source.get(lang, dataset.title[lang])},
            *[{"title": f"{name}: {sources().get(name, {}).get('title', name)}"} for name in names],
            *[{"title": f"{each.number} {each.title[lang]}".strip()} for each in decreed],
        ],
        **({"licenses": _licences(dataset.licence)} if dataset.licence else {}),
        "synthetic": dataset.synthetic,
        "resources": [
            {
                "name": "findings",
                "type": "table",
                "path": "findings.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {
                    "fields": fields,
                    "missingValues": [""],
                    "primaryKey": ["region", "year", "indicator", "stage", "subject"],
                },
            }
        ],
        "indicators": [
            {"id": each.id, **{f"title_{one}": each.title[one] for one in LANGUAGES},
             "unit": each.unit_in(lang, dataset.currency), "how": each.describe(lang), "caveat": each.caveat[lang],
             "sources": list(each.sources)}
            for each in used
        ],
    }  # fmt: skip
