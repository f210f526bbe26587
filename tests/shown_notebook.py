"""Executed notebooks made without a kernel: what the cells of a report show, with all that must not be shown around."""

from __future__ import annotations

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from qualityedu import figures, tables
from qualityedu.models import RegionalModel
from qualityedu.release import Release

SECRET = "nobody-may-read-this"


def cell(*outputs: NotebookNode, source: str = "", tags: tuple[str, ...] = ()) -> NotebookNode:
    return new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def shown(html: str, *tags: str) -> NotebookNode:
    """A cell that shows a piece of HTML."""
    return cell(new_output("display_data", {"text/html": html, "text/plain": SECRET}), tags=tags)


def notebook_of(*pieces: object) -> NotebookNode:
    """An executed notebook that shows these pieces, with all that must not be shown around them."""
    printed = new_output("stream", name="stdout", text=SECRET)
    warned = new_output("stream", name="stderr", text=SECRET)
    return new_notebook(
        cells=[
            new_markdown_cell(SECRET),
            cell(source=f"data = '{SECRET}'", tags=("parameters",)),
            cell(source=f"data = '{SECRET}'", tags=("injected-parameters",)),
            shown(f"<p>{SECRET}</p>", "setup"),
            *(shown(piece._repr_html_()) for piece in pieces),  # type: ignore[attr-defined]
            shown(f"<p>{SECRET}</p>", "reviewer", "nbval-check-output"),
            cell(printed, warned, source=f"print('{SECRET}')"),
            cell(new_output("error", ename="KeyError", evalue=SECRET, traceback=[SECRET])),
            cell(new_output("execute_result", {"text/plain": SECRET}, execution_count=1)),
            cell(new_output("display_data", {"application/javascript": f"alert('{SECRET}')"})),
            cell(new_output("display_data", {"text/markdown": SECRET, "image/svg+xml": f"<svg>{SECRET}</svg>"})),
        ]
    )


def region_report(release: Release, models: list[RegionalModel], region: str, lang: str) -> NotebookNode:
    """The report of a region as its notebook puts it together."""
    return notebook_of(
        *(make(release, lang) for make in (tables.heading, tables.headline, tables.shortfalls)),
        figures.schools_section(release, lang),
        figures.spreads_section(release, lang),
        figures.profile_section(release, lang),
        tables.summary(release, lang),
        figures.models_section(models, lang, region),
        tables.years(release, lang),
        tables.method(release, lang),
    )
