"""Makes world.csv and datapackage.json from a folder of collected facts.

    python data/world/make_world.py FACTS [--into FOLDER]

FACTS holds `world.csv`: one row per economy and PISA cycle, with every figure that was found, its reference year
and its doubts. What is taken over and what is left behind, and why, is told in SOURCES.md; how the columns are
named and described, in columns.toml. Values are carried over as they are written, never recomputed. The same
facts give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

YEARS = ("2012", "2015", "2018", "2022", "2025")
STAGE = "secondary"

# UN M49 subregions: https://unstats.un.org/unsd/methodology/m49/
REGIONS = {
    "South America": "005",
    "Central America": "013",
    "Eastern Africa": "014",
    "Northern Africa": "015",
    "Northern America": "021",
    "Caribbean": "029",
    "Eastern Asia": "030",
    "South-eastern Asia": "035",
    "Southern Europe": "039",
    "Australia and New Zealand": "053",
    "Central Asia": "143",
    "Western Asia": "145",
    "Eastern Europe": "151",
    "Northern Europe": "154",
    "Western Europe": "155",
}

# The names under which the OECD reports these economies, where the collected facts use a shorter one.
OECD_NAMES = {
    "HKG": "Hong Kong (China)",
    "KOR": "Korea",
    "MAC": "Macao (China)",
    "PSE": "Palestinian Authority",
    "TWN": "Chinese Taipei",
    "VNM": "Viet Nam",
}

# The OECD's codes for a city, a province or some regions of a country.
PARTS_OF_COUNTRIES = frozenset({"QAR", "QAZ", "QCH", "QCI", "QCN", "QDT", "QKI", "QUA"})

# Only here were the lists of pupil-teacher ratios whole; elsewhere the low ratios were missing.
WHOLE_RATIO_LISTS = ("Europe", "Asia")

# One science score without its companions, 83 points above that of 2022.
LEFT_OUT_ROWS = {("UZB", "2025")}

COLUMNS = tomllib.loads(Path(__file__).with_name("columns.toml").read_text(encoding="utf-8"))


def rows(facts: Path) -> list[dict[str, str]]:
    """The rows of the table in the order of economy and year."""
    with (facts / "world.csv").open(encoding="utf-8", newline="") as file:
        kept = [_row(fact) for fact in csv.DictReader(file) if _belongs(fact)]
    return sorted(kept, key=lambda row: (row["school"], row["year"]))


def _belongs(fact: dict[str, str]) -> bool:
    scores = ("math_mean", "read_mean", "sci_mean", "creative_mean")
    return (
        fact["year"] in YEARS
        and any(fact[name] for name in scores)
        and (fact["iso3"], fact["year"]) not in LEFT_OUT_ROWS
    )


def _row(fact: dict[str, str]) -> dict[str, str]:
    row = {each["name"]: fact[each["taken"]] if "taken" in each else "" for each in COLUMNS["column"]}
    row["region"] = REGIONS[fact["un_region"]]
    row["school_name"] = OECD_NAMES.get(fact["iso3"], fact["country"])
    row["stage"] = STAGE
    row["caution"] = "; ".join(_cautions(fact))
    if fact["continent"] not in WHOLE_RATIO_LISTS:
        row["pupil_teacher_ratio"] = row["pupil_teacher_year"] = ""
    if fact["year"] != "2015":
        row["life_satisfaction"] = ""
    return row


def _cautions(fact: dict[str, str]) -> Iterator[str]:
    if fact["sampling_caution"] == "1":
        yield "sampling_caution"
    if fact["creative_flag"] == "weak_linkage":
        yield "weak_linkage"
    if fact["iso3"] in PARTS_OF_COUNTRIES:
        yield "part_of_country"
    if (fact["iso3"], fact["year"]) == ("QUA", "2022"):
        yield "mixed_coverage"
    if fact["score_src"].endswith("rounded"):
        yield "rounded_scores"
    if (fact["iso3"], fact["year"]) == ("BEL", "2015"):
        yield "life_satisfaction_partial"


def table(facts: Path) -> str:
    """The text of world.csv."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [each["name"] for each in COLUMNS["column"]], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows(facts))
    return text.getvalue()


def description(csv_text: str) -> str:
    """The text of datapackage.json for that table, as https://datapackage.org asks for it."""
    content = csv_text.encode("utf-8")
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        **_described(COLUMNS["package"]),
        "licenses": COLUMNS["licence"],
        "sources": COLUMNS["source"],
        "resources": [
            {
                "name": "world",
                "path": "world.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(content),
                "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
                "schema": {
                    "fields": [_described(each) for each in COLUMNS["column"]],
                    "missingValues": [""],
                    "primaryKey": ["school", "stage", "year"],
                },
            }
        ],
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _described(entry: dict[str, Any]) -> dict[str, Any]:
    """English under the standard's own keys, Chinese beside it: the standard knows one language."""
    flat: dict[str, Any] = {}
    for key, value in entry.items():
        if isinstance(value, dict):
            flat |= {key: value["en"], f"{key}_zh": value["zh"]}
        elif key != "taken":
            flat[key] = value
    return flat


def make(facts: Path, into: Path) -> None:
    """Writes both files into a folder."""
    text = table(facts)
    for name, content in (("world.csv", text), ("datapackage.json", description(text))):
        (into / name).write_text(content, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("facts", type=Path, help="the folder of collected facts")
    parser.add_argument("--into", type=Path, default=Path(__file__).parent, help="where to write (default: here)")
    given = parser.parse_args()
    make(given.facts, given.into)
