"""Where a pack is made, beside the one that it takes the place of once it is whole."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from qualityedu.datasets.pack import PACK
from qualityedu.errors import RequestError
from qualityedu.report.lock import NAME, locked

__all__ = ["Place", "beside", "own_files", "refuse_other_folder", "taking_the_place_of"]


@dataclass(frozen=True)
class Place:
    """`fresh` becomes the pack; `sorting` is what an engine may fill, `read` holds rows as the intake reads them."""

    fresh: Path
    sorting: Path
    read: Path


def beside(into: Path) -> Path:
    """The folder in which a pack is made: on the same disk, so that it can be moved at once."""
    return into.with_name(f".{into.name}.packing")


@contextmanager
def taking_the_place_of(into: Path) -> Iterator[Place]:
    """A place for a new pack, which becomes `into` when the block ends well; else all is as it was.

    Raises RequestError where another run is at it, where `into` is something else than a pack, and where the disk
    cannot be written to or is full. What a run that was killed left there is cleared, and an earlier pack that it had
    put aside put back.
    """
    refuse_other_folder(into)
    scratch = beside(into)
    with _said_in_words(into):
        scratch.mkdir(parents=True, exist_ok=True)
        try:
            with locked(scratch):
                yield from _in(scratch, into)
        finally:
            with suppress(OSError):  # another run may hold it
                scratch.rmdir()


def _in(scratch: Path, into: Path) -> Iterator[Place]:
    _put_back(scratch / "old", into)
    _clear(scratch)
    try:
        place = Place(scratch / "new", scratch / "sorting", scratch / "read")
        parts = [place.fresh / name for name in ("regions", "years", "findings")]
        for folder in (*parts, place.sorting, place.read):
            folder.mkdir(parents=True)
        yield place
        _move(place.fresh, into, scratch / "old")
    finally:
        _clear(scratch)


def refuse_other_folder(into: Path) -> None:
    """Raises RequestError where there is something that is no pack: it is not for us to replace."""
    if into.is_dir() and ((into / PACK).is_file() or not any(into.iterdir())):
        return
    if into.exists() or into.is_symlink():
        raise RequestError("pack_other_folder", path=into)


def own_files(files: list[Path], into: Path) -> list[Path]:
    """The files without those of the pack that is to be made and without what other packs hold beside their rows.

    Raises RequestError where none is left.
    """
    own = [each.resolve() for each in (into, beside(into))]
    kept = [each for each in files if not any(each.resolve().is_relative_to(folder) for folder in own)]
    kept = [each for each in kept if not (_is_pack(each.parent) or _is_prepared(each))]
    if not kept:
        raise RequestError("pack_own_files", path=into)
    return kept


def _is_pack(folder: Path) -> bool:
    return (folder / PACK).is_file()


def _is_prepared(path: Path) -> bool:
    return path.parent.name in ("years", "findings") and _is_pack(path.parent.parent)


def _put_back(old: Path, into: Path) -> None:
    if old.is_dir() and not into.exists():
        old.rename(into)


def _move(fresh: Path, into: Path, old: Path) -> None:
    if into.exists():
        into.rename(old)
    try:
        fresh.rename(into)
    except OSError:
        _put_back(old, into)
        raise


def _clear(scratch: Path) -> None:
    for each in scratch.iterdir():
        if each.name != NAME:
            shutil.rmtree(each) if each.is_dir() else each.unlink(missing_ok=True)


@contextmanager
def _said_in_words(into: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise RequestError("pack_no_room" if full else "no_place", path=into.parent) from error
