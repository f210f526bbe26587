"""One executed notebook in several formats: each is written on its own, and one that fails leaves the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

from nbformat import NotebookNode

from qualityedu.errors import Refusal
from qualityedu.render.document import Document
from qualityedu.render.html import html_page, pieces_of
from qualityedu.render.reading import read_document
from qualityedu.text import say

__all__ = ["FORMATS", "Rendered", "render"]

FORMATS = ("html", "docx", "pdf", "xlsx")

_WRITERS = {"docx": ("word", "word_bytes"), "pdf": ("pdf", "pdf_bytes"), "xlsx": ("spreadsheet", "spreadsheet_bytes")}


@dataclass(frozen=True)
class Rendered:
    """What was written: a file for each format, or the reason in words why there is none.

    `milliseconds` is for benchmarks and is kept in no record.
    """

    files: dict[str, Path]
    failed: dict[str, str]
    milliseconds: dict[str, float] = field(default_factory=dict, compare=False)


def render(
    notebook: NotebookNode,
    *,
    into: Path,
    formats: Sequence[str] = FORMATS,
    title: str,
    lang: str,
    facts: Mapping[str, Any] | None = None,
) -> Rendered:
    """Write `report.html`, `report.docx`, `report.pdf` and `report.xlsx`, or those of `formats`, into a folder.

    All four are written from the same cleaned pieces of the executed `notebook`, so they say the same numbers.
    `title` and `lang` are those of the files. `facts` are about the report: `id`, `dataset` (its title), `source`,
    `licence`, `synthetic` (true or false) and `year`, each where known; they are printed in headers, footers and
    properties. No clock and no path goes into a file: the same notebook gives the same bytes.

    A format that cannot be written is in `Rendered.failed` with its reason in words, and leaves the others. Raises
    ValueError for a format there is not, and OSError where the folder cannot be made.
    """
    if unknown := [name for name in formats if name not in FORMATS]:
        raise ValueError(f"{unknown}: there is {', '.join(FORMATS)}")
    into.mkdir(parents=True, exist_ok=True)
    pieces = pieces_of(notebook, lang)
    footer = say("report.footer", lang, version=_version())
    document = read_document(pieces, title=title, lang=lang, footer=footer)
    done = Rendered({}, {}, {})
    for name in formats:
        begun = perf_counter()
        written: Callable[[], bytes] = partial(_bytes_of, name, pieces, document, dict(facts or {}))
        _write(done, name, into / f"report.{name}", written, lang)
        done.milliseconds[name] = 1000 * (perf_counter() - begun)
    return done


def _bytes_of(name: str, pieces: Sequence[str], document: Document, facts: dict[str, Any]) -> bytes:
    if name == "html":
        page = html_page(list(pieces), title=document.title, lang=document.lang, contents=True, clean=False)
        return page.encode("utf-8")
    # Word and typst take a quarter of a second to load, and a format that is not asked for may not be installed.
    module, function = _WRITERS[name]
    content: bytes = getattr(import_module(f"qualityedu.render.{module}"), function)(document, facts)
    return content


def _write(done: Rendered, name: str, path: Path, written: Callable[[], bytes], lang: str) -> None:
    try:
        path.write_bytes(written())
    except Refusal as refusal:
        done.failed[name] = refusal.sentence(lang)
    except Exception as error:
        done.failed[name] = say("render.failed", lang, format=name, kind=type(error).__name__, reason=str(error))
    else:
        done.files[name] = path
        return
    path.unlink(missing_ok=True)


def _version() -> str:
    from importlib.metadata import version

    return version("qualityedu")
