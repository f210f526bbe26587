"""Page and styles of the Word file, as `word.toml` states them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from importlib.resources import files
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

__all__ = ["set_page", "set_styles", "styles_of", "text_width"]

_LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}


@lru_cache
def _settings() -> dict[str, Any]:
    return tomllib.loads(files("qualityedu.render").joinpath("word.toml").read_text(encoding="utf-8"))


def styles_of(lang: str) -> dict[str, dict[str, Any]]:
    """What each style of a language looks like, by its name in `word.toml`."""
    found: dict[str, dict[str, Any]] = _settings()[lang]["styles"]
    return found


def text_width(*, landscape: bool) -> float:
    """The width of the text in points, on a page that stands or lies on its side."""
    page = _settings()["page"]
    whole, beside = (page["height"], ("top", "bottom")) if landscape else (page["width"], ("left", "right"))
    return float(whole - sum(page[side] for side in beside)) / 25.4 * 72


def set_page(section: Section, *, landscape: bool = False) -> None:
    """A4 with the margins of the standard; on its side the page is turned with its margins."""
    page = {name: Mm(size) for name, size in _settings()["page"].items()}
    width, height = page["width"], page["height"]
    sides = [page[side] for side in ("top", "right", "bottom", "left")]
    if landscape:
        width, height, sides = height, width, [*sides[1:], sides[0]]
    section.page_width, section.page_height = width, height
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = sides
    section.header_distance, section.footer_distance = Mm(20), Mm(25)


def set_styles(word: WordDocument, lang: str) -> None:
    """The styles, the language and the table of fonts of a file."""
    defaults = word.styles.element.find(qn("w:docDefaults"))
    for old in defaults.iter(qn("w:lang")):
        old.set(qn("w:val"), _LANGUAGES[lang])
        old.set(qn("w:eastAsia"), "zh-CN")
    for name, look in styles_of(lang).items():
        shown_name = look.get("name", name)
        known = {style.name for style in word.styles}
        style = word.styles[name] if name in known else word.styles.add_style(shown_name, WD_STYLE_TYPE.PARAGRAPH)
        assert isinstance(style, ParagraphStyle)
        if name not in known:
            style.base_style, style.quick_style = word.styles["Normal"], True
        _set_style(style, look)
    _set_fonts(word)


def _set_style(style: ParagraphStyle, look: Mapping[str, Any]) -> None:
    style.font.size, style.font.bold, style.font.italic = Pt(look["size"]), bool(look.get("bold")), False
    style.font.color.rgb = RGBColor.from_string(look.get("colour", "1F2630"))
    for spread in style.element.get_or_add_rPr().findall(qn("w:spacing")):
        style.element.rPr.remove(spread)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for kind in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{kind}"), look["latin"])
    fonts.set(qn("w:eastAsia"), look["east"])
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(look.get("before", 0)), Pt(look.get("after", 0))
    form.alignment = WD_ALIGN_PARAGRAPH.CENTER if look.get("align") == "center" else WD_ALIGN_PARAGRAPH.LEFT
    if "leading" in look:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(look["leading"])
    else:
        form.line_spacing = float(look.get("line", 1.0))
    form.keep_with_next = bool(look.get("with_next"))
    properties = style.element.get_or_add_pPr()
    for tag in ("w:pBdr", "w:shd"):
        for old in properties.findall(qn(tag)):
            properties.remove(old)
    if ground := look.get("ground"):
        properties.insert_element_before(
            parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{ground}"/>'),
            "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl",
        )  # fmt: skip
    if not style.name.startswith("List"):
        indent = look.get("indent", 0)
        form.first_line_indent, form.left_indent = Pt(indent * look["size"]), Pt(0)
        properties.find(qn("w:ind")).set(qn("w:firstLineChars"), str(100 * indent))


def _set_fonts(word: WordDocument) -> None:
    entries = "".join(
        f'<w:font w:name="{escape(name)}"><w:altName w:val="{escape(font["instead"])}"/>'
        f'<w:family w:val="{font["family"]}"/></w:font>'
        for name, font in _settings()["fonts"].items()
    )
    for part in word.part.package.iter_parts():
        if part.partname == "/word/fontTable.xml":
            part._blob = f'<?xml version="1.0" encoding="UTF-8"?>\n<w:fonts {nsdecls("w")}>{entries}</w:fonts>'.encode()
