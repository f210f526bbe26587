"""One run at a time in one folder: a file that says which process is at work there, and since when."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qualityedu.errors import RequestError
from qualityedu.report.processes import is_running, start_of

__all__ = ["locked"]

NAME = ".lock"


@contextmanager
def locked(into: Path) -> Iterator[None]:
    """Hold a folder for this process.

    Raises RequestError where another run holds it, naming its process. A lock whose process has ended is taken over,
    also where another process has been given its number since. One from another machine cannot be looked into and is
    taken to be alive.
    """
    place = into / NAME
    own = {"pid": os.getpid(), "start": start_of(os.getpid()), "host": socket.gethostname()}
    _take(place, json.dumps(own), tries=3)
    try:
        yield
    finally:
        if _read(place) == own:
            with contextlib.suppress(OSError):
                place.unlink()


def _take(place: Path, text: str, *, tries: int) -> None:
    aside = place.with_name(f"{NAME}.{os.getpid()}")
    for _ in range(tries):
        try:
            aside.write_text(text, encoding="utf-8")
            _put(aside, place)
            return
        except FileExistsError:
            _clear_if_stale(place)
        except OSError as error:
            raise RequestError("no_place", path=place.parent) from error
        finally:
            aside.unlink(missing_ok=True)
    raise RequestError("locked", path=place, pid="?", host="?")


def _put(aside: Path, place: Path) -> None:
    # A link appears whole or not at all, and never over another; not every file system has them.
    try:
        os.link(aside, place)
    except FileExistsError:
        raise
    except OSError:
        with place.open("x", encoding="utf-8") as file:
            file.write(aside.read_text(encoding="utf-8"))


def _clear_if_stale(place: Path) -> None:
    holder = _read(place)
    if holder is not None and _is_held(holder):
        pid, host = holder.get("pid", "?"), holder.get("host", "?")
        raise RequestError("locked", path=place, pid=pid, host=host)
    stale = place.with_name(f"{NAME}.stale.{os.getpid()}")
    with contextlib.suppress(OSError):
        place.rename(stale)
        # Another run may have taken over between our look and our move: what is theirs is put back.
        if _read(stale) != holder:
            os.link(stale, place)
    stale.unlink(missing_ok=True)


def _is_held(holder: dict[str, Any]) -> bool:
    if holder.get("host") != socket.gethostname():
        return True
    pid = holder.get("pid")
    return isinstance(pid, int) and is_running(pid, holder.get("start"))


def _read(place: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
