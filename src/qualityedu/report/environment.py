"""The machine that numbers were worked out on. It belongs in a record, and never into what is compared."""

from __future__ import annotations

import hashlib
import locale
import os
import platform
import sys
from importlib.metadata import distributions, version
from importlib.resources import files
from pathlib import Path
from typing import Any

__all__ = ["fingerprint"]


def fingerprint() -> dict[str, Any]:
    """What a reviewer asks for when two machines differ: system, processor, Python, linear algebra, every package.

    It says nothing about the person or the place: no host name, no user, no path.
    """
    return {
        "qualityedu": version("qualityedu"),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "processors": os.cpu_count() or 0,
        "byte_order": sys.byteorder,
        "linear_algebra": _linear_algebra(),
        "locale": ".".join(part or "C" for part in locale.getlocale()),
        "fonts": _fonts(),
        "packages": dict(sorted({each.name.lower(): each.version for each in distributions() if each.name}.items())),
    }


def _linear_algebra() -> str:
    import numpy

    found: Any = numpy.show_config(mode="dicts")
    used = (found or {}).get("Build Dependencies", {}).get("blas", {})
    return f"{used.get('name', '?')} {used.get('version', '?')}"


def _fonts() -> dict[str, str]:
    """The fonts that come with the package, by the start of their hash: pictures are drawn with no other."""
    found = sorted(Path(str(files("qualityedu")), "fonts").glob("*.otf"))
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:10] for path in found}
