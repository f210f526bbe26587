"""The report as a Word file that can be worked on: real headings, real tables, pictures with their words."""

from __future__ import annotations

import io
from collections.abc import Mapping
from html import escape
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt

from qualityedu.fonts import shown
from qualityedu.render.document import Block, Cards, Document, Figure, Heading, Listing, Paragraph, Run, Table
from qualityedu.render.svg import width_of
from qualityedu.render.typesetting import typeset_png
from qualityedu.render.widths import fitted
from qualityedu.render.word_styles import set_page, set_styles, styles_of, text_width
from qualityedu.render.word_tables import cards_xml, table_xml
from qualityedu.render.word_text import paragraph_xml
from qualityedu.render.zipped import same_bytes
from qualityedu.text import say

__all__ = ["word_bytes"]

_PPI = 200.0
_PADDING = 8.0
_STYLE_OF_HEADING = {1: "Title", 2: "Heading 1", 3: "Heading 2", 4: "Heading 2"}
_STYLE_OF_ROLE = {"under": "Subtitle", "lead": "Lead", "note": "Note", "verdict": "Verdict", "synthetic": "Warning"}
_LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}


def word_bytes(document: Document, facts: Mapping[str, Any]) -> bytes:
    """The report as .docx on A4 with the margins of GB/T 9704-2012, the same bytes for the same report.

    Fonts are named with what may stand in for them and are not put into the file. Pictures are PNG and described in
    words. Raises ToolMissing where typst, which draws the PNG, is not installed.
    """
    word = docx.Document()
    set_page(word.sections[0])
    set_styles(word, document.lang)
    _set_properties(word, document, facts)
    _set_header_and_footer(word, document, facts)
    _fill(word, document)
    held = io.BytesIO()
    word.save(held)
    return same_bytes(held.getvalue())


def _set_properties(word: WordDocument, document: Document, facts: Mapping[str, Any]) -> None:
    properties = word.core_properties
    properties.title, properties.language = shown(document.title), _LANGUAGES[document.lang]
    properties.author, properties.comments, properties.revision = "qualityedu", "", 1
    properties.subject = shown(str(facts.get("dataset", "")))
    properties.identifier = str(facts.get("id", ""))
    # The template has the date of its own making, and the clock says nothing about the report.
    for element in list(properties._element):
        if element.tag.endswith(("}created", "}modified", "}lastModifiedBy")):
            properties._element.remove(element)


def _set_header_and_footer(word: WordDocument, document: Document, facts: Mapping[str, Any]) -> None:
    section = word.sections[0]
    word.settings.odd_and_even_pages_header_footer = True
    warning = say("render.synthetic", document.lang) if facts.get("synthetic") else ""
    line = say("render.header", document.lang, title=document.title, warning=warning) if warning else document.title
    # Page numbers stand outside, right on odd pages and left on even ones: GB/T 9704-2012, 7.5.
    for header, footer, side in (
        (section.header, section.footer, "right"),
        (section.even_page_header, section.even_page_footer, "left"),
    ):
        _only(header, paragraph_xml((Run(shown(line)),), "Header"))
        _only(footer, _page_number(side))


def _only(place: Any, xml: str) -> None:
    place.is_linked_to_previous = False
    for old in list(place._element):
        place._element.remove(old)
    place._element.append(parse_xml(xml))


def _page_number(side: str) -> str:
    field = "".join(
        f"<w:r>{each}</w:r>"
        for each in (
            '<w:t xml:space="preserve">— </w:t>',
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
            '<w:t xml:space="preserve"> —</w:t>',
        )
    )
    style = f'<w:pPr><w:pStyle w:val="Footer"/><w:jc w:val="{side}"/></w:pPr>'
    return f"<w:p {nsdecls('w')}>{style}{field}</w:p>"


def _fill(word: WordDocument, document: Document) -> None:
    body = word.element.body
    for paragraph in list(body.iterchildren()):
        if not paragraph.tag.endswith("}sectPr"):
            body.remove(paragraph)
    room = text_width(landscape=False)
    widths = [min(room, width_of(figure.svg)) for figure in document.figures]
    drawn = typeset_png([figure.svg for figure in document.figures], width=room, ppi=_PPI)
    pictures = iter(list(zip(drawn, widths, strict=True)))
    closing = Paragraph((Run(document.footer),), "note")
    for number, block in enumerate((*document.blocks, closing)):
        if isinstance(block, Figure):
            _add_picture(word, block, *next(pictures), document.lang)
        elif isinstance(block, Table):
            _add_table(word, block, document.lang)
        else:
            for xml in _paragraphs(block, document.lang, number):
                body.insert_element_before(parse_xml(xml), "w:sectPr")


def _paragraphs(block: Block, lang: str, number: int) -> list[str]:
    match block:
        case Heading():
            style = _id(_STYLE_OF_HEADING[block.level], lang)
            return [paragraph_xml(block.words, style, anchor=block.anchor, number=number)]
        case Paragraph():
            return [paragraph_xml(block.words, _id(_style_of(block.role), lang))]
        case Listing():
            style = _id("List Number" if block.ordered else "List Bullet", lang)
            return [paragraph_xml(item, style) for item in block.items]
        case Cards():
            return [cards_xml(block, text_width(landscape=False), _id("Cell", lang), _id("Card", lang)), _gap(lang)]
    return []


def _style_of(role: str) -> str:
    return next((style for name, style in _STYLE_OF_ROLE.items() if name in role.split()), "Normal")


def _id(style: str, lang: str) -> str:
    """The id by which a paragraph names its style: python-docx makes it of the name without spaces."""
    return str(styles_of(lang)[style].get("name", style)).replace(" ", "")


def _gap(lang: str) -> str:
    # Word joins two tables that touch.
    return paragraph_xml((), _id("Note", lang), '<w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/>')


def _add_table(word: WordDocument, table: Table, lang: str) -> None:
    size = styles_of(lang)["Cell"]["size"]
    layout = fitted(
        table,
        portrait=text_width(landscape=False),
        landscape=text_width(landscape=True),
        sizes=(size, size - 0.5, 9.0),
        tight=(8.5, 8.0, 7.5),
        padding=_PADDING,
    )
    if layout.landscape:
        set_page(word.add_section(WD_SECTION.NEW_PAGE), landscape=True)
    body = word.element.body
    for xml in (
        paragraph_xml(table.caption, _id("Caption", lang)),
        table_xml(table, layout, _id("Cell", lang)),
        _gap(lang),
    ):
        body.insert_element_before(parse_xml(xml), "w:sectPr")
    if layout.landscape:
        set_page(word.add_section(WD_SECTION.NEW_PAGE), landscape=False)


def _add_picture(word: WordDocument, figure: Figure, png: bytes, width: float, lang: str) -> None:
    inline = word.part.new_pic_inline(io.BytesIO(png), width=Pt(width))
    described = inline.docPr
    described.set("descr", figure.alt)
    described.set("name", f"{described.id}")
    style = f'<w:pPr><w:pStyle w:val="{escape(_id("Picture", lang))}"/></w:pPr>'
    paragraph = parse_xml(f"<w:p {nsdecls('w')}>{style}<w:r><w:drawing/></w:r></w:p>")
    next(paragraph.iter("{*}drawing")).append(inline)
    body = word.element.body
    body.insert_element_before(paragraph, "w:sectPr")
    body.insert_element_before(parse_xml(paragraph_xml(figure.caption, _id("Note", lang))), "w:sectPr")
