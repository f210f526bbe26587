"""What a check found, said to whoever sits there: a table on a terminal, plain lines otherwise."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from qualityedu.intake.answer.issue_list import GROUPS, parts_of
from qualityedu.text import say

if TYPE_CHECKING:
    from qualityedu.errors import Problem
    from qualityedu.intake import Intake

__all__ = ["print_problems", "print_rows"]

# Of one kind of note no more than these are printed; the marked copy and the JSON have them all.
_NOTES_OF_A_KIND = 3
_STYLES = {"mend": "red", "ask": "yellow", "explained": "green", "repaired": "blue", "note": "dim"}


def print_rows(intake: Intake, lang: str) -> None:
    """Rows read = rows used + rows left out, with the reasons."""
    out = sum(intake.left_out.values())
    click.echo(say("cli.rows", lang, read=intake.rows_read, used=intake.rows_used, out=out))
    for phrase in intake.left_out_in_words(lang):
        click.echo(f"  {phrase}")


def print_problems(intake: Intake, lang: str) -> None:
    """The problems in their groups."""
    console = Console()
    for group, levels in GROUPS.items():
        found = [problem for problem in intake.problems if problem.level in levels]
        if not found:
            continue
        click.echo()
        head = say(f"answer.group.{group}", lang, count=len(found))
        shown = _few(found) if group == "note" else found
        if console.is_terminal:
            console.print(_table(head, _STYLES[group], shown, lang))
        else:
            click.echo(head)
            for problem in shown:
                click.echo(f"  {problem.sentence(lang)}")
                if problem.explanation:
                    click.echo(f"    {say('answer.explained', lang, explanation=problem.explanation)}")
        if len(shown) < len(found):
            click.echo(f"  {say('answer.more_notes', lang, count=len(found) - len(shown))}")


def _few(notes: list[Problem]) -> list[Problem]:
    """The first notes of each kind: a template leaves many columns empty."""
    seen: Counter[str] = Counter()
    shown = []
    for note in notes:
        seen[note.key] += 1
        if seen[note.key] <= _NOTES_OF_A_KIND:
            shown.append(note)
    return shown


def _table(head: str, style: str, found: list[Problem], lang: str) -> Table:
    # Text, because what an office wrote may look like markup.
    table = Table(title=Text(head, style=f"bold {style}"), title_justify="left", show_lines=False)
    for name in ("cell", "said", "remedy"):
        table.add_column(say(f"answer.column.{name}", lang), overflow="fold", no_wrap=False)
    for problem in found:
        said, remedy = parts_of(problem, lang)
        if problem.explanation:
            remedy = say("answer.explained", lang, explanation=problem.explanation)
        table.add_row(Text(problem.where, style=style), Text(said), Text(remedy))
    return table
