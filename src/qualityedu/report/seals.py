"""The notebooks that come with the package are run only as they came.

python -m qualityedu.report.seals

writes their fingerprints into `seals.json`, after one of them was changed on purpose.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from qualityedu.datasets import shipped

__all__ = ["is_sealed", "seal", "seals", "write_seals"]

_FILE = Path(__file__).with_name("seals.json")


def seal(path: Path) -> str:
    """The SHA-256 of what a notebook does: its cells' kinds, sources and tags. What it printed does not count."""
    seen = path.stat()
    return _seal(path, seen.st_mtime_ns, seen.st_size)


@lru_cache(maxsize=32)
def _seal(path: Path, _: int, __: int) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    said = [["".join(cell["source"]), cell["cell_type"], sorted(cell["metadata"].get("tags", []))] for cell in cells]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def seals() -> dict[str, str]:
    """The fingerprints with which the notebooks came, by name."""
    found: dict[str, str] = json.loads(_FILE.read_text(encoding="utf-8"))
    return found


def is_sealed(path: Path) -> bool:
    """Whether a notebook that comes with the package is as it came."""
    try:
        return seals().get(path.stem) == seal(path)
    except (ValueError, KeyError, TypeError):
        return False


def write_seals() -> Path:
    """Write the fingerprints of the notebooks as they are now, and say where."""
    found = {path.stem: seal(path) for path in sorted(shipped("notebooks").glob("*.ipynb"))}
    _FILE.write_text(json.dumps(found, indent=2, sort_keys=True) + "\n", encoding="utf-8", newline="\n")
    return _FILE


if __name__ == "__main__":
    write_seals()
