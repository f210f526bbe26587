"""The numbers of a batch as a Data Package 2.0: every line of every digest in one table, and what its columns mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from qualityedu.report.crate import Entry
from qualityedu.report.numbers import read_digest
from qualityedu.tables import safe_csv
from qualityedu.text import say

__all__ = ["numbers_package"]

_FIELDS = {
    "folder": "string", "notebook": "string", "quantity": "string", "kind": "string", "value": "number",
    "word": "string",
}  # fmt: skip


def numbers_package(entries: Sequence[Entry], digests: Mapping[str, str], *, lang: str) -> dict[str, Any]:
    """`numbers.csv` as text and `datapackage.json` as a value, by these names.

    `digests` holds the text of `numbers.txt` by folder. A number has as many decimals as the digest prints; a status,
    and the dash of what is withheld, stand in a column of their own.
    """
    rows = [
        {
            "folder": each.folder.as_posix(),
            "notebook": each.record["request"]["notebook"],
            "quantity": number.quantity,
            "kind": number.kind,
            "value": number.value,
            "word": number.text if number.value is None else "",
        }
        for each in entries
        for number in read_digest(digests.get(each.folder.as_posix(), ""))
    ]
    return {"numbers.csv": safe_csv(list(_FIELDS), rows), "datapackage.json": _description(lang)}


def _description(lang: str) -> dict[str, Any]:
    fields = [
        {"name": name, "type": kind, "description": say(f"package.field.{name}", lang)}
        for name, kind in _FIELDS.items()
    ]
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "qualityedu-numbers",
        "title": say("package.title", lang),
        "description": say("package.description", lang),
        "version": version("qualityedu"),
        "resources": [
            {
                "name": "numbers",
                "type": "table",
                "path": "numbers.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {"fields": fields, "missingValues": [""], "primaryKey": ["folder", "quantity"]},
            }
        ],
    }
