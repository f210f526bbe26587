"""The small report that is kept in reports/sample/, for who wants to see one before installing anything.

python tests/sample_report.py

`make reproduce` makes it; tests/test_reproduce.py tells when its numbers are no longer those of the code.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from qualityedu.datasets import open_dataset
from qualityedu.report import jobs_of, make_batch

DATA, REGION, YEAR, LANG = "demo", "999901", 2023, "zh"
SAMPLE = Path(__file__).parents[1] / "reports" / "sample"
KEPT = {"report.html": "share/report.html", "numbers.txt": "numbers.txt"}


def make(sample: Path = SAMPLE) -> None:
    """The report on one county of the synthetic city, as a page and as the reviewer's numbers."""
    with TemporaryDirectory(prefix="sample-") as folder:
        into = Path(folder)
        jobs = jobs_of(open_dataset(DATA), DATA, year=YEAR, lang=LANG, into=into, regions=[REGION])
        (made,) = make_batch(jobs, into=into, formats=("html",), lang=LANG, workers=1).made
        if made.folder is None:
            raise SystemExit(f"{made.status}: {made.reason}")
        sample.mkdir(parents=True, exist_ok=True)
        for name, inside in KEPT.items():
            shutil.copyfile(made.folder / inside, sample / name)


if __name__ == "__main__":
    make()
