"""One parent with the heavy libraries imported, and a fresh fork of it for every notebook.

    context       what starts processes that are forks of the parent; the batch uses it
    engine        the Papermill engine `qualityedu`: notebooks of anybody
    provisioner   a real kernel, forked from the same parent: nbval, nbmake, JupyterLab

Isolation is the operating system's: what a notebook does to its process ends with it. Where forking is not to be had
(Windows, macOS, a library that starts a thread when imported) ordinary processes and kernels take its place, which is
said once in the log.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qualityedu.report.warm.forking import Usage, WarmProcess, context, kill_group, stop
    from qualityedu.report.warm.fresh import is_fresh

__all__ = ["Usage", "WarmProcess", "context", "is_fresh", "kill_group", "stop"]

_HOMES = {
    "Usage": "forking",
    "WarmProcess": "forking",
    "context": "forking",
    "is_fresh": "fresh",
    "kill_group": "forking",
    "stop": "forking",
}


def __getattr__(name: str) -> Any:
    # Papermill loads the engine of everybody who has this package installed: that must not cost them anything.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
