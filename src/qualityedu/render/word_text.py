"""Runs and paragraphs as WordprocessingML. Everything that is text is escaped here and nowhere else."""

from __future__ import annotations

from html import escape

from docx.oxml.ns import nsdecls

from qualityedu.render.document import Run, Words

__all__ = ["paragraph_xml", "runs_xml"]

# As in the style sheet of the page; a mark or a word stands beside each, so colour is never alone.
_COLOURS = {"met": "0072B2", "unmet": "B24700", "status": "4A525C"}
_LINK = "005A8C"
_POSITIONS = {"sub": "subscript", "sup": "superscript"}


def paragraph_xml(words: Words, style: str, extra: str = "", *, anchor: str = "", number: int = 0) -> str:
    """A paragraph in the style of this id; `extra` is markup of ours for its properties.

    `anchor` is the name by which others lead to it; `number` is then a number that no other anchor has.
    """
    begun = f'<w:bookmarkStart w:id="{number}" w:name="{escape(anchor)}"/>' if anchor else ""
    ended = f'<w:bookmarkEnd w:id="{number}"/>' if anchor else ""
    look = f'<w:pPr><w:pStyle w:val="{escape(style)}"/>{extra}</w:pPr>'
    return f"<w:p {nsdecls('w')}>{look}{begun}{runs_xml(words)}{ended}</w:p>"


def runs_xml(words: Words, *, bold: bool = False, size: float = 0.0) -> str:
    """Runs with their manner; `bold` and `size` (points) hold for all of them."""
    return "".join(_run(run, bold, size) for run in words)


def _run(run: Run, bold: bool, size: float) -> str:
    text = f'<w:r>{_manner(run, bold, size)}<w:t xml:space="preserve">{escape(run.text)}</w:t></w:r>'
    return f'<w:hyperlink w:anchor="{escape(run.target)}" w:history="1">{text}</w:hyperlink>' if run.target else text


def _manner(run: Run, bold: bool, size: float) -> str:
    roles = run.role.split()
    colour = next((_COLOURS[role] for role in _COLOURS if role in roles), _LINK if run.target else "")
    parts = [
        "<w:b/>" if bold or run.strong or "unmet" in roles else "",
        "<w:i/>" if run.emphasis else "",
        f'<w:color w:val="{colour}"/>' if colour else "",
        '<w:u w:val="single"/>' if run.target else "",
        f'<w:sz w:val="{round(2 * size)}"/>' if size else "",
        f'<w:vertAlign w:val="{_POSITIONS[run.position]}"/>' if run.position else "",
        f'<w:lang w:val="{escape(run.lang)}"/>' if run.lang else "",
    ]
    return f"<w:rPr>{''.join(parts)}</w:rPr>" if any(parts) else ""
