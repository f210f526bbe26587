"""The catalogue as files to read: one page, one table for a spreadsheet, one for a program."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

from qualityedu.render.html import html_page
from qualityedu.tables import codebook_pieces, codebook_records, codebook_rows, safe_csv, write_files
from qualityedu.text import say

__all__ = ["write_codebook"]


def write_codebook(into: Path, *, lang: str) -> list[Path]:
    """Write `codebook.html`, `codebook.csv` and `codebook.json` into a folder, which is made.

    All three hold every definition and standard in both languages; `lang` is that of the page's headings. Gives back
    where they are. Raises RequestError where the folder cannot be written to.
    """
    page = html_page(
        [piece.html for piece in codebook_pieces(lang)],
        title=say("codebook.title", lang),
        lang=lang,
        footer=say("codebook.footer", lang, version=version("qualityedu")),
    )
    rows = codebook_rows()
    records = {"made_by": f"qualityedu {version('qualityedu')}", **codebook_records()}
    texts = {
        "codebook.html": page,
        "codebook.csv": safe_csv(list(rows[0]), rows),
        "codebook.json": json.dumps(records, ensure_ascii=False, indent=2) + "\n",
    }
    write_files(into, texts)
    return [into / name for name in texts]
