"""Tables: what they say in both languages, and that nothing in a workbook can become markup."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from html_reading import complaints_of_tables, read_html
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from conftest import MakeSchools, Released
from qualityedu import tables
from qualityedu.datasets import open_dataset
from qualityedu.findings import Overview, appraise, associations, overview
from qualityedu.findings.judge import rounding_decides
from qualityedu.indicators import catalogue
from qualityedu.models import RegionalModel
from qualityedu.release import Release, releasable, releasable_overview
from qualityedu.standards import Threshold, meets, thresholds
from qualityedu.tables import Fragment, html_table, printed, status_cell
from qualityedu.text import LANGUAGES, say

COUNTIES = [f"99990{n}" for n in range(1, 9)]
SUBREGIONS = ["005", "013", "021", "030", "035", "039", "145", "151", "154", "155"]
REGIONS = [("demo", county) for county in COUNTIES] + [("world", region) for region in SUBREGIONS]
OF_A_REGION: tuple[Callable[[Release, str], Fragment], ...] = (
    tables.heading,
    tables.headline,
    tables.shortfalls,
    tables.summary,
    tables.years,
    tables.method,
)
# What only a programmer would read, or a sentence with a blank that stayed empty.
NOT_FOR_READERS = re.compile(
    r"\b(nan|NaN|NaT|NA|inf|dtype)\b|(?m:(?<=\t)(None|True|False)(?=\t|$))|[{}]|&lt;NA|np\.|Timestamp|-0\.0+\b(?!\d)"
)


def _whole(released: Release, lang: str) -> Fragment:
    return tables.joined(*(make(released, lang) for make in OF_A_REGION))


def _thresholds() -> list[Threshold]:
    return [one for several in thresholds().values() for one in several]


def _row(value: float, threshold: Threshold) -> Any:
    return SimpleNamespace(
        indicator=threshold.indicator,
        subject=threshold.subject,
        value=value,
        standard=threshold.value,
        rule=threshold.rule,
        status="met" if meets(value, threshold) else "unmet",
        rounding=rounding_decides(value, threshold),
    )


class TestWhatComesFromAWorkbook:
    HOSTILE = (
        "<script>alert(1)</script>",
        '=HYPERLINK("http://example.org","click")',
        '"><img src=x onerror=alert(1)>',
        "&lt;b&gt;",
        "示例\u202e小学",
    )

    @pytest.fixture(scope="class")
    def hostile(self, make_schools: MakeSchools) -> Release:
        rows = [
            {
                "region": "330106",
                "region_name": "<script>alert(0)</script>区",
                "school_name": name,
                "pupils": 400,
                "backbone_teachers": 1,
                "equipment_value": 100.0,
                "fitness_tested": 300,
                "fitness_good_excellent": 100,
            }
            for name in self.HOSTILE
        ]
        table = pd.concat([make_schools(rows, year=year) for year in (2021, 2022)], ignore_index=True)
        title = {"zh": "<i>表</i>", "en": "<i>table</i>"}
        dataset = replace(open_dataset("demo"), title=title, source=title, licence="<u>CC</u>", synthetic=False)
        return releasable(appraise(overview(table, dataset, year=2022), "330106"))

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_is_words_and_never_markup(self, hostile: Release, lang: str) -> None:
        piece = _whole(hostile, lang)
        reading = read_html(piece.html)
        assert not reading.all("script", "img", "a", "i", "u", "b")
        words = "".join(each.text for each in reading.all("h1", "table"))
        for name in (*self.HOSTILE, "<script>alert(0)</script>区"):
            assert name in words
        assert reading.crossed == []

    def test_a_cell_is_escaped_unless_it_is_markup(self) -> None:
        made = html_table("<b>", ["<i>"], [["<u>"], [Markup("<em>ours</em>")]])
        assert [each.tag for each in read_html(made.html).all("b", "i", "u", "em")] == ["em"]
        assert made.text.splitlines() == ["<b>", "<i>", "<u>", "ours"]


class TestEveryTable:
    @pytest.mark.parametrize("lang", LANGUAGES)
    @pytest.mark.parametrize(("name", "region"), REGIONS)
    def test_of_a_region(self, name: str, region: str, lang: str, released: Released) -> None:
        release = released(name, region)
        for make in OF_A_REGION:
            piece = make(release, lang)
            reading = read_html(piece.html)
            assert complaints_of_tables(reading) == []
            assert reading.crossed == []
            assert not NOT_FOR_READERS.search(piece.text), NOT_FOR_READERS.search(piece.text)
            assert piece._repr_html_() == piece.html
            assert repr(piece) == piece.text
        assert "<table" in tables.summary(release, lang).html
        assert "<table" in tables.method(release, lang).html
        assert [each.tag for each in read_html(_whole(release, lang).html).all("h1")] == ["h1"]

    @pytest.mark.parametrize("lang", LANGUAGES)
    @pytest.mark.parametrize("name", ["demo", "world"])
    def test_of_all_regions(
        self, name: str, lang: str, overviews: dict[str, Overview], models: dict[str, list[RegionalModel]]
    ) -> None:
        seen = releasable_overview(overviews[name])
        pairs = associations(overviews[name].values)
        pieces = [
            tables.regions_heading(seen, "quality_and_exam", lang),
            tables.regions_heading(seen, "inputs_and_outcomes", lang),
            tables.orientation_headline(pairs, lang),
            tables.models_headline(models[name], lang),
            tables.associations_section(pairs, lang),
            tables.regions_table(seen, lang),
            *(tables.coefficients(model, lang) for model in models[name]),
            *(tables.standings(model, lang) for model in models[name]),
        ]
        for piece in pieces:
            reading = read_html(piece.html)
            assert piece.html
            assert complaints_of_tables(reading) == []
            assert reading.crossed == []
            assert not NOT_FOR_READERS.search(piece.text), NOT_FOR_READERS.search(piece.text)

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_nothing_to_say_is_said(self, lang: str) -> None:
        none = pd.DataFrame(columns=["exam", "quality", "stage", "units", "r", "lower", "upper"])
        assert tables.orientation_headline(none, lang).text == say("orientation.none", lang)
        assert tables.models_headline([], lang).text == say("models.none", lang)
        assert tables.associations_section(none, lang).html == ""

    def test_a_table_without_caption_or_scope_is_noticed(self) -> None:
        assert complaints_of_tables(read_html("<table><tr><th>a</th></tr></table>"))
        assert complaints_of_tables(
            read_html('<table><caption>c</caption><tr><th scope="col">a</th></tr><tr><td>1</td><td>2</td></tr></table>')
        )

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_synthetic_data_are_called_so_at_the_head(self, released: Released, lang: str) -> None:
        said = {"zh": "合成", "en": "synthetic"}[lang]
        assert said in tables.heading(released("demo", "999902"), lang).text.lower()
        assert said not in tables.heading(released("world", "039"), lang).text.lower()


class TestHeadline:
    """The demo counties show what make_demo.py made them to show; the counts are of schools by stage."""

    CASES = (
        ("demo", "999902", "met"),
        ("demo", "999903", "cannot_judge"),
        ("demo", "999904", "unmet"),
        ("demo", "999907", "met"),
        ("demo", "999908", "met"),
        ("world", "039", "no_standard"),
    )

    @pytest.mark.parametrize("lang", LANGUAGES)
    @pytest.mark.parametrize(("name", "region", "status"), CASES)
    def test_each_verdict(self, name: str, region: str, status: str, lang: str, released: Released) -> None:
        release = released(name, region)
        piece = tables.headline(release, lang)
        (verdict,) = [each for each in read_html(piece.html).all("p") if "verdict" in each.attributes["class"].split()]
        assert verdict.attributes["class"].split() == ["verdict", status]
        sentence = say(f"verdict.{status}", lang).split("{")[0] if status == "no_standard" else ""
        assert verdict.text == tables.verdict_sentence(release, lang)
        assert sentence in verdict.text
        assert ("教督〔2017〕6号" in verdict.text) is (status != "no_standard")
        assert verdict.text == piece.text.splitlines()[0]
        assert len(read_html(piece.html).all("dt")) == len(read_html(piece.html).all("dd")) >= 2

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_the_four_verdicts_are_four_sentences(self, lang: str, released: Released) -> None:
        sentences = {
            tables.verdict_sentence(released(*which), lang)
            for which in (("demo", "999902"), ("demo", "999903"), ("demo", "999904"), ("world", "039"))
        }
        assert len(sentences) == 4

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_one_spread_decides_999904(self, lang: str, released: Released) -> None:
        release = released("demo", "999904")
        assert (release.verdict.schools_unmet, release.verdict.spreads_unmet) == (0, 1)
        cards = [each.text for each in read_html(tables.headline(release, lang).html).all("strong")]
        assert {"31 / 31", "13 / 14"} <= set(cards)
        over = release.now[(release.now["subject"] == "spread") & (release.now["status"] == "unmet")]
        assert [printed(row, lang) for row in over.itertuples()] == ["0.502"]

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_999903_lacks_an_item_and_is_no_pass(self, lang: str, released: Released) -> None:
        release = released("demo", "999903")
        assert release.verdict.schools_unknown == 2
        rows = read_html(tables.shortfalls(release, lang).html).all("tr")[1:]
        assert len(rows) == 2
        assert all(say("status.cannot_judge", lang) in row.text for row in rows)

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_999907_meets_on_resources_and_its_retention_has_a_line_of_its_own(
        self, lang: str, released: Released
    ) -> None:
        release = released("demo", "999907")
        assert release.verdict.status == "met"
        reading = read_html(tables.summary(release, lang).html)
        title = catalogue()["junior_three_year_retention"].title[lang]
        (row,) = [each for each in reading.all("tr") if each.text.startswith(title)]
        cells = [each.text for each in reading.under(row, "th", "td")]
        assert "93.2" in cells
        (status,) = reading.under(row, "span")
        assert status.attributes["class"] == "status unmet"
        assert say("status.unmet", lang) in status.text

    def test_a_county_with_nothing_short_says_so(self, released: Released) -> None:
        for lang in LANGUAGES:
            assert say("shortfalls.none", lang) in tables.shortfalls(released("demo", "999902"), lang).text
        assert tables.shortfalls(released("world", "039"), "en").html == ""


class TestShortfalls:
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_a_row_for_each_school_that_falls_short_worst_first(self, lang: str, released: Released) -> None:
        release = released("demo", "999905")
        reading = read_html(tables.shortfalls(release, lang).html)
        rows = reading.all("tr")[1:]
        short = release.schools[release.schools["verdict"] == "unmet"]
        assert len(rows) == release.verdict.schools_unmet == 8
        names = [reading.under(row, "th")[0].text for row in rows]
        assert sorted(names) == sorted(short["school_name"])
        missed = short.set_index("school_name")["items_unmet"]
        assert [missed[name] for name in names] == sorted(missed, reverse=True)

    def test_every_item_short_is_named_with_value_and_standard(self, released: Released) -> None:
        release = released("demo", "999905")
        reading = read_html(tables.shortfalls(release, "en").html)
        short = release.schools[release.schools["verdict"] == "unmet"]
        said = {
            (cells[0].text, cells[1].text): cells[2].text
            for row in reading.all("tr")[1:]
            for cells in [reading.under(row, "th", "td")]
        }
        for school in short.itertuples():
            text = said[school.school_name, say(f"stage.{school.stage}", "en")]
            assert [item for item in school.short_of if catalogue()[item].title["en"] not in text] == []
            assert school.short_of

    def test_a_long_list_is_cut_and_says_how_many_are_not_shown(
        self, make_schools: MakeSchools, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rows = [{"pupils": 400, "backbone_teachers": 0, "equipment_value": 1.0} for _ in range(9)]
        release = releasable(appraise(overview(make_schools(rows), open_dataset("demo"), year=2022), "330106"))
        monkeypatch.setattr("qualityedu.tables.region.MOST_SHORTFALLS", 6)
        piece = tables.shortfalls(release, "zh")
        assert len(read_html(piece.html).all("tr")) == 1 + 6
        assert say("shortfalls.more", "zh", count=3) in piece.text


class TestYears:
    def test_a_column_for_each_year(self, released: Released) -> None:
        reading = read_html(tables.years(released("demo", "999908"), "zh").html)
        heads = [each.text for each in reading.all("th") if each.attributes["scope"] == "col"]
        assert heads[1:4] == ["2021", "2022", "2023"]

    def test_nothing_where_there_is_one_year(self, make_schools: MakeSchools) -> None:
        table = make_schools([{"pupils": 400, "backbone_teachers": 5}] * 3)
        release = releasable(appraise(overview(table, open_dataset("demo"), year=2022), "330106"))
        assert tables.years(release, "zh").html == ""


class TestDigest:
    LINE = re.compile(r"^\S+ +\d{4} +\w+ +\w+ +(region|spread) +(-?\d+\.\d{4,8}|—) +(\d+\.\d{4,8}|—) \w+$")

    @pytest.mark.parametrize(("name", "region"), REGIONS)
    def test_every_line_is_fixed_in_width(self, name: str, region: str, released: Released) -> None:
        lines = tables.digest(released(name, region).now).splitlines()
        assert len(lines) == len(released(name, region).now)
        assert [line for line in lines if not self.LINE.match(line)] == []
        # Every column begins where it began in the line before; the last, the status, is not padded.
        assert len({len(line.rpartition(" ")[0]) for line in lines}) == 1

    def test_the_numbers_are_the_findings(self, released: Released) -> None:
        now = released("demo", "999904").now
        lines = tables.digest(now).splitlines()
        (line,) = [line for line in lines if "sports_area_per_pupil" in line and "primary spread" in line]
        assert line.split()[-3:] == ["0.5018", "0.5000", "unmet"]

    def test_a_value_that_is_missing_is_a_dash(self, released: Released) -> None:
        now = released("world", "021").now
        lines = tables.digest(now).splitlines()
        withheld = [line for line in lines if line.endswith("withheld")]
        assert len(withheld) == (now["status"] == "withheld").sum() > 0
        assert {line.split()[-3] for line in withheld} == {"—"}

    def test_the_third_digit_matters(self, released: Released) -> None:
        now = released("demo", "999904").now
        assert tables.digest(now) != tables.digest(now.assign(value=now["value"] + 0.001))

    def test_of_a_fit(self, models: dict[str, list[RegionalModel]]) -> None:
        for model in (*models["demo"], *models["world"]):
            *terms, last = tables.fit_digest(model.fit).splitlines()
            assert len(terms) == len(model.fit.table)
            for line, row in zip(terms, model.fit.table.itertuples(), strict=True):
                assert re.search(r"-?\d+\.\d{4,8} +\d+\.\d{4,8}$", line)
                assert float(line.split()[-2]) == pytest.approx(row.estimate, rel=1e-3, abs=5.1e-9)
            assert f"rows {model.fit.rows}" in last

    def test_of_associations(self, overviews: dict[str, Overview]) -> None:
        pairs = associations(overviews["world"].values)
        lines = tables.associations_digest(pairs).splitlines()
        assert len(lines) == len(pairs) > 0
        assert all(re.fullmatch(r"\w+ \w+ \w+ \d+ +-?[01]\.\d{4,8}", line) for line in lines)

    @pytest.mark.parametrize(
        ("value", "printed"),
        [
            (1.5, "1.5000"), (0.1, "0.1000"), (0.0, "0.0000"), (-0.0, "0.0000"), (0.0061234567, "0.0061235"),
            (-0.05, "-0.050000"), (3e-9, "0.00000000"), (0.09999999, "0.100000"), (float("nan"), "—"),
        ],
    )  # fmt: skip
    def test_a_small_number_has_five_digits_that_count(self, value: float, printed: str) -> None:
        assert tables.fixed(value).strip() == printed


class TestPrinted:
    SPREAD = Threshold("sports_area_per_pupil", "primary", "spread", "at_most", 0.5, "", _thresholds()[0].regulation)

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_the_published_county_that_stands_at_0_501787(self, lang: str) -> None:
        """Rounded to the two decimals of the limit it would read 0.50 against 0.50, and be not met."""
        assert printed(_row(0.501787, self.SPREAD), lang) == "0.502"

    @pytest.mark.parametrize(
        ("value", "shown"), [(0.5, "0.50"), (0.4949, "0.49"), (0.496, "0.50"), (0.5000004, "0.5000004"), (0.52, "0.52")]
    )
    def test_no_more_decimals_than_it_takes(self, value: float, shown: str) -> None:
        assert printed(_row(value, self.SPREAD), "zh") == shown

    @given(st.sampled_from(_thresholds()), st.floats(-0.02, 0.02))
    def test_no_value_is_printed_on_the_other_side(self, threshold: Threshold, share: float) -> None:
        value = threshold.value * (1 + share)
        if 0 < abs(value - threshold.value) < 1e-7:
            value = threshold.value
        shown = float(printed(_row(value, threshold), "en").replace(",", ""))
        assert meets(shown, threshold) == meets(value, threshold)

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_a_school_just_short_is_not_printed_as_reaching(self, lang: str, make_schools: MakeSchools) -> None:
        """0.9999 backbone teachers per 100 pupils against 1: two more decimals would still read 1.0000."""
        rows = [
            {"backbone_teachers_per_100": value, "equipment_value_per_pupil": 1.0, "pupils": 500}
            for value in (0.99999, 1.2, 1.4)
        ]
        release = releasable(appraise(overview(make_schools(rows), open_dataset("demo"), year=2022), "330106"))
        assert "0.99999" in tables.shortfalls(release, lang).text
        assert "1.0000" not in tables.shortfalls(release, lang).text

    def test_what_is_withheld_or_missing(self) -> None:
        hidden = _row(0.3, self.SPREAD)
        hidden.status = "withheld"
        assert printed(hidden, "zh") == say("status.withheld", "zh")
        missing = _row(0.3, self.SPREAD)
        missing.value, missing.status = np.nan, "no_data"
        assert printed(missing, "zh") == "—"


class TestStatus:
    STATUSES = ("met", "unmet", "cannot_judge", "no_standard", "no_data", "withheld")

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_words_and_a_mark_besides_colour(self, lang: str) -> None:
        texts = {}
        for status in self.STATUSES:
            (span,) = read_html(str(status_cell(status, lang))).all("span")
            assert span.attributes["class"] == f"status {status}"
            assert say(f"status.{status}", lang) in span.text
            texts[status] = span.text
        assert len(set(texts.values())) == len(self.STATUSES)
        marks = {texts[status][0] for status in ("met", "unmet")}
        assert len(marks) == 2
        assert not any(mark.isalnum() for mark in marks)


class TestIndicatorPage:
    @pytest.mark.parametrize("lang", LANGUAGES)
    @pytest.mark.parametrize("name", list(catalogue()))
    def test_says_everything_about_it(self, name: str, lang: str) -> None:
        each = catalogue()[name]
        page = tables.indicator_page(each, lang)
        for part in (each.title[lang], each.id, each.why[lang], each.caveat[lang], each.describe(lang)):
            assert part in " ".join(page.split()) or part in page
        assert str(each.reviewed) in page
        assert not NOT_FOR_READERS.search(re.sub(r"https?://\S+", "", page))

    def test_names_the_standards_with_their_clauses(self) -> None:
        page = tables.indicator_page(catalogue()["backbone_teachers_per_100"], "zh")
        assert "教督〔2017〕6号" in page
        assert "2017-04" in page
        assert say("cli.show.no_standards", "zh") in tables.indicator_page(catalogue()["mean_score"], "zh")
