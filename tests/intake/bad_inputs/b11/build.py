"""A name ending in .xls with a web page, an old XML table or text inside."""

from __future__ import annotations

from pathlib import Path

from intake_building import text


def web_page(folder: Path) -> Path:
    path = folder / "web_page.xls"
    page = "<html><head><meta charset=gb2312></head><table><tr><td>学校</td></tr></table></html>"
    path.write_bytes(page.encode("gbk"))
    return path


def xml_table(folder: Path) -> Path:
    path = folder / "xml_table.xls"
    head = '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    path.write_text(f'{head}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', encoding="utf-8")
    return path


def text_inside(folder: Path) -> Path:
    path = folder / "text.xls"
    path.write_bytes(text(separator="\t").encode("gbk"))
    return path


def page_named_csv(folder: Path) -> Path:
    path = folder / "page.csv"
    path.write_text("<!DOCTYPE html><html><body>请登录</body></html>", encoding="utf-8")
    return path
