"""The template: what it asks for, in which words, what may be typed, and that it is read back as it was meant."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.worksheet.worksheet import Worksheet

from qualityedu.cli.commands.template import command
from qualityedu.columns import COLUMNS
from qualityedu.errors import RequestError
from qualityedu.intake import check
from qualityedu.intake.county_items import COUNTY_FIGURES, county_columns
from qualityedu.intake.template.book import write_template
from qualityedu.intake.template.example import example_rows
from qualityedu.intake.template.sheets import (
    FIRST_ROW,
    LANGUAGE_CHOICES,
    META_SHEET,
    NOT_ASKED,
    forms,
    heading_of,
    sheet_name,
)
from qualityedu.standards import regulations

# What the workbook looks like in each language, as an office that has it knows it. A change is a new version.
DESCRIPTION = Path(__file__).with_name("template.json")


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("templates")
    return {lang: write_template(folder / f"{lang}.xlsx", lang=lang, year=2023) for lang in LANGUAGE_CHOICES}


def described(path: Path) -> dict[str, list[list[str]]]:
    """Every sheet with the headings of those to fill."""
    book = openpyxl.load_workbook(path)
    to_fill = {sheet_name(form.id, lang) for form in forms() for lang in LANGUAGE_CHOICES}
    return {
        sheet.title: [[str(cell.value) for cell in row] for row in sheet.iter_rows(max_row=FIRST_ROW)]
        if sheet.title in to_fill
        else []
        for sheet in book.worksheets
    }


def fill(path: Path, into: Path, lang: str) -> Path:
    """The template with its own example typed in, as a spreadsheet program would save it."""
    book = openpyxl.load_workbook(path)
    for form in forms():
        for row, cells in enumerate(example_rows(form, lang, 2023), start=FIRST_ROW + 1):
            for column, value in enumerate(cells, start=1):
                book[sheet_name(form.id, lang)].cell(row, column).value = value
    book.save(into)
    return into


@pytest.mark.parametrize("lang", LANGUAGE_CHOICES)
class TestWhatItAsks:
    def test_sheets_and_headings_are_those_described(self, templates: dict[str, Path], lang: str) -> None:
        assert described(templates[lang]) == json.loads(DESCRIPTION.read_text(encoding="utf-8"))[lang]

    def test_codes_are_the_same_in_every_language(self, templates: dict[str, Path], lang: str) -> None:
        codes = [headings[2] for headings in described(templates[lang]).values() if headings]
        assert codes == [[column.name for column in form.columns] for form in forms()]

    def test_every_input_column_is_validated_with_words(self, templates: dict[str, Path], lang: str) -> None:
        book = openpyxl.load_workbook(templates[lang])
        for form in forms():
            sheet = book[sheet_name(form.id, lang)]
            rules = sheet.data_validations.dataValidation
            starts = sorted(each.min_col for rule in rules for each in rule.sqref.ranges)
            assert starts == list(range(1, len(form.columns) + 1))
            assert {each.min_row for rule in rules for each in rule.sqref.ranges} == {FIRST_ROW + 1}
            for rule in rules:
                assert rule.prompt, rule.sqref
                assert rule.error, rule.sqref
                assert max(len(rule.prompt), len(rule.error), len(str(rule.formula1))) <= 255
                assert max(len(rule.promptTitle), len(rule.errorTitle)) <= 32

    def test_lists_are_named_ranges_that_hold_their_words(self, templates: dict[str, Path], lang: str) -> None:
        book = openpyxl.load_workbook(templates[lang])
        seen = set()
        for form in forms():
            sheet = book[sheet_name(form.id, lang)]
            for rule in sheet.data_validations.dataValidation:
                if rule.type == "list":
                    seen.add(rule.formula1)
                    [(where, cells)] = book.defined_names[rule.formula1.removeprefix("=")].destinations
                    words = [row[0].value for row in book[where][cells.replace("$", "")]]
                    column = form.columns[next(iter(rule.sqref.ranges)).min_col - 1]
                    assert len(words) == len(column.choices or {})
                    assert None not in words
        assert len(seen) == 7

    def test_what_is_typed_is_open_and_the_headings_are_locked(self, templates: dict[str, Path], lang: str) -> None:
        book = openpyxl.load_workbook(templates[lang])
        for form in forms():
            sheet = book[sheet_name(form.id, lang)]
            assert sheet.protection.sheet
            assert not sheet.protection.password
            assert all(cell.protection.locked for row in sheet.iter_rows(max_row=FIRST_ROW) for cell in row)
            for position, column in enumerate(form.columns, start=1):
                looks = _looks_of_column(sheet, position)
                assert not looks.protection.locked
                assert (looks.number_format == "@") == (column.kind in ("code", "text"))
            assert sheet.freeze_panes == sheet.cell(FIRST_ROW + 1, form.kept_in_sight + 1).coordinate
            assert sheet.page_setup.orientation == "landscape"

    def test_the_template_is_hidden_in_itself(self, templates: dict[str, Path], lang: str) -> None:
        book = openpyxl.load_workbook(templates[lang])
        facts = {row[0].value: row[1].value for row in book[META_SHEET].iter_rows()}
        assert book[META_SHEET].sheet_state == "veryHidden"
        assert (facts["language"], facts["year"]) == (lang, "2023")

    def test_no_cell_of_any_sheet_is_a_formula(self, templates: dict[str, Path], lang: str) -> None:
        book = openpyxl.load_workbook(templates[lang])
        kinds = {cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
        assert kinds <= {"s", "n"}


def _looks_of_column(sheet: Worksheet, position: int) -> openpyxl.worksheet.dimensions.ColumnDimension:
    groups = sheet.column_dimensions.values()
    return next(each for each in groups if each.min <= position <= each.max)


@pytest.mark.parametrize("lang", LANGUAGE_CHOICES)
class TestReadBack:
    def test_the_same_arguments_give_the_same_bytes(
        self, templates: dict[str, Path], tmp_path: Path, lang: str
    ) -> None:
        again = write_template(tmp_path / "again.xlsx", lang=lang, year=2023)
        assert again.read_bytes() == templates[lang].read_bytes()

    def test_the_example_has_nothing_to_mend(self, templates: dict[str, Path], tmp_path: Path, lang: str) -> None:
        intake = check(fill(templates[lang], tmp_path / "filled.xlsx", lang), lang="zh")
        assert [problem.sentence("zh") for problem in intake.problems if problem.level != "note"] == []
        assert (intake.rows_used, intake.rows_read) == (6, 6 + sum(intake.left_out.values()))
        assert intake.sheets == (sheet_name("schools", lang),)
        [items] = intake.county_items
        assert (items.region, items.year, items.residents) == ("999901", 2023, 412_000)
        assert dict(items.attested) == {"guarantee_01": True, "guarantee_02": True, "quality_6": False}
        assert items.figures["teacher_mean_pay"] == 98_600
        assert (items.figures["respondents"], items.figures["satisfied_respondents"]) == (1130, 1051)
        # 万元 in the heading: 1,080 × 0.26 = 280.80 万元.
        assert intake.table["equipment_value"].max() == pytest.approx(3_120_000)

    def test_the_three_languages_are_read_to_the_same_table(
        self, templates: dict[str, Path], tmp_path: Path, lang: str
    ) -> None:
        tables = [check(fill(templates[each], tmp_path / f"{each}.xlsx", each)).table for each in ("zh", lang)]
        names = ["region_name", "school_name"]
        assert tables[0].drop(columns=names).equals(tables[1].drop(columns=names))

    def test_an_empty_template_says_that_nothing_is_in_it(self, templates: dict[str, Path], lang: str) -> None:
        intake = check(templates[lang])
        assert intake.rows_used == 0
        assert [problem.key for problem in intake.problems if problem.refuses] == ["no_rows"]


class TestWhatIsCovered:
    def test_every_declared_column_is_asked_for_or_named_as_left_out(self) -> None:
        schools, county, survey = ({column.name for column in form.columns} for form in forms())
        assert schools | (county & set(COLUMNS)) | (survey & set(COLUMNS)) | set(NOT_ASKED) == set(COLUMNS)
        assert schools & set(NOT_ASKED) == set()

    def test_every_item_to_attest_is_asked_of_the_county(self) -> None:
        attested = {f"HQB2017.{item.id}" for item in regulations()["HQB2017"].items if item.attested}
        assert len(attested) == 11
        assert attested <= {column.name for column in county_columns()}
        assert set(COUNTY_FIGURES) <= {column.name for column in county_columns()}

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_headings_tell_the_columns_apart(self, lang: str) -> None:
        for form in forms():
            headings = [heading_of(column, lang) for column in form.columns]
            assert len(set(headings)) == len(headings)


class TestRefusals:
    def test_a_file_that_is_there_is_not_overwritten(self, tmp_path: Path) -> None:
        path = tmp_path / "学校.xlsx"
        path.write_bytes(b"figures")
        with pytest.raises(RequestError) as refused:
            write_template(path, year=2023)
        assert refused.value.key == "template_exists"
        assert path.read_bytes() == b"figures"
        write_template(path, year=2023, force=True)
        assert path.read_bytes()[:2] == b"PK"
        assert [each.name for each in tmp_path.iterdir()] == ["学校.xlsx"]

    @pytest.mark.parametrize("name", ["学校.xls", "学校.csv", "学校"])
    def test_another_ending(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(RequestError) as refused:
            write_template(tmp_path / name, year=2023)
        assert refused.value.key == "template_ending"

    def test_another_language(self, tmp_path: Path) -> None:
        with pytest.raises(RequestError) as refused:
            write_template(tmp_path / "t.xlsx", lang="fr", year=2023)
        assert refused.value.key == "unknown_language"


class TestCommand:
    @pytest.mark.parametrize("lang", LANGUAGE_CHOICES)
    def test_it_writes_what_python_writes(self, templates: dict[str, Path], tmp_path: Path, lang: str) -> None:
        path = tmp_path / "学校.xlsx"
        done = CliRunner().invoke(command, [str(path), "--year", "2023", "--lang", lang])
        assert done.exit_code == 0
        assert str(path) in done.output
        assert path.read_bytes() == templates[lang].read_bytes()

    def test_it_refuses_and_overwrites_only_when_told(self, tmp_path: Path) -> None:
        path = tmp_path / "学校.xlsx"
        path.write_bytes(b"figures")
        done = CliRunner().invoke(command, [str(path), "--year", "2023"])
        assert isinstance(done.exception, RequestError)
        assert path.read_bytes() == b"figures"
        assert CliRunner().invoke(command, [str(path), "--year", "2023", "--force"]).exit_code == 0
        assert path.read_bytes() != b"figures"

    def test_another_language_is_refused(self, tmp_path: Path) -> None:
        done = CliRunner().invoke(command, [str(tmp_path / "t.xlsx"), "--year", "2023", "--lang", "fr"])
        assert isinstance(done.exception, RequestError)
        assert done.exception.key == "unknown_language"
