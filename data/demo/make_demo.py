"""Makes schools.xlsx: a synthetic city of eight imaginary counties. Nothing in it is real.

    python data/demo/make_demo.py [folder]

The same bytes come out every time. It is one file so that it can be read and run by itself. README.md
beside it says what each county is made to show.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xlsxwriter
from scipy.special import ndtr, ndtri

from qualityedu.columns import COLUMNS

SEED = 20171
YEARS = (2021, 2022, 2023)
SHEET, NOTES = "学校基本情况", "填报说明"
TITLE = "示例市学校基本情况（合成数据，非真实学校） Synthetic data, not real schools"
SYNTHETIC = "（合成示例）"

# 教督〔2017〕6号, per pupil or per 100 pupils. The script builds to them; the package judges by its own copy.
STANDARDS = pd.DataFrame(
    {
        "high_qualified_teachers": (4.2, 5.3),
        "backbone_teachers": (1.0, 1.0),
        "pe_art_teachers": (0.9, 0.9),
        "teaching": (4.5, 5.8),
        "sports": (7.5, 10.2),
        "equipment_value": (2000.0, 2500.0),
        "multimedia_rooms": (2.3, 2.4),
    },
    index=["primary", "junior"],
)
JUNIOR_WEIGHT = 1.1  # a junior pupil's weight where a nine-year school's rooms and grounds are split by section


def county_table(text: str) -> pd.DataFrame:
    """A table typed in this file, by region code."""
    return pd.read_csv(io.StringIO(text), sep=r"\s+", dtype={"region": str}, index_col="region")


# How many schools (points, special and vocational ones are among them), how many private, shares of urban and rural.
SCHOOLS = county_table("""
region name   primary junior nine_year points special vocational private urban rural
999901 临江区      24      9         1      0       1          0       3  0.85  0.00
999902 云麓区      22      8         2      0       1          0       2  0.70  0.05
999903 澄湾区      20      6         2      0       1          0       1  0.55  0.15
999904 望岚区      22      7         1      0       0          0       0  0.50  0.15
999905 棠浦县      21      6         2      2       0          0       1  0.20  0.40
999906 青禾县      24      7         3      6       1          1       0  0.12  0.60
999907 沐野县      19      6         2      4       0          0       1  0.15  0.50
999908 岩坪县      18      5         3      5       1          1       0  0.15  0.50
""")
# Resources against the standard, how uneven, leaning (1 exam, -1 quality), share of pupils who leave junior school,
# spending, and the year from which no school in scope falls below the rule of six in seven.
DESIGN = county_table("""
region level uneven exam dropout spending guaranteed
999901  1.10   1.20  1.0   0.024     1.22       9999
999902  1.12   0.85 -1.0   0.008     1.14       2021
999903  1.05   0.85 -0.5   0.011     1.02       2021
999904  1.05   1.00  0.7   0.027     1.05       2021
999905  1.02   0.65  0.1   0.018     0.93       9999
999906  0.97   1.25  0.2   0.068     0.84       9999
999907  1.02   0.80  0.9   0.059     0.94       2021
999908  1.04   0.90 -0.7   0.013     0.96       2023
""")

PLACES = (
    "柳溪", "石坪", "竹坞", "白鹭", "枫桥头", "杏花", "沙湾", "梅岭", "双塘", "长田", "青石", "红枫", "云岭",
    "荷塘", "古槐", "桃源里", "松岗", "清泉", "月牙", "大榕", "南坡", "北渡", "茶亭", "水碓", "小寨", "兰陂",
    "麦垄", "银杏", "桂塘", "山背",
)  # fmt: skip
NUMERALS = (
    "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五", "十六",
    "十七", "十八", "十九", "二十", "二十一", "二十二", "二十三",
)  # fmt: skip

# Log-normal spread of each item over the schools of an even county, and its mean as a multiple of the standard.
ITEM_SPREAD = {"sports": 0.44, "teaching": 0.35, "equipment_value": 0.27, "multimedia_rooms": 0.23}
ITEM_LEVEL = {"sports": 1.30, "teaching": 1.28, "equipment_value": 1.36, "multimedia_rooms": 1.22}
# How much more per pupil a small school has: the exponent of its size against 800 pupils.
ITEM_SMALL = {"sports": 0.16, "teaching": 0.12, "equipment_value": 0.05, "multimedia_rooms": 0.07}
TEACHER_ITEMS = {"backbone_teachers": (0.20, 0.22), "pe_art_teachers": (0.17, 0.17)}

KINDS = {
    "primary": "小学",
    "junior": "初级中学",
    "nine_year": "九年一贯制学校",
    "complete_secondary": "完全中学",
    "teaching_point": "教学点",
    "special": "特殊教育学校",
    "vocational": "职业学校",
}
STAGES = {"primary": "小学", "junior": "初中"}
WORDS = {"area": {"urban": "城区", "town": "镇区", "rural": "乡村"}, "ownership": {"public": "公办", "private": "民办"}}
HEADING_UNITS = {
    "teaching_auxiliary_area": "(平方米)",
    "indoor_sports_area": "(平方米)",
    "sports_ground_area": "(平方米)",
    "equipment_value": "(万元)",
    "budget_expenditure": "(万元)",
}
TEXTS = (
    "region", "region_name", "school", "school_name", "stage", "year", "school_kind", "ownership", "area",
)  # fmt: skip
NUMBERS = (
    "pupils", "classes", "teachers", "high_qualified_teachers", "backbone_teachers", "pe_art_teachers",
    "teaching_auxiliary_area", "indoor_sports_area", "sports_ground_area", "equipment_value",
    "multimedia_rooms", "books", "budget_expenditure", "candidates", "score_total", "passed_candidates",
    "excellent_candidates", "fitness_tested", "fitness_good_excellent", "cohort_at_entry", "cohort_deaths",
    "graduates", "transferred_in", "transferred_out",
)  # fmt: skip
ORDER = [*TEXTS, *NUMBERS]


def normal(rng: np.random.Generator, size: int) -> npt.NDArray[np.float64]:
    """Standard normal draws by inversion: the stream of `random` is kept by every NumPy, that of others may change."""
    return np.asarray(ndtri(rng.random(size)))


def list_schools(rng: np.random.Generator) -> pd.DataFrame:
    """One row per school: codes, names, kinds, and the lasting effects that its rows of all years share."""
    rows: list[dict[str, object]] = []
    for region, county in SCHOOLS.iterrows():
        kinds = ["teaching_point"] * county.points + ["special"] * county.special
        kinds = ["primary"] * (county.primary - len(kinds)) + kinds
        juniors = ["junior"] * (county.junior - county.vocational) + ["vocational"] * county.vocational
        if region in ("999901", "999903"):
            juniors[-1] = "complete_secondary"
        kinds += juniors + ["nine_year"] * county.nine_year
        private = {0, len(kinds) - 1, county.primary}
        for serial, kind in enumerate(kinds):
            u = rng.random()
            area = "urban" if u < county.urban else "rural" if u > 1 - county.rural else "town"
            area = {"teaching_point": "rural", "special": "town", "vocational": "town"}.get(kind, area)
            owner = "private" if serial in sorted(private)[: county.private] else "public"
            rows.append({"region": region, "school": f"{region}{serial + 1:04d}", "school_kind": kind, "area": area,
                         "ownership": owner})  # fmt: skip
    schools = pd.DataFrame(rows)
    schools["region_name"] = schools["region"].map(SCHOOLS["name"] + SYNTHETIC)
    schools["school_name"] = named(schools)
    for effect in ("size", "crowd", "indoor", "able", "fit", "rich", *ITEM_SPREAD, *TEACHER_ITEMS, "degree", "books"):
        schools[f"z_{effect}"] = normal(rng, len(schools))
    schools["slack_item"] = np.floor(rng.random(len(schools)) * 12)
    return schools


def named(schools: pd.DataFrame) -> list[str]:
    """Names that say 示例: numbered in town, after a hamlet in the country."""
    suffixes = {"primary": "小学", "junior": "初级中学", "nine_year": "实验学校", "complete_secondary": "完全中学",
                "teaching_point": "教学点", "special": "特殊教育学校", "vocational": "职业初级中学"}  # fmt: skip
    shifts = {"primary": 0, "teaching_point": 18, "junior": 7, "nine_year": 25}
    rural = (schools["area"] == "rural") | (schools["school_kind"] == "nine_year")
    turns = schools.groupby(["region", "school_kind", rural]).cumcount()
    names = []
    for region, county, kind, hamlet, turn in zip(
        schools["region"], schools["region_name"], schools["school_kind"], rural, turns, strict=True
    ):
        place = PLACES[(turn + shifts.get(kind, 0) + int(region[-1]) * 3) % len(PLACES)]
        number = "" if kind in ("special", "vocational", "complete_secondary") else f"第{NUMERALS[turn]}"
        names.append(f"{county[:2]}示例{place if hamlet else number}{suffixes[kind]}")
    return names


def make_units(rng: np.random.Generator, schools: pd.DataFrame) -> pd.DataFrame:
    """One row per school, stage and year, with pupils, classes and teachers."""
    junior_kinds = ("nine_year", "junior", "complete_secondary", "vocational")
    kinds = schools["school_kind"]
    sections = {"primary": ~kinds.isin(junior_kinds[1:]), "junior": kinds.isin(junior_kinds)}
    units = pd.concat(
        [schools[has].assign(stage=stage, year=year) for stage, has in sections.items() for year in YEARS],
        ignore_index=True,
    )
    n, kind, age = len(units), units["school_kind"], units["year"] - YEARS[0]
    junior, area = units["stage"] == "junior", units["area"]

    middle: pd.Series = area.map({"urban": 1330, "town": 950, "rural": 460}) * np.where(junior, 0.86, 1.0)
    middle *= kind.map({"nine_year": 0.62, "teaching_point": 0.095, "special": 0.11, "vocational": 0.5}).fillna(1.0)
    growth = 1 + age * area.map({"urban": 0.018, "town": 0.002, "rural": -0.028})
    size = middle * np.exp(0.30 * units["z_size"]) * growth * np.exp(0.012 * normal(rng, n))
    units["pupils"] = np.clip(np.round(size), 17, 2390)
    per_class = area.map({"urban": 43.8, "town": 40.5, "rural": 36.0}) + 4.4 * units["z_crowd"] + 0.6 * normal(rng, n)
    per_class = np.clip(per_class + np.where(junior, 1.0, 0.0), 26.0, 54.5).where(kind != "special", 12.0)
    units["classes"] = np.maximum(np.ceil(units["pupils"] / per_class), np.where(kind == "teaching_point", 2, 3))

    small = np.clip(1 - units["pupils"] / 420, 0, 1)
    ratio = np.where(junior, 12.7, 17.6) + area.map({"urban": 0.5, "town": 0.0, "rural": -0.5}) - 4.5 * small
    ratio = np.where(kind == "special", 4.5, ratio - 0.28 * units["z_able"] + 0.35 * units["z_crowd"])
    units["teachers"] = np.maximum(np.round(units["pupils"] / ratio), 2)
    return units


def of_county(units: pd.DataFrame, field: str) -> pd.Series:
    """What `DESIGN` says of each row's county."""
    return units["region"].map(DESIGN[field])


def in_scope(units: pd.DataFrame) -> pd.Series:
    """The schools that 教督〔2017〕6号 speaks of."""
    tiny = (units["school_kind"] == "teaching_point") & (units["pupils"] < 50)
    return ~units["school_kind"].isin(["special", "vocational"]) & ~tiny


def add_teacher_items(rng: np.random.Generator, units: pd.DataFrame) -> None:
    """Teachers by degree, rank and subject; counted in the section where they teach."""
    level, uneven = of_county(units, "level"), of_county(units, "uneven")
    lifted = in_scope(units) & (units["year"] >= of_county(units, "guaranteed"))
    junior, age, noise = units["stage"] == "junior", units["year"] - YEARS[0], normal(rng, len(units))
    share = 2.1 + 1.6 * (level - 1) + 0.12 * age + 0.95 * uneven * units["z_degree"] + 0.05 * noise
    wanted = {"high_qualified_teachers": units["teachers"] / (1 + np.exp(-share)) * np.where(junior, 0.90, 0.97)}
    for item, (spread, mean) in TEACHER_ITEMS.items():
        deviation = spread * uneven * units[f"z_{item}"] - (spread * uneven) ** 2 / 2
        mean_share = mean * np.where(junior, 0.78, 1.08) * level * (1 + 0.02 * age)
        wanted[item] = units["teachers"] * mean_share * np.exp(deviation + 0.02 * noise)
    for item, count in wanted.items():
        floor = np.ceil(units["stage"].map(STANDARDS[item]) * units["pupils"] / 100)
        units[item] = np.where(lifted, np.maximum(np.round(count), floor), np.round(count))
        units[item] = np.minimum(units[item], units["teachers"])


def add_facilities(rng: np.random.Generator, units: pd.DataFrame) -> None:
    """Rooms, grounds and equipment: settled for the whole school, then split by section as the ministry's tools do."""
    level, uneven, year = of_county(units, "level"), of_county(units, "uneven"), units["year"]
    guaranteed = of_county(units, "guaranteed")
    weight = np.where((units["school_kind"] == "nine_year") & (units["stage"] == "junior"), JUNIOR_WEIGHT, 1.0)
    load = (units["pupils"] * weight).groupby([units["school"], year]).transform("sum")
    peak = load.where(year >= guaranteed).groupby(units["school"]).transform("max")
    design = load.groupby(units["school"]).transform("mean")
    section = units["pupils"] * weight / load
    names = units["school"].unique()
    lasting = units["school"].map(pd.Series(rng.random(len(names)), index=names))
    for turn, (item, spread) in enumerate(ITEM_SPREAD.items()):
        standard: pd.Series = units["stage"].map(STANDARDS[item]) / weight
        standard = standard.groupby(units["school"]).transform("max")
        standard = standard / (100 if item == "multimedia_rooms" else 1)
        deviation = spread * uneven * units[f"z_{item}"] - (spread * uneven) ** 2 / 2
        crowded = np.exp(-ITEM_SMALL[item] * np.log(design / 800)) * level
        if item in ("sports", "teaching"):
            crowded *= units["area"].map({"urban": 0.93, "town": 1.05, "rural": 1.10})
        total = standard * ITEM_LEVEL[item] * crowded * np.exp(deviation) * design
        moves = item in ("equipment_value", "multimedia_rooms")
        if moves:
            total *= 1 + 0.035 * (year - YEARS[0])
        # One item of a school may stay below its standard, but not below 85 % of it.
        slack = np.where(units["slack_item"] == turn, 0.89 + 0.08 * lasting, 1.01 + 0.10 * lasting)
        floor = standard * slack * (load if moves else peak)
        total = total.where(~(in_scope(units) & (year >= guaranteed)), np.maximum(total, floor.fillna(0)))
        units[item] = total * section
    hall = np.clip(0.05 + 0.035 * units["z_indoor"], 0, 0.13) * (units["pupils"] > 300)
    units["indoor_sports_area"] = np.round(units["sports"] * hall)
    units["sports_ground_area"] = np.ceil(units["sports"]) - units["indoor_sports_area"]
    units["teaching_auxiliary_area"] = np.ceil(units["teaching"]) + units["indoor_sports_area"]
    units["multimedia_rooms"] = np.ceil(units["multimedia_rooms"])
    units["equipment_value"] = np.round(units["equipment_value"] / 10_000, 2)
    per_pupil = np.where(units["stage"] == "junior", 35.0, 25.0) * (1 + 0.02 * (year - YEARS[0]))
    units["books"] = np.round(per_pupil * np.exp(0.07 * units["z_books"]) * design * section)


def settle_spread(units: pd.DataFrame, region: str, target: float) -> None:
    """Stretch the grounds of a county's primary schools above the standard until the spread of 2023 is `target`."""
    mine = (units["region"] == region) & (units["stage"] == "primary") & (units["school_kind"] == "primary")
    county = (units["region"] == region) & (units["stage"] == "primary") & (units["year"] == 2023) & in_scope(units)
    latest = units[mine & (units["year"] == 2023)].set_index("school")
    sports = latest["sports_ground_area"] + latest["indoor_sports_area"]
    spare = units["school"].map((sports - 7.6 * latest["pupils"]).clip(lower=0)).where(mine, 0)
    low, high, ground = 0.2, 3.0, units["sports_ground_area"].copy()
    for _ in range(50):
        stretch = (low + high) / 2
        units["sports_ground_area"] = np.round(ground + spare * (stretch - 1))
        now = units[county]
        reached = spread_of(now["sports_ground_area"] + now["indoor_sports_area"], now["pupils"])
        low, high = (stretch, high) if reached < target else (low, stretch)


def spread_of(resource: pd.Series, pupils: pd.Series) -> float:
    """The difference coefficient: pupil-weighted, population form."""
    mean = resource.sum() / pupils.sum()
    return float(np.sqrt((pupils / pupils.sum() * (resource / pupils - mean) ** 2).sum()) / mean)


def add_money(rng: np.random.Generator, units: pd.DataFrame) -> None:
    """Public money per pupil: more for small schools, more in richer counties, in 万元."""
    base = np.where(units["stage"] == "junior", 21_500, 15_200) * (1 + 0.04 * (units["year"] - YEARS[0]))
    small = np.clip(np.log(800 / units["pupils"]), -0.8, 1.2)
    log = 0.06 * small + 0.08 * units["z_rich"] + 0.012 * normal(rng, len(units))
    units["per_pupil"] = base * of_county(units, "spending") * np.exp(log)
    units["budget_expenditure"] = np.round(units["per_pupil"] * units["pupils"] / 10_000, 2)


def add_outcomes(rng: np.random.Generator, units: pd.DataFrame) -> None:
    """Both kinds of outcomes: money helps each a little, big classes hurt each a little, leaning parts them."""
    n, junior, pupils = len(units), units["stage"] == "junior", units["pupils"]
    exam, shift = of_county(units, "exam"), units["year"].map({2021: 0.0, 2022: -0.9, 2023: 0.4})
    money = np.log(units["per_pupil"] / np.where(junior, 21_500, 15_200)) / 0.15
    crowd = (pupils / units["classes"] - 40) / 5
    room = np.log((units["sports_ground_area"] + units["indoor_sports_area"]) / pupils / np.where(junior, 12, 9))
    units["dropout"] = of_county(units, "dropout") * np.exp(0.25 * normal(rng, n) - 0.10 * units["z_fit"])

    entry = np.round(pupils / 3 * np.exp(0.03 * normal(rng, n)))
    deaths = np.where(rng.random(n) < entry * 0.0004, 1.0, 0.0)
    moved_in = np.round(entry * units["area"].map({"urban": 0.030, "town": 0.016, "rural": 0.006}) * 2 * rng.random(n))
    moved_out = np.round(entry * units["area"].map({"urban": 0.014, "town": 0.016, "rural": 0.030}) * 2 * rng.random(n))
    left = np.round(entry * units["dropout"])
    cohort = {"cohort_at_entry": entry, "cohort_deaths": deaths, "transferred_in": moved_in,
              "transferred_out": moved_out, "graduates": entry - deaths - left + moved_in - moved_out}  # fmt: skip
    for name, count in cohort.items():
        units[name] = count.where(junior) if isinstance(count, pd.Series) else pd.Series(count).where(junior)

    sitting = np.where(junior, units["graduates"], pupils / 6 * np.exp(0.04 * normal(rng, n)))
    units["candidates"] = np.round(sitting * (0.985 + 0.012 * rng.random(n)))
    mean = 74.6 + 2.2 * exam + shift + 1.0 * money - 0.65 * crowd + 1.9 * units["z_able"] + 0.6 * normal(rng, n)
    mean, width = mean - np.where(junior, 1.8, 0), np.where(junior, 14.6, 13.4) + 0.9 * exam
    units["score_total"] = np.round(units["candidates"] * mean * 2) / 2
    units["passed_candidates"] = np.round(units["candidates"] * ndtr((mean - 60) / width))
    units["excellent_candidates"] = np.round(units["candidates"] * ndtr((mean - 85) / width))

    good = -0.30 - 0.30 * exam + 0.10 * money - 0.08 * crowd + 0.10 * room + 0.17 * units["z_fit"]
    good += 0.05 * (units["year"] - YEARS[0]) - np.where(junior, 0.16, 0) + 0.04 * normal(rng, n)
    units["fitness_tested"] = np.round(pupils * (0.965 + 0.03 * rng.random(n)))
    units["fitness_good_excellent"] = np.round(units["fitness_tested"] / (1 + np.exp(-good)))


def leave_blanks(rng: np.random.Generator, units: pd.DataFrame) -> None:
    """Cells that nobody filled in."""
    exam = ["candidates", "score_total", "passed_candidates", "excellent_candidates"]
    fitness, cohort = ["fitness_tested", "fitness_good_excellent"], ["cohort_at_entry", "cohort_deaths", "graduates"]
    special = units["school_kind"] == "special"
    units.loc[special | (units["school_kind"] == "teaching_point"), exam] = np.nan
    units.loc[special, [*fitness, "books"]] = np.nan
    units.loc[units["school_kind"] == "vocational", [*cohort, "transferred_in", "transferred_out"]] = np.nan
    units.loc[units["ownership"] == "private", "budget_expenditure"] = np.nan
    units.loc[rng.random(len(units)) < 0.03, fitness] = np.nan
    units.loc[rng.random(len(units)) < 0.02, "books"] = np.nan
    units.loc[rng.random(len(units)) < 0.01, "score_total"] = np.nan
    latest = units["year"] == 2023
    # 澄湾区 cannot be judged: two schools of 2023 leave whole items out while nothing fails.
    units.loc[latest & (units["school"] == "9999030004"), ["multimedia_rooms", "pe_art_teachers"]] = np.nan
    units.loc[latest & (units["school"] == "9999030022"), "backbone_teachers"] = np.nan
    # 青禾县 fails in spite of what is missing.
    units.loc[latest & (units["school"] == "9999060003"), "equipment_value"] = np.nan
    units.loc[(units["school"] == "9999060016"), "multimedia_rooms"] = np.nan


def make_table() -> pd.DataFrame:
    """The whole city with stored words and numbers, before anything is typed oddly."""
    rng = np.random.Generator(np.random.PCG64(SEED))
    units = make_units(rng, list_schools(rng))
    add_teacher_items(rng, units)
    add_facilities(rng, units)
    settle_spread(units, "999904", 0.5018)
    add_money(rng, units)
    add_outcomes(rng, units)
    leave_blanks(rng, units)
    order = ["year", "region", "school", "stage"]
    return units.sort_values(order, ascending=[True, True, True, False], ignore_index=True)[ORDER]


def as_typed(table: pd.DataFrame) -> list[list[Any]]:
    """The cells as an office might have typed them: everything here is to be forgiven at intake."""
    words = table.assign(
        stage=table["stage"].map(STAGES),
        school_kind=table["school_kind"].map(KINDS),
        ownership=table["ownership"].map(WORDS["ownership"]),
        area=table["area"].map(WORDS["area"]).where(table["region"] != "999905", table["area"].map(
            {"urban": "城市", "town": "镇", "rural": "农村"})),
    )  # fmt: skip
    rows = [[None if pd.isna(cell) else cell for cell in row] for row in words.itertuples(index=False)]
    rng = np.random.Generator(np.random.PCG64(SEED + 1))
    width = str.maketrans("0123456789", "０１２３４５６７８９")

    def retype(names: list[str], count: int, how: Callable[[Any], str]) -> None:
        for _ in range(count):
            row, at = rows[int(rng.random() * len(rows))], ORDER.index(names[int(rng.random() * len(names))])
            if row[at] is not None and not (isinstance(row[at], str) and at >= len(TEXTS)):
                row[at] = how(row[at])

    retype(["pupils", "classes", "teachers"], 16, lambda cell: f"{cell:.0f}".translate(width))
    retype(["books", "teaching_auxiliary_area", "sports_ground_area", "pupils"], 28, lambda cell: f"{cell:,.0f}")
    retype(["school_name"], 12, lambda cell: cell + "  ")
    retype(["school_name"], 4, lambda cell: cell + "\u3000")
    retype(["region_name"], 5, lambda cell: cell + " ")
    return rows


def write(table: pd.DataFrame, path: Path) -> None:
    """The workbook. Its dates are fixed, so that the same table gives the same bytes."""
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": TITLE, "subject": "合成数据 synthetic data", "created": datetime(2024, 1, 1),
                         "comments": "Every number is made up. 全部数字均为虚构。"})  # fmt: skip
    write_notes(book)
    sheet = book.add_worksheet(SHEET)
    sheet.set_header("&C合成数据，非真实学校  Synthetic data, not real schools")
    title = book.add_format({"bold": True, "font_size": 14, "align": "center", "valign": "vcenter"})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "align": "center", "border": 1})
    sheet.merge_range(0, 0, 0, len(ORDER) - 1, TITLE, title)
    for at, name in enumerate(ORDER):
        sheet.write_string(1, at, COLUMNS[name].zh + HEADING_UNITS.get(name, ""), bold)
    line, previous = 2, YEARS[0]
    for row, year in zip(as_typed(table), table["year"], strict=True):
        line, previous = line + (year != previous), year  # an empty row between two years
        for at, cell in enumerate(row):
            if cell is not None:
                sheet.write(line, at, cell)
        line += 1
    sheet.write_string(line, 0, "合计", bold)
    for at, name in enumerate(ORDER):
        if name in NUMBERS:
            sheet.write_number(line, at, round(float(table[name].sum()), 2))
    sheet.write_string(line + 1, 0, "填表人：（合成数据，无此人）    填表日期：2024年1月1日")
    sheet.freeze_panes(2, 4)
    sheet.set_row(0, 26)
    sheet.set_row(1, 48)
    sheet.set_column(0, len(ORDER) - 1, 11)
    sheet.set_column(1, 3, 20)
    sheet.activate()
    book.close()


def write_notes(book: xlsxwriter.Workbook) -> None:
    """The sheet that says what this is, and what each column holds."""
    sheet = book.add_worksheet(NOTES)
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    lines = (
        "合成数据：本工作簿中的城市、区县、学校和全部数字均由程序虚构，不对应任何真实的地方、学校或个人，不得作为真实数据引用。",
        "Synthetic data: the city, its counties, its schools and every number here are made up by a program. "
        "They stand for no real place, school or person and may not be quoted as real.",
        "区县代码以 9999 开头，国家标准 GB/T 2260 中没有这样的代码。"
        "Region codes start with 9999, which GB/T 2260 does not use.",
        "每所学校每学段每学年一行；九年一贯制学校分小学、初中两行，校舍、场地、设备和图书已按 1∶1.1 的学生权重分摊。"
        "One row per school, stage and school year; a nine-year school has two, its rooms, grounds, equipment and "
        "books split by pupils weighted 1 to 1.1.",
        "学年以开学年份表示：2023 即 2023—2024 学年。A school year is named by the year in which it began.",
        "统考满分 100 分，60 分及格，85 分优秀。The common exam is out of 100; 60 passes and 85 is excellent.",
        "没有数据的单元格留空。A cell without data is left empty.",
    )
    for at, text in enumerate(lines):
        sheet.merge_range(at, 0, at, 2, text, wrap)
        sheet.set_row(at, 34)
    start = len(lines) + 1
    for at, text in enumerate(("列 Column", "含义 Meaning", "单位 Unit")):
        sheet.write_string(start, at, text, bold)
    for line, name in enumerate(ORDER, start + 1):
        sheet.write_string(line, 0, COLUMNS[name].zh)
        sheet.write_string(line, 1, COLUMNS[name].en)
        sheet.write_string(line, 2, HEADING_UNITS.get(name, "").strip("()"))
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 48)
    sheet.set_column(2, 2, 16)


def main(folder: str | Path | None = None) -> Path:
    """Write schools.xlsx into a folder, by default the one that holds this script."""
    path = Path(folder or Path(__file__).parent) / "schools.xlsx"
    write(make_table(), path)
    return path


if __name__ == "__main__":
    print(main(*sys.argv[1:2]))
