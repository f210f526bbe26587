"""A table of regressions as Markdown, as LaTeX and as a document for a word processor."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qualityedu.errors import RequestError

__all__ = ["latex_table", "markdown_table", "write_word"]

Rows = Sequence[Sequence[str]]

_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "²": r"\textsuperscript{2}", "−": "$-$", "×": r"$\times$", "√": r"$\surd$", "∞": r"$\infty$",
}  # fmt: skip
_NUMBER = re.compile(r"(?<![\w.-])-(?=[\d∞])")


def markdown_table(caption: str, headings: Sequence[str], rows: Rows, notes: Sequence[str]) -> str:
    """A pipe table with its caption above and its notes below."""
    lines = [
        f"| {' | '.join(map(_markdown, headings))} |",
        f"|:---{'|---:' * (len(headings) - 1)}|",
        *(f"| {' | '.join(map(_markdown, row))} |" for row in rows),
    ]
    return "\n".join([f"**{_markdown(caption)}**", "", *lines, "", _markdown(" ".join(notes)), ""])


def latex_table(caption: str, headings: Sequence[str], body: Rows, foot: Rows, notes: Sequence[str]) -> str:
    """A `table` for booktabs."""

    def line(row: Sequence[str]) -> str:
        return " & ".join(map(_latex, row)) + r" \\"

    columns = len(headings) - 1
    return "\n".join(
        [
            r"\begin{table}",
            r"\centering",
            rf"\caption{{{_latex(caption)}}}",
            rf"\begin{{tabular}}{{l{'r' * columns}}}",
            r"\toprule",
            line(headings),
            r"\midrule",
            *map(line, body),
            r"\midrule",
            *map(line, foot),
            r"\bottomrule",
            r"\end{tabular}",
            rf"\par\smallskip\footnotesize {_latex(' '.join(notes))}",
            r"\end{table}",
            "",
        ]
    )


def write_word(
    path: Path, caption: str, headings: Sequence[str], body: Rows, foot: Rows, notes: Sequence[str], font: str
) -> Path:
    """A document with one table of three rules; `font` is that of Chinese characters."""
    from docx import Document
    from docx.shared import Pt

    document = Document()
    document.core_properties.author, document.core_properties.comments = "", ""
    document.core_properties.title = caption
    _use_font(document.styles["Normal"], font)
    document.styles["Normal"].font.size = Pt(10)
    document.add_paragraph().add_run(caption).bold = True
    table = document.add_table(rows=0, cols=len(headings))
    for row in (headings, *body, *foot):
        _fill(table.add_row().cells, row)
    _rule(table, {"top": 12, "bottom": 12})
    for place in (0, len(body)):
        for cell in table.rows[place].cells:
            _under(cell)
    _repeat(table.rows[0])
    document.add_paragraph().add_run(" ".join(notes)).font.size = Pt(8)
    held = io.BytesIO()
    document.save(held)
    try:
        path.write_bytes(held.getvalue())
    except OSError as error:
        raise RequestError("no_place", path=path) from error
    return path


def _use_font(style: Any, font: str) -> None:
    from docx.oxml.ns import qn

    style.font.name = "Times New Roman"
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)


def _fill(cells: Sequence[Any], row: Sequence[str]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    for place, (cell, text) in enumerate(zip(cells, row, strict=True)):
        paragraph = cell.paragraphs[0]
        paragraph.add_run(text)
        paragraph.paragraph_format.space_after = Pt(0)
        if place:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _rule(table: Any, widths: dict[str, int]) -> None:
    table._tbl.tblPr.append(_borders("w:tblBorders", widths))


def _under(cell: Any) -> None:
    cell._tc.get_or_add_tcPr().append(_borders("w:tcBorders", {"bottom": 6}))


def _borders(tag: str, widths: dict[str, int]) -> Any:
    """Rules by side, their widths in eighths of a point."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement(tag)
    for side, width in widths.items():
        rule = OxmlElement(f"w:{side}")
        rule.set(qn("w:val"), "single")
        rule.set(qn("w:sz"), str(width))
        borders.append(rule)
    return borders


def _repeat(row: Any) -> None:
    """The row comes again at the top of every page."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _markdown(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", text).replace("\n", " ")


def _latex(text: str) -> str:
    plain = "".join(_LATEX.get(letter, letter) for letter in text)
    # A bracket at the beginning of a line would be read as an option of the line break before it.
    plain = "{[}" + plain[1:] if plain.startswith("[") else plain
    return _NUMBER.sub("$-$", plain)
