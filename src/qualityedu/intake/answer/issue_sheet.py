"""The sheet that lists all problems, with a column for what the office has to say."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from qualityedu.intake.answer.explanations import LONGEST_EXPLANATION, is_issue_list
from qualityedu.intake.answer.issue_list import Issue
from qualityedu.intake.sheet import Sheet
from qualityedu.text import say

__all__ = ["COLUMNS_OF_LIST", "write_issue_sheet"]

COLUMNS_OF_LIST = ("id", "level", "sheet", "cell", "value", "said", "remedy", "explanation")
_WIDTHS = (28, 12, 18, 10, 20, 60, 50, 60)
_HEADING_ROW = 3


def write_issue_sheet(book: Workbook, issues: Sequence[Issue], lang: str, first_row: int) -> None:
    """Add the list as the first sheet, in place of an earlier one. Only the explanations can be typed into."""
    for old in [sheet for sheet in book.worksheets if _is_ours(sheet)]:
        book.remove(old)
    titles = [sheet.title for sheet in book.worksheets]
    sheet = book.create_sheet(say("answer.sheet", lang), 0)
    for each in book.worksheets:
        # Two sheets selected at once would be typed into at once.
        each.sheet_view.tabSelected = each is sheet
    book.active = 0
    _text(sheet, 1, 1, say("answer.sheet.title", lang)).font = Font(bold=True, size=14)
    _text(sheet, 2, 1, say("answer.sheet.how", lang, most=LONGEST_EXPLANATION))
    for column, (name, width) in enumerate(zip(COLUMNS_OF_LIST, _WIDTHS, strict=True), start=1):
        cell = _text(sheet, _HEADING_ROW, column, say(f"answer.column.{name}", lang))
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", start_color="DCE6F1")
        sheet.column_dimensions[cell.column_letter].width = width
    for row, issue in enumerate(issues, start=_HEADING_ROW + 1):
        _write(sheet, row, issue, titles, lang, first_row)
    last = max(_HEADING_ROW + len(issues), _HEADING_ROW + 1)
    sheet.freeze_panes = f"A{_HEADING_ROW + 1}"
    sheet.auto_filter.ref = f"A{_HEADING_ROW}:H{last}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{_HEADING_ROW}:{_HEADING_ROW}"
    sheet.protection.sheet = True
    for allowed in ("formatColumns", "formatRows", "autoFilter", "sort"):
        setattr(sheet.protection, allowed, False)  # false is what allows it


def _write(sheet: Worksheet, row: int, issue: Issue, titles: list[str], lang: str, first_row: int) -> None:
    level = say(f"answer.level.{issue.level}", lang)
    words = (issue.id, level, issue.sheet, issue.cell, issue.value, issue.said, issue.remedy, issue.explanation)
    for column, text in enumerate(words, start=1):
        cell = _text(sheet, row, column, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.number_format = "@"
    title = issue.sheet if issue.sheet in titles else titles[0] if len(titles) == 1 else ""
    if issue.cell and title and first_row == 1:
        cell = sheet.cell(row, 4)
        quoted = title.replace("'", "''")
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{issue.cell}", display=issue.cell)
        cell.font = Font(color="0563C1", underline="single")
    if issue.level in ("ask", "explained"):
        cell = sheet.cell(row, len(COLUMNS_OF_LIST))
        cell.protection, cell.fill = Protection(locked=False), PatternFill("solid", start_color="FFFFE0")


def _text(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    cell: Cell = sheet.cell(row, column)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"  # a value that begins with = is quoted here, not worked out
    return cell


def _is_ours(sheet: Worksheet) -> bool:
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(max_row=10)]
    return is_issue_list(Sheet(sheet.title, rows, "zh"))
