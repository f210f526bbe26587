"""Every county of a nation by its sums: the same as school by school, the verdicts, the parts, what is shown."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from html_reading import complaints_of_tables, read_html

from conftest import MakeSchools
from qualityedu import figures, tables
from qualityedu.datasets import Dataset
from qualityedu.datasets.pack import Pack, PackedRegion, write_pack
from qualityedu.errors import RequestError
from qualityedu.findings import (
    Nation,
    Overview,
    appraise,
    in_scope,
    judge,
    open_nation,
    open_overview,
    overview,
    unevenness_parts,
)
from qualityedu.findings.attained import counts_of, verdict_terms
from qualityedu.findings.judge import alike_in_law, threshold_of
from qualityedu.findings.nation import nation_of
from qualityedu.findings.stored_sums import read_sums, write_sums
from qualityedu.findings.sums import add_up
from qualityedu.inequality import theil_parts
from qualityedu.release import NationRelease, Policy, releasable_nation, releasable_overview
from qualityedu.report.numbers import read_digest
from qualityedu.tables.nation_provinces import FURTHEST, by_province
from qualityedu.text import LANGUAGES

YEAR = 2023
KEYS = ["region", "year", "indicator", "stage", "subject"]
BOOKS = "books_per_pupil"
ROOMS = "multimedia_rooms_per_100"
CHINA = Dataset("nation", Path("nation.xlsx"), dict.fromkeys(LANGUAGES, "nation"))


@pytest.fixture(scope="module")
def demo() -> Nation:
    return open_nation("demo", year=YEAR)


@pytest.fixture(scope="module")
def pack(demo: Nation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration as a pack: its sums and the names of its regions, and not one of its schools."""
    folder = tmp_path_factory.mktemp("nation")
    write_sums(demo.sums, folder / "sums.parquet")
    names = dict(zip(demo.findings["region"], demo.findings["region_name"], strict=True))
    regions = {
        code: PackedRegion({"2022": "旧名", "2023": name}, {"2022": 30, "2023": 30}, {"2022": "0", "2023": "0"}, "0")
        for code, name in names.items()
    }
    head = {"title": dict.fromkeys(LANGUAGES, "packed"), "country": "CN"}
    write_pack(Pack(folder, "packed", head, regions), folder)
    return folder


def _of(table: pd.DataFrame, dataset: Dataset = CHINA, year: int = 2022) -> Nation:
    """A nation of a table written by hand, by its sums alone."""
    return nation_of(dataset, year, add_up(table, counting=verdict_terms(table)), {})


def _now(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["year"] == YEAR].reset_index(drop=True)


class TestSameFigures:
    def test_as_in_the_overview(self, demo: Nation) -> None:
        there = _now(open_overview("demo", year=YEAR).findings)
        here = demo.findings
        same = ["region_name", *KEYS, "basis", "schools", "left_out", "status", "regulation", "clause", "rounding"]
        pd.testing.assert_frame_equal(here[same], there[same], check_dtype=False)
        assert np.allclose(here["value"], there["value"], rtol=0, atol=1e-12, equal_nan=True)
        assert here["value"].notna().sum() > 500
        assert set(here["subject"]) == {"region", "spread"}

    def test_of_a_pack_as_of_its_table(self, demo: Nation, pack: Path) -> None:
        packed = open_nation(str(pack), year=YEAR)
        assert packed.seen is None
        assert (packed.dataset.id, packed.dataset.is_pack) == ("packed", True)
        # What the leading fifth holds does not add up, and is not in a file of sums.
        there = demo.findings[demo.findings["indicator"] != "excellence_concentration"].reset_index(drop=True)
        columns = ["region_name", *KEYS, "value", "status"]
        pd.testing.assert_frame_equal(packed.findings[columns], there[columns], check_dtype=False, rtol=0, atol=1e-12)
        pd.testing.assert_frame_equal(packed.counts, demo.counts)

    def test_provinces_and_the_whole(self, make_schools: MakeSchools) -> None:
        """By hand: Beijing has 3,200 volumes for 1,000 pupils, all have 6,200 for 2,000."""
        nation = _of(make_schools(TestParts.FOUR))
        for found, values in ((nation.provinces, {"11": 3.2, "44": 3}), (nation.whole, {"0": 3.1})):
            books = found[(found["indicator"] == BOOKS) & (found["subject"] == "region")]
            assert books.set_index("region")["value"].to_dict() == pytest.approx(values, rel=1e-12)

    def test_only_the_year_and_the_one_before_are_read(self, demo: Nation, pack: Path) -> None:
        assert set(open_nation(str(pack), year=YEAR).sums.table["year"]) == {YEAR - 1, YEAR}
        assert set(open_nation(str(pack), year=YEAR - 1).sums.table["year"]) == {YEAR - 1}
        assert set(read_sums(pack / "sums.parquet", years=[YEAR]).table["year"]) == {YEAR}

    def test_names_are_those_of_the_year(self, pack: Path) -> None:
        assert set(open_nation(str(pack), year=YEAR - 1).findings["region_name"]) == {"旧名"}

    def test_a_year_that_is_not_there(self, pack: Path) -> None:
        for data in ("demo", str(pack)):
            with pytest.raises(RequestError, match="2031"):
                open_nation(data, year=2031)

    def test_a_pack_without_sums(self, pack: Path, tmp_path: Path) -> None:
        (tmp_path / "pack.json").write_bytes((pack / "pack.json").read_bytes())
        with pytest.raises(RequestError, match=r"sums\.parquet"):
            open_nation(str(tmp_path), year=YEAR)


class TestVerdicts:
    @pytest.mark.parametrize("year", [YEAR - 1, YEAR])
    def test_counties_and_schools_as_in_their_own_reports(self, demo: Nation, year: int) -> None:
        seen = open_overview("demo", year=year)
        now = demo.spreads[demo.spreads["year"] == year]
        counts = demo.counts[demo.counts["year"] == year].set_index("region")
        for region in seen.values["region"].unique():
            own = appraise(seen, region).verdict
            assert now.loc[now["region"] == region, ["met", "unmet"]].sum().tolist() == [
                own.spreads_met,
                own.spreads_unmet,
            ]
            held = counts.loc[[region], ["met", "unmet", "cannot_judge"]].sum().tolist()
            assert held == [own.schools_met, own.schools_unmet, own.schools_unknown]

    def test_one_unknown_item_cannot_be_judged_and_one_beyond_is_unmet(self, make_schools: MakeSchools) -> None:
        """教督〔2017〕6号 limits seven items: of one alone, six are unknown. 0.6, 1.4 and 1.0 rooms differ by 0.33, one
        school with all the rooms of three by √2 = 1.41."""
        rows = [(code, f"{code}{n}", rooms) for code, three in (("110101", (6, 14, 10)), ("440103", (0, 0, 30)))
                for n, rooms in enumerate(three)]  # fmt: skip
        table = make_schools(
            [{"region": a, "school": b, "pupils": 1000, "multimedia_rooms": c} for a, b, c in rows], stage="primary"
        )
        found = _of(table).spreads.set_index("region")
        assert found["status"].to_dict() == {"110101": "cannot_judge", "440103": "unmet"}
        assert found["items"].tolist() == [7, 7]
        assert found[["met", "unmet"]].to_numpy().tolist() == [[1, 0], [0, 1]]

    def test_nothing_is_decreed_elsewhere(self, overviews: dict[str, Overview]) -> None:
        world = open_nation("world", year=2022)
        assert world.rule is None
        assert world.spreads.empty
        assert not world.has_provinces
        assert world.provinces.empty

    def test_alike_in_law_means_the_same_thresholds(self) -> None:
        """Shenyang, Jinan, Jiangsu and Fujian have numbers of their own: each row gets those of its own place."""
        codes = ["110101", "210102", "210202", "370102", "370202", "320102", "350102", "999901"]
        assert len(set(alike_in_law(codes, "CN").values())) > 3
        items = ("fitness_pass_rate", ROOMS, "public_funds_per_pupil", "community_coverage_rate")
        rows = [
            (code, year, name, stage, subject, 0.5, "counts")
            for code in codes for year in (2012, 2016, 2020, 2023) for name in items
            for stage in ("primary", "junior") for subject in ("region", "spread", "school")
        ]  # fmt: skip
        table = pd.DataFrame(rows, columns=[*KEYS[:2], "indicator", "stage", "subject", "value", "basis"])
        by_row = [threshold_of(row, country="CN") for row in table.itertuples()]
        judged = judge(table.sample(frac=1, random_state=1)).sort_index()
        assert judged["clause"].tolist() == [each.clause if each else "" for each in by_row]
        assert judged["regulation"].nunique() > 2


class TestParts:
    FOUR = """
    region  school  pupils  books
    110101       A     100    100
    110101       B     100    300
    110101       C     200    400
    110102       D     100    400
    110102       E     100    800
    110102       F     400   1200
    440103       G     300    600
    440103       H     300   1200
    440103       I     400   1200
    """

    def test_by_hand(self, make_schools: MakeSchools) -> None:
        """Counties: 400 pupils with 2 volumes, 600 with 4, 1000 with 3; all: 2000 with 3.1; Beijing: 1000 with 3.2."""
        row = releasable_nation(_of(make_schools(self.FOUR))).parts.set_index("indicator").loc[BOOKS]
        each = [0.2 * 2 / 3.1 * math.log(2 / 3.1), 0.3 * 4 / 3.1 * math.log(4 / 3.1), 0.5 * 3 / 3.1 * math.log(3 / 3.1)]
        between = 0.5 * 3.2 / 3.1 * math.log(3.2 / 3.1) + 0.5 * 3 / 3.1 * math.log(3 / 3.1)
        assert row["total"] == pytest.approx(sum(each), rel=1e-12)
        assert row["between"] == pytest.approx(between, rel=1e-12)
        assert row["between"] + row["within"] == pytest.approx(row["total"], rel=1e-12)
        assert row["share"] == pytest.approx(between / sum(each), rel=1e-12)
        assert (row["counties"], row["provinces"]) == (3, 2)

    def test_the_same_as_between_counties_school_by_school(self, demo: Nation) -> None:
        """What lies between counties of the unevenness of all schools is all there is between the counties' values."""
        seen = open_overview("demo", year=YEAR)
        schools, _ = in_scope(seen.schools[seen.schools["year"] == YEAR], country="CN")
        found = unevenness_parts(schools, [BOOKS, "school_size"], weighting="pupils")
        by_schools = found[found["index"] == "theil_t"].set_index(["indicator", "stage"])["between"]
        by_counties = releasable_nation(demo).parts.set_index(["indicator", "stage"])["total"]
        for key, value in by_schools.items():
            assert by_counties[key] == pytest.approx(value, rel=1e-9)

    def test_a_county_of_few_persons_is_not_in_it(self, make_schools: MakeSchools) -> None:
        few = "region school pupils books\n440104 J 6 100\n440104 K 6 100\n440104 L 6 90"
        nation = _of(pd.concat([make_schools(self.FOUR), make_schools(few)]))
        all_four, three = (
            releasable_nation(nation, Policy(threshold=least)).parts.set_index("indicator").loc[BOOKS]
            for least in (10, 20)
        )
        kept = theil_parts([2, 4, 3], ["11", "11", "44"], weights=[400, 600, 1000], form="T")
        assert (all_four["counties"], three["counties"]) == (4, 3)
        assert three["total"] == pytest.approx(kept.total, rel=1e-12)
        assert all_four["total"] != pytest.approx(kept.total, rel=1e-3)


def _many(make_schools: MakeSchools, counties: int, *, years: tuple[int, ...] = (2022,)) -> Nation:
    """Counties of two provinces, half of each with all rooms in one school of five, which is far beyond the limit."""
    rows = [
        {"region": f"{province}{1 + n // 20:02d}{1 + n % 20:02d}", "school": f"{province}{n}-{k}", "year": year,
         "pupils": 500 + n, "multimedia_rooms": (k == 0) * 50 if n % 2 else 10 + k}
        for year in years for province in ("11", "44") for n in range(counties) for k in range(5)
    ]  # fmt: skip
    return _of(make_schools(rows))


class TestWhatIsShown:
    def test_where_to_look_is_in_the_order_of_codes(self, make_schools: MakeSchools) -> None:
        report = releasable_nation(_many(make_schools, 31))
        for lang in LANGUAGES:
            said = tables.counties_furthest(report, lang).text
            codes = re.findall(r"^\S+\t(\d{6})\t", said, flags=re.MULTILINE)
            assert len(codes) == FURTHEST
            assert codes == sorted(codes)
            assert set(re.findall(r"\t(\d+\.\d+)\t0\.50$", said, flags=re.MULTILINE)) == {"2.00"}
            assert "30" in said.split("\n\n")[1].splitlines()[0]

    def test_few_schools_are_withheld_and_judged_all_the_same(self, make_schools: MakeSchools) -> None:
        rows = [{"region": code, "school": f"{code}{k}", "pupils": 500, "multimedia_rooms": (k == 0) * 50}
                for code, count in (("110101", 5), ("110102", 4), ("110103", 2)) for k in range(count)]  # fmt: skip
        nation = _of(make_schools(rows))
        report = releasable_nation(nation)
        rooms = report.findings[report.findings["indicator"] == ROOMS].set_index(["region", "subject"])
        assert rooms["status"].to_dict() == {
            ("110101", "region"): "no_standard", ("110101", "spread"): "unmet",
            ("110102", "region"): "no_standard", ("110102", "spread"): "withheld",
            ("110103", "region"): "withheld", ("110103", "spread"): "withheld",
        }  # fmt: skip
        assert rooms["value"].notna().tolist() == [True, True, True, False, False, False]
        assert (report.spreads["status"] == "unmet").all()
        assert report.highest["region"].tolist() == ["110101"]
        assert "110102" not in tables.counties_furthest(report, "zh").text
        assert by_province(report)["median"].isna().all()

    def test_with_the_schools_at_hand_as_in_the_overview(self, demo: Nation) -> None:
        for policy in (Policy(), Policy(threshold=40), Policy(rounded=True)):
            there = _now(releasable_overview(open_overview("demo", year=YEAR), policy).findings)
            report = releasable_nation(demo, policy)
            pd.testing.assert_frame_equal(report.findings, there)
            assert report.by_school

    def test_rounded_from_sums_alone(self, make_schools: MakeSchools) -> None:
        """1,203 pupils are 1,205, 7,214 volumes stay: 5.987…; difference coefficients would take the schools."""
        rows = "region school pupils books\n110101 A 401 2000\n110101 B 401 3000\n110101 C 401 2214\n110101 D 0 0"
        nation = _of(make_schools(rows))
        report = releasable_nation(nation, Policy(rounded=True))
        found = report.findings[report.findings["indicator"] == BOOKS].set_index("subject")
        assert found.loc["region", "value"] == pytest.approx(7214 / 1205, rel=1e-12)
        assert math.isnan(found.loc["spread", "value"])
        assert found["status"].to_dict() == {"region": "no_standard", "spread": "withheld"}
        whole = report.whole[report.whole["indicator"] == BOOKS].set_index("subject")
        assert whole.loc["region", "value"] == pytest.approx(7214 / 1205, rel=1e-12)
        assert math.isnan(whole.loc["spread", "value"])
        assert "取整" in tables.nation_method(report, "zh").text

    def test_a_nation_by_province(self, make_schools: MakeSchools) -> None:
        report = releasable_nation(_many(make_schools, 31))
        held = by_province(report).set_index("code")
        assert held["counties"].to_dict() == {"0": 62, "11": 31, "44": 31}
        assert held["unmet"].to_dict() == {"0": 30, "11": 15, "44": 15}
        assert held["schools"].to_dict() == {"0": 310, "11": 155, "44": 155}
        # 10 to 14 rooms in schools of equal size: √2 ÷ 12; 16 of the 31 counties of each province are so.
        assert held["low"].to_numpy() == pytest.approx([math.sqrt(2) / 12] * 3, rel=1e-12)
        assert held["median"].to_numpy() == pytest.approx([math.sqrt(2) / 12] * 3, rel=1e-12)
        assert held["high"].to_numpy() == pytest.approx([2] * 3, rel=1e-12)
        said = tables.nation_provinces(report, "en").text
        assert [row.split("\t")[:3] for row in said.splitlines()[-3:]] == [
            ["All", "62", "310"], ["Beijing", "31", "155"], ["Guangdong", "31", "155"],
        ]  # fmt: skip

    def test_more_than_sixty_are_drawn(self, make_schools: MakeSchools) -> None:
        shown = figures.nation_section(releasable_nation(_many(make_schools, 31)), "zh")
        assert len(shown.pieces) == 4
        assert "62个区域" in repr(shown)


class TestChange:
    def test_counted_by_hand(self, make_schools: MakeSchools) -> None:
        """Two of three counties are judged in both years; one of them came within the limit."""
        rows = [
            {"region": region, "school": f"{region}{k}", "year": year, "pupils": 500, **{
                column: (1 + (column == "teaching_auxiliary_area")) * ((k == 0) * 50 if bad else 50)
                for column in ("multimedia_rooms", "equipment_value", "teaching_auxiliary_area", "indoor_sports_area",
                               "sports_ground_area", "high_qualified_teachers", "backbone_teachers", "pe_art_teachers")
            }}
            for region, year, bad in (
                ("110101", 2021, True), ("110101", 2022, False), ("110102", 2021, False), ("110102", 2022, False),
                ("110103", 2022, True),
            )
            for k in range(5)
        ]  # fmt: skip
        report = releasable_nation(_of(make_schools(rows)))
        assert tables.nation_changes(report, "en").text.splitlines()[-1].split("\t")[:6] == [
            "primary", "2", "50.0%", "100.0%", "1", "0",
        ]  # fmt: skip

    def test_without_a_year_before_nothing_is_said(self, make_schools: MakeSchools) -> None:
        assert tables.nation_changes(releasable_nation(_many(make_schools, 3)), "zh").html == ""

    def test_a_break_is_said(self, demo: Nation) -> None:
        from qualityedu.datasets import Break

        broken = replace(demo.dataset, breaks=(Break(YEAR, {"zh": "口径调整", "en": "another definition"}),))
        report = replace(releasable_nation(demo), dataset=broken)
        assert "口径调整" in tables.nation_changes(report, "zh").text


@pytest.fixture(scope="module")
def reports(demo: Nation, pack: Path) -> dict[str, NationRelease]:
    return {
        "demo": releasable_nation(demo),
        "demo rounded": releasable_nation(demo, Policy(rounded=True)),
        "pack": releasable_nation(open_nation(str(pack), year=YEAR)),
        "pack rounded": releasable_nation(open_nation(str(pack), year=YEAR), Policy(rounded=True)),
        "world": releasable_nation(open_nation("world", year=2022)),
    }


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["demo", "demo rounded", "pack", "pack rounded", "world"])
def test_the_page(reports: dict[str, NationRelease], name: str, lang: str) -> None:
    report = reports[name]
    pieces = [
        tables.nation_heading(report, lang).html,
        tables.nation_headline(report, lang).html,
        figures.nation_section(report, lang)._repr_html_(),
        tables.nation_provinces(report, lang).html,
        tables.counties_furthest(report, lang).html,
        tables.nation_changes(report, lang).html,
        tables.nation_parts(report, lang).html,
        tables.nation_method(report, lang).html,
    ]
    reading = read_html("\n".join(pieces))
    assert complaints_of_tables(reading) == []
    text = " ".join(each.text for each in reading.all("td", "th", "p", "caption", "li", "strong"))
    assert not re.search(r"\b(nan|NaN|None(?! is of)|inf)\b|[{}]", text)
    assert bool(pieces[3]) == (name != "world")


def test_the_headline_has_the_counts(reports: dict[str, NationRelease]) -> None:
    """Of the eight counties of the demonstration three have a coefficient beyond its limit."""
    said = tables.nation_headline(reports["demo"], "en").text
    assert "difference coefficients of 8 of 8 counties can be judged: in 5 all are within the limit, in 3" in said
    assert "5 / 8" in said
    assert tables.nation_headline(reports["pack"], "en").text == said


def test_sums_without_counts_of_schools_say_so(pack: Path, demo: Nation) -> None:
    plain = replace(demo, counts=demo.counts.head(0))
    assert "各校是否达标未作统计" in tables.nation_headline(releasable_nation(plain), "zh").text


def test_the_digest_names_no_county_and_is_read_back(make_schools: MakeSchools, demo: Nation) -> None:
    for nation in (_many(make_schools, 31), demo):
        lines = tables.nation_digest(releasable_nation(nation)).splitlines()
        assert not any(re.match(r"\d{6}", line) for line in lines)
        assert len(lines) < 200
        kinds = [number.kind for line in lines for number in read_digest(line)]
        assert {"value", "standard", "word", "index", "standard_error", "count"} == set(kinds)
    shares = [line.split() for line in lines if line.split()[2] == "counties"]
    assert [(row[0], row[3], row[5]) for row in shares] == [("00", "junior", "0.7500"), ("00", "primary", "0.7500")]


def test_counts_are_those_of_the_sums(demo: Nation) -> None:
    pd.testing.assert_frame_equal(demo.counts, counts_of(demo.sums))
    assert demo.counts["schools"].sum() == demo.counts[["met", "unmet", "cannot_judge"]].to_numpy().sum()


def test_an_overview_of_the_same_table_is_as_it_was(make_schools: MakeSchools) -> None:
    """Looking at the nation leaves the overview that is kept as it was."""
    table = make_schools(TestParts.FOUR)
    seen = overview(table, CHINA, year=2022)
    before = seen.findings.copy()
    releasable_nation(replace(_of(table), seen=seen))
    pd.testing.assert_frame_equal(seen.findings, before)
