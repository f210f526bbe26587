"""An executed notebook as something to read."""

from qualityedu.render.html import html_page, render_html

__all__ = ["html_page", "render_html"]
