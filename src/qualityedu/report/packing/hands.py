"""The processes that look at regions, several at a time; in this one where there are few."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import Any

__all__ = ["hands"]

# A process takes as long to start as to look at so many regions.
_WORTH_ONE = 8


@contextmanager
def hands(workers: int | None, regions: int) -> Iterator[Executor]:
    """What looks at so many regions: `workers` processes, by default one a processor, or none for a few regions."""
    wanted = min(workers or os.cpu_count() or 1, regions // _WORTH_ONE)
    if wanted < 2:
        yield _Here()
        return
    # Not forks: the engine that sorts has threads in this process.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(wanted, mp_context=context, initializer=_begin)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class _Here(Executor):
    """Does at once, in this process, what it is given."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


def _begin() -> None:
    """A process ends with the one that started it, however that ended, and leaves interruptions to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
