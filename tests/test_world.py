"""The data of economies: published figures, completeness, documentation, and that it can be made again."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import runpy
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from qualityedu.columns import COLUMNS
from qualityedu.datasets import open_dataset
from qualityedu.indicators import catalogue

ROOT = Path(__file__).parents[1]
WORLD = ROOT / "data" / "world"
FACTS = Path(os.environ.get("QUALITYEDU_FACTS", ROOT.parent / "shared" / "facts"))
YEARS = ("2012", "2015", "2018", "2022", "2025")
SCORES = ("pisa_mathematics", "pisa_reading", "pisa_science")
NATIONAL_INPUTS = (
    "spending_per_student_gdp_share",
    "spending_year",
    "pupil_teacher_ratio",
    "pupil_teacher_year",
    "gdp_per_head",
    "mean_years_schooling",
)
# M49: the subregions of Europe and Asia.
EUROPE_AND_ASIA = {"030", "034", "035", "039", "143", "145", "151", "154", "155"}

Row = dict[str, str]

with (WORLD / "world.csv").open(encoding="utf-8", newline="") as _file:
    _reader = csv.DictReader(_file)
    ROWS: list[Row] = list(_reader)
    HEADER = list(_reader.fieldnames or ())
BY_KEY = {(row["school"], row["year"]): row for row in ROWS}
PACKAGE = json.loads((WORLD / "datapackage.json").read_text(encoding="utf-8"))
FIELDS = PACKAGE["resources"][0]["schema"]["fields"]


def value(school: str, year: int, column: str) -> float:
    return float(BY_KEY[school, str(year)][column])


# OECD, PISA 2022 Results (Volume I), Table I.1: mean scores as published, in whole points.
PUBLISHED_2022 = {
    "SGP": (575, 543, 561),
    "MAC": (552, 510, 543),
    "TWN": (547, 515, 537),
    "HKG": (540, 500, 520),
    "JPN": (536, 516, 547),
    "KOR": (527, 515, 528),
    "EST": (510, 511, 526),
    "CHE": (508, 483, 503),
    "CAN": (497, 507, 515),
}


@pytest.mark.parametrize("school", PUBLISHED_2022)
def test_scores_of_2022_are_those_published(school: str) -> None:
    assert tuple(round(value(school, 2022, score)) for score in SCORES) == PUBLISHED_2022[school]


def test_extremes_of_2022_are_those_published() -> None:
    # https://www.oecd.org/en/topics/mathematics-literacy.html and .../science-literacy.html: New Zealand 479 in
    # mathematics; Australia 507 and Belgium 491 in science; 238 and 214 points between the highest and the lowest.
    assert round(value("NZL", 2022, "pisa_mathematics")) == 479
    assert [round(value(school, 2022, "pisa_science")) for school in ("AUS", "BEL")] == [507, 491]
    for score, apart in (("pisa_mathematics", 238), ("pisa_science", 214)):
        found = [float(row[score]) for row in ROWS if row["year"] == "2022"]
        assert round(max(found) - min(found)) == apart, score


def test_creative_thinking_is_as_published() -> None:
    # OECD, PISA 2022 Results (Volume III): Singapore first; Korea and Canada both 38; 28 points between the extremes.
    found = {row["school"]: float(row["creative_thinking"]) for row in ROWS if row["creative_thinking"]}
    assert max(found, key=lambda school: found[school]) == "SGP"
    assert (round(found["KOR"]), round(found["CAN"])) == (38, 38)
    assert round(max(found.values()) - min(found.values())) == 28


def test_life_satisfaction_is_as_published() -> None:
    # OECD, PISA 2015 Results (Volume III), Figure III.1.1: the Dominican Republic 8.5 highest, Türkiye 6.1 lowest.
    found = {row["school"]: float(row["life_satisfaction"]) for row in ROWS if row["life_satisfaction"]}
    ordered = sorted(found, key=lambda school: found[school])
    assert (ordered[0], round(found["TUR"], 1)) == ("TUR", 6.1)
    assert (ordered[-1], round(found["DOM"], 1)) == ("DOM", 8.5)


# Values found per column and cycle, less what SOURCES.md leaves out: the science score of Uzbekistan 2025 (of 91),
# inputs of rows without scores (2018: three of 50 spending figures), ratios outside Europe and Asia.
COUNTS = {
    "pisa_mathematics": (60, 70, 76, 81, 91 - 1),
    "pisa_mathematics_error": (60, 70, 76, 77, 90),
    "pisa_reading": (59, 62, 75, 81, 90),
    "pisa_reading_error": (59, 62, 75, 77, 90),
    "pisa_science": (59, 62, 75, 81, 91 - 1),
    "pisa_science_error": (59, 62, 75, 77, 91 - 1),
    "creative_thinking": (0, 0, 0, 64, 0),
    "creative_thinking_error": (0, 0, 0, 64, 0),
    "life_satisfaction": (0, 48, 0, 0, 0),
    "spending_per_student_gdp_share": (1, 47, 50 - 3, 49, 0),
    "pupil_teacher_ratio": (4 - 1, 38 - 2, 56 - 9, 52 - 5, 0),
    "gdp_per_head": (0, 0, 0, 56, 0),
    "mean_years_schooling": (0, 0, 0, 56, 0),
}


@pytest.mark.parametrize("column", COUNTS)
def test_as_many_values_as_were_found(column: str) -> None:
    counted = Counter(row["year"] for row in ROWS if row[column])
    assert tuple(counted[year] for year in YEARS) == COUNTS[column]


def test_sources_states_the_counts_of_the_table() -> None:
    text = (WORLD / "SOURCES.md").read_text(encoding="utf-8")
    stated = {
        match[1]: tuple(int(part) for part in match[2].split("|"))
        for match in re.finditer(r"^\| ([a-z_]{8,}) \| ((?:\d+ \| ){4}\d+) \|$", text, re.MULTILINE)
    }
    assert stated == COUNTS
    economies = len({row["school"] for row in ROWS})
    assert f"共{len(ROWS)}行、{economies}个经济体" in text
    assert f"{len(ROWS)} rows, {economies} economies" in text


def test_one_row_per_economy_stage_and_year() -> None:
    assert PACKAGE["resources"][0]["schema"]["primaryKey"] == ["school", "stage", "year"]
    keys = Counter((row["school"], row["stage"], row["year"]) for row in ROWS)
    assert [key for key, times in keys.items() if times > 1] == []
    assert {row["stage"] for row in ROWS} == {"secondary"}
    assert {row["year"] for row in ROWS} == set(YEARS)


def test_every_row_has_a_score() -> None:
    assert [row for row in ROWS if not any(row[score] for score in SCORES)] == []
    assert ("UZB", "2025") not in BY_KEY


def test_numbers_lie_within_the_bounds_of_their_scales() -> None:
    bounds = {
        **dict.fromkeys(SCORES, (200, 700)),
        "creative_thinking": (0, 60),
        "life_satisfaction": (0, 10),
        "spending_per_student_gdp_share": (0, 60),
        "pupil_teacher_ratio": (4, 60),
        "gdp_per_head": (500, 200_000),
        "mean_years_schooling": (1, 16),
    }
    outside = [
        (row["school"], row["year"], name, row[name])
        for row in ROWS
        for name, (low, high) in bounds.items()
        if row[name] and not low < float(row[name]) < high
    ]
    assert outside == []


def test_regions_are_codes_kept_as_text() -> None:
    names, codes = defaultdict(set), defaultdict(set)
    for row in ROWS:
        names[row["region"]].add(row["region_name"])
        codes[row["region_name"]].add(row["region"])
    assert all(re.fullmatch(r"\d{3}", code) for code in names)
    assert {code: found for code, found in names.items() if len(found) != 1} == {}
    assert {name: found for name, found in codes.items() if len(found) != 1} == {}
    # UN M49: https://unstats.un.org/unsd/methodology/m49/
    assert names["039"] == {"Southern Europe"}
    assert names["005"] == {"South America"}
    assert names["145"] == {"Western Asia"}


def test_an_economy_keeps_its_name_and_region() -> None:
    seen = defaultdict(set)
    for row in ROWS:
        seen[row["school"]].add((row["school_name"], row["region"]))
    assert {school: found for school, found in seen.items() if len(found) != 1} == {}


def test_regions_large_enough_for_a_report() -> None:
    # Nine of fourteen; Australia and New Zealand, the Caribbean, Central Asia, Northern Africa and Northern America
    # had fewer than three economies in PISA 2022.
    sizes = Counter(row["region_name"] for row in ROWS if row["year"] == "2022")
    assert len(sizes) == 14
    assert {name: size for name, size in sizes.items() if size >= 3} == {
        "Central America": 5,
        "Eastern Asia": 6,
        "Eastern Europe": 8,
        "Northern Europe": 10,
        "South America": 7,
        "South-eastern Asia": 8,
        "Southern Europe": 12,
        "Western Asia": 10,
        "Western Europe": 6,
    }


def test_parts_of_countries_have_no_national_inputs() -> None:
    parts = [row for row in ROWS if re.match("Q(?!AT)", row["school"])]  # QAT is Qatar
    assert {row["school"] for row in parts} == {"QAR", "QAZ", "QCH", "QCI", "QDT", "QKI", "QUA"}
    assert [row for row in parts if any(row[name] for name in NATIONAL_INPUTS)] == []
    assert all("part_of_country" in row["caution"] for row in parts)


def test_pupil_teacher_ratios_are_of_europe_and_asia_only() -> None:
    assert {row["region"] for row in ROWS if row["pupil_teacher_ratio"]} <= EUROPE_AND_ASIA


@pytest.mark.parametrize(
    ("figure", "year"),
    [("spending_per_student_gdp_share", "spending_year"), ("pupil_teacher_ratio", "pupil_teacher_year")],
)
def test_inputs_carry_their_year(figure: str, year: str) -> None:
    records = defaultdict(set)
    for row in ROWS:
        assert bool(row[figure]) == bool(row[year]), row
        if row[figure]:
            records[row["school"], row[year]].add(row[figure])
            lag = int(row["year"]) - int(row[year])
            assert -2 <= lag <= (6 if row["year"] == "2022" else 2), row
    assert {key: found for key, found in records.items() if len(found) != 1} == {}
    assert [row for row in ROWS if row["year"] == "2025" and any(row[name] for name in NATIONAL_INPUTS)] == []


def test_cautions_of_the_source_are_kept() -> None:
    # OECD, PISA 2022 Results (Volume I), chapter 3: economies that missed a sampling standard.
    flagged = {row["school"] for row in ROWS if row["year"] == "2022" and "sampling_caution" in row["caution"]}
    assert flagged == {"AUS", "CAN", "DNK", "GBR", "HKG", "IRL", "JAM", "LVA", "NLD", "NZL", "PAN", "USA"}
    assert {row["school"] for row in ROWS if "weak_linkage" in row["caution"]} == {"ALB", "DOM"}


def test_every_caution_is_explained() -> None:
    text = (WORLD / "SOURCES.md").read_text(encoding="utf-8")
    flags = {flag for row in ROWS if row["caution"] for flag in row["caution"].split("; ")}
    assert [flag for flag in flags if text.count(f"| `{flag}` |") != 2] == []


def test_scores_without_an_error_are_marked() -> None:
    bare = [row for row in ROWS for score in SCORES if row[score] and not row[f"{score}_error"]]
    assert {(row["school"], row["year"]) for row in bare} == {(s, "2022") for s in ("JAM", "PAN", "QAZ", "VNM")}
    assert all("rounded_scores" in row["caution"] for row in bare)


def test_description_has_the_columns_of_the_table() -> None:
    assert [field["name"] for field in FIELDS] == HEADER


def test_every_column_is_documented() -> None:
    sources = {source["id"] for source in PACKAGE["sources"]}
    text = (WORLD / "SOURCES.md").read_text(encoding="utf-8")
    for field in FIELDS:
        needed = ("type", "title", "title_zh", "description", "description_zh", "sources", "licence")
        assert [name for name in needed if not field.get(name)] == [], field["name"]
        assert set(field["sources"]) <= sources, field["name"]
        assert f"`{field['name'].removesuffix('_error')}`" in text, field["name"]
    used = {key for field in FIELDS for key in field["sources"]}
    assert used == sources


def test_every_column_is_a_known_column_or_indicator() -> None:
    assert [name for name in HEADER if name not in COLUMNS and name not in catalogue()] == []


def test_description_is_of_this_very_table() -> None:
    content = (WORLD / "world.csv").read_text(encoding="utf-8").encode("utf-8")
    resource = PACKAGE["resources"][0]
    assert resource["bytes"] == len(content)
    assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_opens_by_name() -> None:
    dataset = open_dataset("world")
    assert dataset.table == WORLD / "world.csv"
    assert (dataset.unit, dataset.country, dataset.lang, dataset.synthetic) == ("economy", "", "en", False)
    assert all(dataset.title[lang] and dataset.source[lang] for lang in ("zh", "en"))
    assert "NC" in dataset.licence  # the life-satisfaction column may not be used commercially


@pytest.mark.skipif(not (FACTS / "world.csv").is_file(), reason="the folder of collected facts is not here")
def test_can_be_made_again(tmp_path: Path) -> None:
    runpy.run_path(str(WORLD / "make_world.py"))["make"](FACTS, tmp_path)
    for name in ("world.csv", "datapackage.json"):
        assert (tmp_path / name).read_text(encoding="utf-8") == (WORLD / name).read_text(encoding="utf-8"), name
