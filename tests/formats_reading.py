"""What a reader finds in each of the four formats, in one shape: the cells of each table, and the text beside them.

Nothing here uses the program's own reading of a report: HTML, Word, Excel and PDF are read from their bytes, the PDF by
its tags, as a screen reader does.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import docx
from html_reading import read_html
from openpyxl import load_workbook
from pypdf import PdfReader
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, IndirectObject

NUMBER = re.compile(r"[+\-−]?\d+(?:,\d{3})*(?:\.\d+)?")


@dataclass
class Said:
    """The texts of each table, its caption first; the other texts; the descriptions of the pictures."""

    tables: list[list[str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)


def squeezed(text: str) -> str:
    """Text without white space, which the formats break as they must."""
    return re.sub(r"\s+", "", text)


def numbers_in(texts: list[str]) -> Counter[str]:
    """How often each number is printed."""
    return Counter(number for text in texts for number in NUMBER.findall(text))


def read_page(content: bytes) -> Said:
    """A report in HTML."""
    reading, said = read_html(content.decode("utf-8")), Said()
    (main,) = reading.all("main")
    navigation = {id(each) for nav in reading.all("nav") for each in reading.under(nav, "p", "li")}
    said.tables = [
        [each.text for each in reading.under(table, "caption", "th", "td")] for table in reading.all("table")
    ]
    kinds = ("h1", "h2", "h3", "p", "li", "dt", "strong", "span", "figcaption")
    in_tables = {id(each) for table in reading.all("table") for each in reading.under(table, *kinds)}
    said.texts = [each.text for each in reading.under(main, *kinds) if id(each) not in navigation | in_tables]
    said.texts += [each.text for foot in reading.all("footer") for each in reading.under(foot, "p")]
    said.pictures = [each.attributes["alt"] for each in reading.all("img")]
    return said


def read_word(content: bytes) -> Said:
    """A report in Word."""
    word, said = docx.Document(io.BytesIO(content)), Said()
    captions: list[str] = []
    for part in word.iter_inner_content():
        if isinstance(part, docx.text.paragraph.Paragraph):
            captions.append(part.text)
            continue
        cells = [cell.text for row in part.rows for cell in row.cells]
        # The numbers that matter are a table, too, but one without a caption.
        if part._tbl.tblPr.find(docx.oxml.ns.qn("w:tblCaption")) is None:
            captions += cells
        else:
            said.tables.append([captions.pop(), *cells])
    said.texts = [text for text in captions if text.strip()]
    said.pictures = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    return said


def read_workbook(content: bytes) -> Said:
    """A report in Excel: the sheets after the contents and the text are tables."""
    book, said = load_workbook(io.BytesIO(content)), Said()
    _, text, *sheets = book.worksheets
    said.texts = [str(row[0].value) for row in text.iter_rows() if row[0].value is not None]
    for sheet in sheets:
        rows = list(sheet.iter_rows())
        last = next(i for i, row in enumerate(rows[2:], start=2) if all(each.value is None for each in row))
        cells = [displayed(each.value, each.number_format) for row in rows[2:last] for each in row]
        said.tables.append([str(rows[0][0].value), *cells])
    return said


def displayed(value: Any, shape: str) -> str:
    """A cell as Excel shows it, for the formats that a report uses: sign, thousands, decimals, percent."""
    if value is None or isinstance(value, str):
        return value or ""
    positive, *others = shape.split(";")
    chosen = others[0] if others and value < 0 else positive
    body = re.fullmatch(r"([+\-−]?)(#,##)?0(?:\.(0+))?(\s?%)?", chosen)
    assert body, shape
    sign, thousands, decimals, percent = body.groups()
    shown = abs(value) if others or value >= 0 else value
    digits = f"{shown * (100 if percent else 1):{',' if thousands else ''}.{len(decimals or '')}f}"
    return f"{sign}{digits}{percent or ''}"


@dataclass
class Tagged:
    """One element of the tags of a PDF: its kind, the text in and under it in order, its description."""

    kind: str
    text: str
    alt: str
    children: list[Tagged]

    def all(self, *kinds: str) -> list[Tagged]:
        """The elements of these kinds in and under this one, in order."""
        own = [self] if self.kind in kinds else []
        return own + [found for child in self.children for found in child.all(*kinds)]


def read_pdf(content: bytes) -> Said:
    """A report in PDF, by its tags."""
    said, tree = Said(), tags_of(content)
    said.texts = [element.text for element in _leaves(tree, "Table", "H1", "H2", "H3", "P", "LBody", "Caption")]
    tables = tree.all("Table")
    said.tables = [[cell.text for cell in table.all("Caption", "TH", "TD")] for table in tables]
    said.pictures = [figure.alt for figure in tree.all("Figure")]
    return said


def _leaves(tree: Tagged, *kinds: str) -> list[Tagged]:
    if tree.kind in kinds:
        return [] if tree.kind == "Table" else [tree]
    return [found for child in tree.children for found in _leaves(child, *kinds)]


@lru_cache(maxsize=4)
def tags_of(content: bytes) -> Tagged:
    """The tree of tags of a PDF, with the text that each tag marks."""
    reader = PdfReader(io.BytesIO(content))
    marked = {}
    for page in reader.pages:
        assert page.indirect_reference
        marked[page.indirect_reference.idnum] = _marked_text(page, reader)
    root = reader.trailer["/Root"]["/StructTreeRoot"]
    return _tagged(root, None, marked)


def _tagged(node: DictionaryObject, page: int | None, marked: dict[int, dict[int, str]]) -> Tagged:
    own = node.raw_get("/Pg") if "/Pg" in node else None
    page = own.idnum if isinstance(own, IndirectObject) else page
    element = Tagged(str(node.get("/S", "/Root"))[1:], "", str(node.get("/Alt", "")), [])
    kids = node.get("/K", ArrayObject())
    for kid in kids if isinstance(kids, ArrayObject) else [kids]:
        kid = kid.get_object() if isinstance(kid, IndirectObject) else kid
        if isinstance(kid, int):
            assert page is not None
            element.text += marked[page].get(int(kid), "")
        elif "/MCID" in kid:
            place = kid.raw_get("/Pg").idnum if "/Pg" in kid else page
            element.text += marked[place].get(int(kid["/MCID"]), "")
        elif "/S" in kid:
            element.children.append(_tagged(kid, page, marked))
            element.text += element.children[-1].text
    return element


def _marked_text(page: Any, reader: PdfReader) -> dict[int, str]:
    fonts = {name: _letters(font.get_object()) for name, font in page["/Resources"].get("/Font", {}).items()}
    found: dict[int, str] = {}
    open_marks: list[int | None] = []
    letters: dict[int, str] = {}
    kept = []
    for operands, operator in ContentStream(page["/Contents"].get_object(), reader).operations:
        if operator in (b"BDC", b"BMC"):
            properties = operands[1] if len(operands) > 1 else {}
            open_marks.append(properties.get("/MCID") if isinstance(properties, dict) else None)
        elif operator == b"EMC":
            open_marks.pop()
        elif operator == b"q":
            kept.append(letters)
        elif operator == b"Q":
            letters = kept.pop()
        elif operator == b"Tf":
            letters = fonts[operands[0]]
        elif operator in (b"Tj", b"TJ"):
            pieces = operands[0] if operator == b"TJ" else [operands[0]]
            raw = b"".join(_raw(piece) for piece in pieces if not isinstance(piece, int | float))
            codes = [int.from_bytes(raw[i : i + 2]) for i in range(0, len(raw), 2)]
            assert 0 not in codes, "a glyph that is not there"
            mark = next((each for each in reversed(open_marks) if each is not None), None)
            if mark is not None:
                found[mark] = found.get(mark, "") + "".join(letters[code] for code in codes)
    return found


def _raw(piece: Any) -> bytes:
    return bytes(piece.original_bytes) if hasattr(piece, "original_bytes") else bytes(piece)


def _letters(font: DictionaryObject) -> dict[int, str]:
    """The letters of a font by their codes, from its map to Unicode."""
    text = font["/ToUnicode"].get_object().get_data().decode("latin-1")
    found = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, flags=re.DOTALL):
        for code, letters in re.findall(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>", block):
            found[int(code, 16)] = bytes.fromhex(letters).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, flags=re.DOTALL):
        for first, last, letters in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            start = int.from_bytes(bytes.fromhex(letters))
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = (start + step).to_bytes(len(letters) // 2).decode("utf-16-be")
    return found
