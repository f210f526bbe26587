"""What is too large, too tight or too far apart is refused before any reader of tables sees it."""

from __future__ import annotations

import struct
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pandas as pd
import pytest
from intake_building import HEADINGS, SCHOOLS, changed, document_table, open_document, text, workbook

from qualityedu.errors import RequestError
from qualityedu.intake import check, open_xml
from qualityedu.intake import open_document as of_document
from qualityedu.intake.archive import opened_archive
from qualityedu.intake.limits import Limits, limits_in_force
from qualityedu.intake.sheet import Unreadable


def _keys(path: Path) -> list[str]:
    return [problem.key for problem in check(path).problems if problem.level == "stop"]


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fails the test if a reader is given the content."""

    def read(*_: object, **__: object) -> None:
        raise AssertionError("a reader was called")

    monkeypatch.setattr(open_xml, "seen_in", read)
    monkeypatch.setattr(open_xml.CalamineWorkbook, "from_filelike", read, raising=False)
    monkeypatch.setattr(open_xml, "CalamineWorkbook", type("Never", (), {"from_filelike": staticmethod(read)}))
    monkeypatch.setattr(of_document, "parsed", read)


def _bomb(path: Path) -> Path:
    with ZipFile(workbook(path), "a", ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b" " * 30_000_000)
    return path


@pytest.mark.usefixtures("unread")
def test_a_bomb_is_refused_before_any_reader_is_called(tmp_path: Path) -> None:
    assert _keys(_bomb(tmp_path / "bomb.xlsx")) == ["packed_too_tight"]


@pytest.mark.usefixtures("unread")
def test_nothing_of_a_bomb_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _bomb(tmp_path / "bomb.xlsx")
    monkeypatch.setattr(ZipFile, "open", lambda *_, **__: 1 / 0)
    assert _keys(path) == ["packed_too_tight"]


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_entities_are_refused_before_any_reader_is_called(tmp_path: Path, codec: str) -> None:
    hostile = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    path = changed(workbook(tmp_path / "entities.xlsx"), {"xl/sharedStrings.xml": hostile.encode(codec)})
    assert _keys(path) == ["xml_entities"]
    document = open_document(tmp_path / "entities.ods", document_table([]))
    assert _keys(changed(document, {"content.xml": hostile.encode(codec)})) == ["xml_entities"]


def test_a_declaration_is_seen_across_two_pieces(tmp_path: Path) -> None:
    spaces = b" " * (1_000_000 - 4)
    path = tmp_path / "across.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("a.xml", spaces + b"<!DOCTYPE x>")
    with pytest.raises(Unreadable) as refusal, opened_archive(path.read_bytes(), "across.zip", Limits()):
        pass
    assert refusal.value.problem.key == "xml_entities"


def test_a_link_to_click_on_is_no_danger(tmp_path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "link.xlsx") as book:
        sheet = book.add_worksheet("表")
        for row, cells in enumerate((HEADINGS, *SCHOOLS)):
            sheet.write_row(row, 0, cells)
        sheet.write_url("J1", "https://example.org/", string="说明")
    assert _keys(tmp_path / "link.xlsx") == []


def test_a_part_that_is_longer_than_it_says_is_damage(tmp_path: Path) -> None:
    # The directory of the archive claims 9 bytes for a part of 9000.
    path = tmp_path / "lie.xlsx"
    workbook(path)
    with ZipFile(path, "a") as archive:
        archive.writestr("xl/media/picture.bin", b"0123456789" * 900)
    assert _keys(path) == []
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", 9000), struct.pack("<I", 9)))
    assert _keys(path) == ["damaged_workbook"]


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("MEGABYTES", "1", "too_large"),
        ("UNPACKED", "1", "too_large_unpacked"),
        ("RATIO", "1", "packed_too_tight"),
        ("PARTS", "5", "too_many_parts"),
        ("ROWS", "3", "too_many_rows"),
        ("CELLS", "20", "too_many_cells"),
    ],
)
def test_every_limit_can_be_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, key: str
) -> None:
    path = workbook(tmp_path / "a.xlsx")
    with ZipFile(path, "a") as archive:
        archive.writestr("xl/media/picture.bin", bytes(range(256)) * 6000)
    assert _keys(path) == []
    monkeypatch.setenv(f"QUALITYEDU_MOST_{name}", value)
    assert _keys(path) == [key]


def test_rows_of_every_kind_of_file_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [HEADINGS, *SCHOOLS]
    (tmp_path / "a.csv").write_text(text(), encoding="utf-8")
    pd.DataFrame(rows[1:], columns=list(HEADINGS)).to_parquet(tmp_path / "a.parquet")
    paths = [tmp_path / "a.csv", tmp_path / "a.parquet", Path(__file__).parent / "bad_inputs" / "b12" / "old.xls"]
    paths += [workbook(tmp_path / "a.xlsx"), open_document(tmp_path / "a.ods", document_table(rows))]
    assert [_keys(path) for path in paths] == [[]] * len(paths)
    monkeypatch.setenv("QUALITYEDU_MOST_ROWS", "2")
    assert [_keys(path) for path in paths] == [["too_many_rows"]] * len(paths)


@pytest.mark.parametrize("seen", ["many", "0", "-1", "1.5", "１２"])
def test_a_limit_that_is_no_whole_number_is_refused(monkeypatch: pytest.MonkeyPatch, seen: str) -> None:
    monkeypatch.setenv("QUALITYEDU_MOST_ROWS", seen)
    with pytest.raises(RequestError, match="QUALITYEDU_MOST_ROWS"):
        limits_in_force()


def test_the_limits_of_the_list() -> None:
    assert limits_in_force() == Limits(megabytes=50, unpacked=200, ratio=100, parts=5000, rows=200_000)


def test_repeated_cells_of_an_open_document_are_not_multiplied_out(tmp_path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
    row = f'<table:table-row table:number-rows-repeated="199999">{cell}</table:table-row>'
    tables = f'<table:table table:name="a">{row}</table:table>'
    assert _keys(open_document(tmp_path / "a.ods", tables)) == ["too_many_cells"]
    empty = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'
    whole = document_table((HEADINGS, *SCHOOLS)).replace("</table:table>", f"{empty}</table:table>")
    assert _keys(open_document(tmp_path / "b.ods", whole)) == []


def test_one_cell_at_the_far_corner_does_not_fill_the_memory(tmp_path: Path) -> None:
    far = b'<row r="190000"><c r="XFD190000"><v>1</v></c></row></sheetData>'
    assert _keys(changed(workbook(tmp_path / "far.xlsx"), {}, sheet1=(b"</sheetData>", far))) == ["too_many_cells"]
