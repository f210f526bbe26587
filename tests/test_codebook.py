"""The catalogue as a thing to read, the legal history of a number, and findings that leave as a Data Package."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from html_reading import complaints_of_tables, read_html

from conftest import MakeSchools, Released
from qualityedu.datasets import open_dataset
from qualityedu.errors import RequestError
from qualityedu.findings import Overview, appraise, overview
from qualityedu.findings.composites import exam_composites
from qualityedu.frameworks import frameworks
from qualityedu.indicators import catalogue, find
from qualityedu.release import releasable
from qualityedu.report import write_codebook
from qualityedu.standards import regulations, threshold_for, thresholds
from qualityedu.tables import codebook_records, codebook_rows, export_findings, indicator_page, safe_csv
from qualityedu.tables.legal import decreed_line, legal_history
from qualityedu.text import LANGUAGES


@pytest.fixture(scope="module", params=LANGUAGES)
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp(f"codebook_{request.param}")
    write_codebook(folder, lang=request.param)
    return (folder / "codebook.html").read_text(encoding="utf-8")


class TestThePage:
    def test_every_indicator_and_regulation_has_an_anchor(self, page: str) -> None:
        ids = [each.attributes.get("id", "") for each in read_html(page).elements]
        assert set(catalogue()) <= set(ids)
        assert {f"regulation-{name}" for name in regulations()} <= set(ids)
        assert {f"framework-{name}" for name in frameworks()} <= set(ids)
        assert len([each for each in ids if each]) == len({each for each in ids if each})

    def test_every_link_leads_somewhere_on_the_page(self, page: str) -> None:
        reading = read_html(page)
        ids = {each.attributes.get("id") for each in reading.elements}
        links = [each.attributes["href"] for each in reading.all("a")]
        assert len(links) > 2 * len(catalogue())
        assert [link for link in links if link.removeprefix("#") not in ids] == []

    def test_both_languages_are_on_it(self, page: str) -> None:
        text = read_html(page).elements[0].text
        for each in catalogue().values():
            for lang in LANGUAGES:
                assert each.title[lang] in text
                assert each.caveat[lang] in text
                assert each.misreading[lang] in text

    def test_what_is_in_doubt_is_said(self, page: str) -> None:
        text = read_html(page).elements[0].text
        doubts = [each.doubt[lang] for each in catalogue().values() for lang in LANGUAGES if each.doubt]
        assert doubts
        assert [doubt for doubt in doubts if doubt not in text] == []

    def test_it_asks_the_network_for_nothing(self, page: str) -> None:
        assert "<script" not in page
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
        assert not read_html(page).crossed

    def test_its_tables_are_whole(self, page: str) -> None:
        assert complaints_of_tables(read_html(page)) == []

    def test_nothing_of_a_program_is_on_it(self, page: str) -> None:
        text = read_html(page).elements[0].text
        assert not re.search(r"(?<![\w-])(nan|NaN|dtype|Markup)(?![\w-])|Threshold\(|\{\w+\}|\d+e[+-]\d\d", text)


class TestTheFiles:
    def test_json_holds_everything_that_is_declared(self, tmp_path: Path) -> None:
        write_codebook(tmp_path, lang="en")
        held = json.loads((tmp_path / "codebook.json").read_text(encoding="utf-8"))
        assert [each["id"] for each in held["indicators"]] == list(catalogue())
        assert {each["id"] for each in held["regulations"]} == set(regulations())
        assert len(held["standards"]) == sum(len(each) for each in thresholds().values())
        assert [each["id"] for each in held["frameworks"]] == list(frameworks())
        assert [each["id"] for each in held["composites"]] == list(exam_composites())

    def test_records_are_the_definitions(self) -> None:
        records = {each["id"]: each for each in codebook_records()["indicators"]}
        for name, each in catalogue().items():
            assert records[name]["title"] == each.title
            assert records[name]["how"] == {lang: each.describe(lang) for lang in LANGUAGES}

    def test_csv_opens_in_a_spreadsheet(self, tmp_path: Path) -> None:
        write_codebook(tmp_path, lang="zh")
        raw = (tmp_path / "codebook.csv").read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
        assert [row["id"] for row in rows] == list(catalogue())
        assert rows[0]["title_zh"] == next(iter(catalogue().values())).title["zh"]
        assert not [cell for row in rows for cell in row.values() if cell[:1] in ("=", "+", "-", "@")]
        assert codebook_rows()[0].keys() == rows[0].keys()

    def test_a_folder_that_cannot_be_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x", encoding="utf-8")
        with pytest.raises(RequestError, match="file"):
            write_codebook(tmp_path / "file" / "below", lang="zh")


class TestHistory:
    def test_superseded_numbers_are_there_and_marked(self) -> None:
        """Public-use funds: 600 yuan (650 in the east) from 2016, 720 everywhere from spring 2023."""
        primary = [one for one in legal_history(find("public_funds_per_pupil")) if one.threshold.stage == "primary"]
        national = [one for one in primary if not one.threshold.regulation.by_name]
        assert [(one.threshold.value, bool(one.until)) for one in national] == [(600, True), (650, True), (720, False)]
        assert "2023" in decreed_line(national[0], "en")
        assert "CN-31" in decreed_line(national[1], "en")

    @pytest.mark.parametrize("name", sorted({name for name, _, _ in thresholds()}))
    def test_history_is_in_order_and_whole(self, name: str) -> None:
        history = legal_history(find(name))
        assert [one.since for one in history] == sorted(one.since for one in history)
        assert len(history) == sum(len(each) for (own, _, _), each in thresholds().items() if own == name)
        assert all(one.until is None or one.until > one.since for one in history)

    def test_history_and_lookup_agree(self) -> None:
        """On the day before and on the day of a change, the number that is looked up is the one that history gives."""
        asked = 0
        for name, stage, subject in thresholds():
            for one in legal_history(find(name)):
                threshold = one.threshold
                plain = not (threshold.kinds or threshold.places or threshold.regulation.by_name)
                if (threshold.stage, threshold.subject) != (stage, subject) or not plain or one.until is None:
                    continue
                place = threshold.regulation.place or "CN"
                day = one.until
                found = threshold_for(name, stage, subject, on=day, place=place)  # type: ignore[arg-type]
                assert found is not threshold
                asked += 1
        assert asked > 0

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_show_tells_it_all(self, lang: str) -> None:
        shown = indicator_page(find("public_funds_per_pupil"), lang)
        for words in ("600", "720", "2016-01-01", "2023-02-01"):
            assert words in shown
        assert shown.index("600") < shown.index("720")

    @pytest.mark.parametrize("lang", LANGUAGES)
    @pytest.mark.parametrize("name", list(catalogue()))
    def test_every_indicator_can_be_shown(self, name: str, lang: str) -> None:
        shown = indicator_page(find(name), lang)
        assert find(name).misreading[lang] in shown.replace("\n  ", "\n")
        assert not re.search(r"(?<![\w-])[nN]a[nN](?![\w-])|\{\w+\}", shown)


class TestExport:
    def test_findings_and_their_description(self, released: Released, tmp_path: Path) -> None:
        report = released("demo", "999901")
        export_findings(report, tmp_path, lang="en")
        table = pd.read_csv(tmp_path / "findings.csv", dtype={"region": str}, encoding="utf-8-sig")
        assert len(table) == len(report.findings)
        assert table["value"].to_numpy() == pytest.approx(report.findings["value"].to_numpy(), nan_ok=True, rel=1e-15)
        package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
        (resource,) = package["resources"]
        assert [field["name"] for field in resource["schema"]["fields"]] == list(table.columns)
        assert all(field["description"] for field in resource["schema"]["fields"])
        assert not table.duplicated(resource["schema"]["primaryKey"]).any()
        assert {each["id"] for each in package["indicators"]} == set(table["indicator"])
        assert package["sources"]
        assert package["synthetic"] is True

    def test_what_is_withheld_stays_withheld(self, make_schools: MakeSchools, tmp_path: Path) -> None:
        rows = [{"pupils": 100, "backbone_teachers": 7}, {"pupils": 300, "backbone_teachers": 9}]
        seen = overview(make_schools(rows), open_dataset("demo"), year=2022)
        for given in (seen, releasable(appraise(seen, "330106"))):
            export_findings(given, tmp_path, lang="zh")
            held = list(csv.DictReader(io.StringIO((tmp_path / "findings.csv").read_text(encoding="utf-8-sig"))))
            own = [row for row in held if row["indicator"] == "backbone_teachers_per_100"]
            assert {(row["value"], row["status"]) for row in own} == {("", "withheld")}
            assert "4.0" not in {row["value"] for row in held}

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
    def test_a_name_that_would_be_a_formula_is_a_text(
        self, start: str, overviews: dict[str, Overview], tmp_path: Path
    ) -> None:
        seen = overviews["demo"]
        findings = seen.findings.assign(region_name=f'{start}HYPERLINK("http://example.org")')
        export_findings(replace(seen, findings=findings), tmp_path, lang="en")
        with (tmp_path / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
            names = {row["region_name"] for row in csv.DictReader(file)}
        assert names == {f'\'{start}HYPERLINK("http://example.org")'}

    def test_numbers_below_nothing_stay_numbers(self) -> None:
        text = safe_csv(["a", "b"], [{"a": -1.5, "b": "-1.5"}, {"a": float("nan"), "b": None}])
        assert text == "\ufeffa,b\r\n-1.5,'-1.5\r\n,\r\n"
