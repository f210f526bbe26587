"""Reports on a nation's table: time and memory of a report do not grow with the table it is one region of.

    python benchmarks/pack.py                                # 0.2 and 2 million rows, 40 and 200 reports; half an hour
    python benchmarks/pack.py --rows 200000 --reports 20     # a trial

For each size a table of an imaginary nation is packed (`qualityedu pack --unchecked`: the check of every cell is timed
apart, on some regions), all its county reports are planned, and so many of them made, spread over the country, in every
format. A county has about seven hundred rows whatever the size. Printed are medians over the reports, the most memory
that one held (of it, what its warm parent had read is shared), and the ratio to the smallest table.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

from click import echo

from qualityedu.cli import main as command
from qualityedu.datasets import open_dataset
from qualityedu.datasets.pack import read_pack
from qualityedu.intake import check
from qualityedu.report import Made, jobs_of, make_batch
from qualityedu.report.plan import plan

sys.path.insert(0, str(Path(__file__).parent))
from national_table import write

YEAR = 2023
FORMATS = ("html", "docx", "pdf", "xlsx")
_CHECKED = 10


def measured(folder: Path, rows: int, reports: int, workers: int) -> dict[str, float]:
    """One table: packed, planned, and some of its reports made."""
    table, packed = write(folder / f"{rows}.parquet", rows), folder / f"nation-{rows}"
    start = time.perf_counter()
    try:
        with redirect_stdout(io.StringIO()):
            command(["pack", str(table), "--into", str(packed), "--year", str(YEAR), "--unchecked"])
    except SystemExit as ended:
        if ended.code:
            raise
    packing = time.perf_counter() - start
    pack, dataset = read_pack(packed), open_dataset(packed)
    start = time.perf_counter()
    for code in list(pack.regions)[:_CHECKED]:
        check(pack.table_of(code))
    checking = (time.perf_counter() - start) / min(_CHECKED, len(pack.regions))
    into = folder / f"reports-{rows}"
    start = time.perf_counter()
    jobs = jobs_of(dataset, str(packed), year=YEAR, lang="zh", into=into)
    planned = len(plan(jobs, into=into, formats=FORMATS))
    planning = time.perf_counter() - start
    of_regions = [job for job in jobs if "region" in job.request.parameters]
    chosen = of_regions[:: max(1, len(of_regions) // reports)][:reports]
    start = time.perf_counter()
    made = make_batch(chosen, into=into, formats=FORMATS, lang="zh", workers=workers).made
    making = time.perf_counter() - start
    for each in made:
        if each.status != "made":
            raise AssertionError(f"{each.job.name}: {each.status} {each.reason}")
    return {
        "rows": rows, "counties": len(pack.regions), "packed": packing, "check": checking, "planned": planned,
        "plan": planning, "made": len(made), "all": making / len(made), **_of_reports(made),
    }  # fmt: skip


def _of_reports(made: list[Made]) -> dict[str, float]:
    return {
        "seconds": statistics.median(each.seconds for each in made),
        "cpu": statistics.median(each.cpu for each in made),
        "memory": max(each.memory for each in made) / 1e6,
    }


def main() -> None:
    """Measure each size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[200_000, 2_000_000])
    parser.add_argument("--reports", type=int, nargs="+", default=[40, 200], help="for each of `--rows`")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    found = []
    for rows, reports in zip(given.rows, given.reports, strict=True):
        with TemporaryDirectory(prefix="national-") as folder:
            found.append(measured(Path(folder), rows, reports, given.workers))
    first = found[0]
    echo(
        "| rows | counties | packed s | check s a county | planned | in s | made | s a report all in | s | CPU s | MB |"
    )
    echo("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for each in found:
        ratio = {name: f" ({each[name] / first[name]:.2f}×)" for name in ("all", "seconds", "cpu", "memory")}
        echo(
            f"| {each['rows']:,} | {each['counties']:,} | {each['packed']:.0f} | {each['check']:.2f} "
            f"| {each['planned']:,} | {each['plan']:.1f} | {each['made']} | {each['all']:.2f}{ratio['all']} "
            f"| {each['seconds']:.2f}{ratio['seconds']} | {each['cpu']:.2f}{ratio['cpu']} "
            f"| {each['memory']:,.0f}{ratio['memory']} |"
        )


if __name__ == "__main__":
    main()
