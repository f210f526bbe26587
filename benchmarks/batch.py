"""How long a run takes in which nothing, or next to nothing, changed.

python benchmarks/batch.py [--regions 1000] [--kilobytes 100]

Writes a table of so many regions with ten schools each, and beside it the folders that a run over them would leave:
real records and hashes, files of random bytes in place of the notebook and the formats, so many kilobytes a report.
Then the command is run as a person types it, in a process of its own each time, and timed by the clock:

    again       nothing changed; the first time after a run, every file is read
    once more   nothing changed; files that the system swears are the same are not read
    saved anew  the same rows in another order in another file
    one school  one school corrected (--dry-run: what would be done, and why)

Nothing starts a kernel. The baseline is the bare start of the command (`qualityedu --version`).
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from click import echo

from qualityedu.datasets import open_dataset
from qualityedu.report.jobs import jobs_of
from qualityedu.report.plan import plan
from qualityedu.report.record import close, rendering

HEAD = "区县代码,区县名称,学校标识码,学校名称,学段,学年,在校生数,专任教师数,骨干教师数,班级数"
YEAR = 2023
DESCRIPTION = """[dataset]
title = {zh = "示例", en = "Example"}
table = "schools.csv"
country = ""
synthetic = true
"""
FORMATS = ("html", "docx", "pdf", "xlsx")


def rows_of(regions: int) -> list[str]:
    """Ten schools for each region, their numbers drawn with a fixed seed."""
    draw = random.Random(20231122)
    found = []
    for region in range(regions):
        code = f"R{region:05}"
        for school in range(10):
            pupils = draw.randint(300, 1500)
            counts = f"{pupils},{pupils // 17},{draw.randint(2, 9)},{pupils // 42 + 1}"
            found.append(f"{code},第{region}区,{code}{school:04},第{school}小学,小学,{YEAR},{counts}")
    return found


def write_table(place: Path, rows: list[str]) -> None:
    """The rows under their headings, and the description of the table: of no country, so that any code will do."""
    place.with_suffix(".csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    place.write_text(DESCRIPTION, encoding="utf-8")


def write_reports(table: Path, into: Path, kilobytes: int) -> int:
    """The folders that a run would leave, and how many there are."""
    into.mkdir()
    jobs = jobs_of(open_dataset(table), str(table), year=YEAR, lang="en", into=into)
    tasks = plan(jobs, into=into, formats=FORMATS)
    block = os.urandom(kilobytes * 1024 // (len(FORMATS) + 1))
    copy = into / "copy.csv"
    shutil.copyfile(jobs[0].dataset.table, copy)
    for number, task in enumerate(tasks):
        share, data = task.folder / "share", task.folder / "data"
        share.mkdir(parents=True)
        data.mkdir()
        for name in FORMATS:
            (share / f"report.{name}").write_bytes(block + number.to_bytes(4, "big"))
        (task.folder / "report.ipynb").write_bytes(block)
        (task.folder / "numbers.txt").write_text(f"{number}\n", encoding="utf-8")
        os.link(copy, data / jobs[0].dataset.table.name)
        made = dict.fromkeys(FORMATS, "made")
        close(
            {**task.head, "headline": ["—"]},
            task.folder,
            rendered_by=rendering(task.job.request, task.job.title),
            formats=made,
        )
    copy.unlink()
    return len(tasks)


def timed(*words: str) -> tuple[float, str]:
    """Seconds by the clock, and what the command said last."""
    begun = time.perf_counter()
    command = [sys.executable, "-c", "from qualityedu.cli import main; main()", *words]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    lines = (done.stdout.strip() or done.stderr.strip()).splitlines()
    return time.perf_counter() - begun, f"exit {done.returncode}; {' '.join(lines[-2:]).split(' Open: ')[0]}"


def main() -> None:
    """Set up, run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--regions", type=int, default=1000)
    parser.add_argument("--kilobytes", type=int, default=100)
    chosen = parser.parse_args()
    with TemporaryDirectory(prefix="qualityedu-batch-") as folder:
        table, into = Path(folder, "schools.toml"), Path(folder, "reports")
        rows = rows_of(chosen.regions)
        write_table(table, rows)
        count = write_reports(table, into, chosen.kilobytes)
        time.sleep(2.5)
        words = ("report", str(table), "--year", str(YEAR), "--into", str(into), "--lang", "en")
        echo(f"{count} reports of {chosen.kilobytes} kB, {len(rows)} schools")
        echo(f"{'baseline':12}{timed('--version')[0]:7.2f} s")
        for name in ("again", "once more"):
            seconds, said = timed(*words)
            echo(f"{name:12}{seconds:7.2f} s  {said}")
        write_table(table, rows[::-1])
        seconds, said = timed(*words)
        echo(f"{'saved anew':12}{seconds:7.2f} s  {said}")
        write_table(table, [rows[0].rsplit(",", 1)[0] + ",99", *rows[1:]])
        seconds, said = timed(*words, "--dry-run")
        echo(f"{'one school':12}{seconds:7.2f} s  {said}")


if __name__ == "__main__":
    main()
