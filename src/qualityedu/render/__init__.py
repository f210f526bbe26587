"""An executed notebook as something to read: a page, a Word file, a PDF and a workbook, from one reading."""

from qualityedu.render.formats import FORMATS, Rendered, render
from qualityedu.render.html import html_page, render_html

__all__ = ["FORMATS", "Rendered", "html_page", "render", "render_html"]
