"""Limits that a process sets to itself for as long as a notebook runs in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["limited_memory"]


@contextmanager
def limited_memory(size: int | None) -> Iterator[None]:
    """No more than `size` bytes of address space: beyond it, Python raises MemoryError. Where systems have this.

    Address space is more than memory: with the libraries loaded a process has about 1.5 GB of it before it begins.
    """
    if size is None:
        yield
        return
    import resource

    before, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, most))
