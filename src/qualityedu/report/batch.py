"""A run: planned, made, listed, and left so that the same words typed again go on where it stopped."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualityedu.errors import RequestError
from qualityedu.render import FORMATS
from qualityedu.report.contents import keep_contents
from qualityedu.report.index import write_index
from qualityedu.report.leftovers import clear_leftovers
from qualityedu.report.lock import locked
from qualityedu.report.plan import KEPT, Job, Task, plan
from qualityedu.report.records import write_records
from qualityedu.report.status import StatusFile
from qualityedu.report.supervise import Made, make_some
from qualityedu.text import default_language

if TYPE_CHECKING:
    from qualityedu.report.execute import Limits

__all__ = ["Batch", "Job", "Made", "make_all", "make_batch"]


@dataclass(frozen=True)
class Batch:
    """What became of a run: every job's answer, in order, and its page.

    `signal` is the one that ended it early, 0 where none did.
    """

    made: tuple[Made, ...]
    index: Path
    signal: int = 0

    @property
    def exit_code(self) -> int:
        """0 all good, 1 some not, 3 none because every region has cells to mend, 128 and the signal where ended."""
        if self.signal:
            return 128 + self.signal
        good = {"made", "rendered", "kept", "too_few"}
        if all(each.status in good for each in self.made):
            return 0
        return 3 if all(each.status in ("mend", "too_few") for each in self.made) else 1


def make_all(
    jobs: Iterable[Job],
    *,
    into: Path,
    workers: int | None = None,
    heard: Callable[[Made], None] = lambda made: None,
    **options: Any,
) -> list[Made]:
    """Make every report into `into`, and return what became of them in order; see `make_batch`."""
    ordered = list(jobs)
    if not ordered:
        return []
    return list(make_batch(ordered, into=into, workers=workers, heard=heard, **options).made)


def make_batch(
    jobs: Sequence[Job],
    *,
    into: Path,
    workers: int | None = None,
    limits: Limits | None = None,
    formats: Sequence[str] = FORMATS,
    force: bool = False,
    refresh: bool = False,
    lang: str | None = None,
    context: Any = None,
    planned: Callable[[list[Task]], None] = lambda tasks: None,
    heard: Callable[[Made], None] = lambda made: None,
    make: Callable[..., list[Made]] = make_some,
) -> Batch:
    """Make every report that is not there yet, each in a process of its own, and the page that lists them all.

    What is there and unchanged is kept; see `plan`. `planned` is told the plan, `heard` each answer as it comes. `make`
    does the tasks: `make_some`, or what `cluster.opened` gives. One report that fails leaves the others untouched. On
    SIGINT and SIGTERM what runs is ended, what waits is not begun, and the page says so; the same call then goes on
    where it stopped. `batch.json` beside the page can be read while this runs.

    Raises RequestError before anything is made: for a request that cannot be made, the same report twice, no report
    at all, a folder that another run holds or that cannot be written to; and while it runs, where the folder is gone
    or full.
    """
    if not jobs:
        raise RequestError("no_regions")
    ordered = list(jobs)
    spoken = lang or default_language()
    _folder(into)
    with locked(into), _interruptions() as caught:
        clear_leftovers(into)
        tasks = plan(ordered, into=into, formats=formats, force=force, refresh=refresh)
        keep_contents(into / KEPT)
        planned(tasks)
        status = StatusFile(into, tasks, spoken)

        def hear(made: Made) -> None:
            status.add(made)
            heard(made)

        count = workers or os.cpu_count() or 1
        try:
            made = make(
                tasks,
                into,
                workers=min(count, len(tasks)),
                limits=limits,
                context=context,
                heard=hear,
                stopping=lambda: bool(caught),
            )
            index = write_index(made, into=into, lang=spoken)
            write_records(into, made, lang=spoken)
            status.end("interrupted" if caught else "done")
        except OSError as error:
            status.give_up()
            raise RequestError("no_place_left", path=into, reason=error) from error
        except RequestError:
            status.give_up()
            raise
    return Batch(tuple(made), index, caught[0] if caught else 0)


def _folder(into: Path) -> None:
    try:
        into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RequestError("no_place", path=into) from error


@contextmanager
def _interruptions() -> Iterator[list[int]]:
    """Note SIGINT and SIGTERM instead of being ended by them; a second one ends at once."""
    caught: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield caught
        return

    def note(number: int, _: Any) -> None:
        if caught:
            raise KeyboardInterrupt
        caught.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
