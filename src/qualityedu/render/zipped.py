"""A zip whose bytes depend on what is in it, and on nothing else."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

__all__ = ["same_bytes"]

# The earliest moment that a zip can name.
_THEN = (1980, 1, 1, 0, 0, 0)


def same_bytes(archive: bytes) -> bytes:
    """The same zip with one date for all files, in the order in which they stand, and no mark of the machine."""
    held = io.BytesIO()
    with ZipFile(io.BytesIO(archive)) as given, ZipFile(held, "w", ZIP_DEFLATED) as made:
        for name in given.namelist():
            entry = ZipInfo(name, _THEN)
            entry.compress_type, entry.create_system = ZIP_DEFLATED, 0
            made.writestr(entry, given.read(name))
    return held.getvalue()
