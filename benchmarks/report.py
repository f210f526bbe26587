"""Reports per region: what each way of executing a notebook costs, as ratios to named baselines of the same run.

Every mode is a process of its own, started afresh in each round; the order is turned round every second round. CPU
seconds are those of the whole process tree. `steady` leaves out start-up (imports, the warm parent), `all in` does not.
The machine is hardly ever idle: ratios are taken within a round, and the median over rounds is printed.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

HERE = Path(__file__).parent
REGIONS_OF_DEMO = [f"99990{number}" for number in range(1, 9)]
Job = tuple[str, dict[str, Any], str]
Round = dict[str, dict[str, float]]

# The baseline of each ratio: the plain loop for the modes that make one report at a time, the pool for those with two
# workers and HTML.
LOOP, FLOOR, POOL = "papermill loop", "plain script", "papermill pool of 2 + HTML"


def make_data(folder: Path, regions: int) -> None:
    """Synthetic schools, 200 a region over three years, from a fixed seed."""
    import numpy as np
    import pandas as pd

    for number in range(regions):
        random = np.random.default_rng(number)
        school, size = np.tile(np.arange(200), 3), 600
        pupils = random.integers(100, 1200, size)
        poverty = random.uniform(0, 0.6, 200)[school]
        funds = pupils * random.normal(9.0, 1.5, size).clip(4)
        table = pd.DataFrame(
            {
                "region": f"r{number:03d}", "school": school, "authority": school % 6,
                "year": np.repeat([2021, 2022, 2023], 200),
                "stage": "primary", "pupils": pupils, "teachers": (pupils / random.uniform(12, 22, size)).round() + 1,
                "graduates": pupils // 25, "funds": funds, "area": pupils * random.uniform(3, 9, size),
                "books": pupils * 20, "computers": pupils // 6, "poverty": poverty,
                "score": 60 + 1.2 * funds / pupils - 15 * poverty + random.normal(0, 4, size),
            }
        )  # fmt: skip
        table.to_parquet(folder / f"r{number:03d}.parquet", index=False)


def jobs(workload: str, regions: int, folder: Path) -> list[Job]:
    """Notebook, parameters and name of each report."""
    if workload == "reference":
        notebook = str(HERE / "reference.ipynb")
        return [(notebook, {"region": f"r{n:03d}", "folder": str(folder)}, f"r{n:03d}") for n in range(regions)]
    notebook = str(HERE.parent / "notebooks" / "region_report.ipynb")
    given = [REGIONS_OF_DEMO[n % 8] for n in range(regions)]
    return [(notebook, {"region": region, "lang": "zh"}, f"{n:03d}") for n, region in enumerate(given)]


# What a mode does with one report.


@lru_cache(maxsize=1)
def exporter() -> Any:
    """One exporter a process, its templates compiled once; the code is hidden, as in a report."""
    from nbconvert import HTMLExporter

    found = HTMLExporter(exclude_input=True)
    from nbformat.v4 import new_code_cell, new_notebook

    found.from_notebook_node(new_notebook(cells=[new_code_cell("1")]))
    return found


def to_html(notebook: Any, out: Path) -> None:
    out.with_suffix(".html").write_text(exporter().from_notebook_node(notebook)[0], encoding="utf-8")


def by_papermill(job: Job, out: Path, engine: str | None = None, **options: Any) -> Any:
    import papermill

    path, parameters, name = job
    target = str(out / f"{name}.ipynb")
    return papermill.execute_notebook(
        path, target, parameters=parameters, engine_name=engine, progress_bar=False, **options
    )


def by_papermill_with_html(job: Job, out: Path) -> None:
    to_html(by_papermill(job, out), out / job[2])


def by_nbclient(job: Job, out: Path) -> None:
    import nbformat
    from nbclient import NotebookClient
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    notebook = parameterize_notebook(load_notebook_node(job[0]), job[1])
    NotebookClient(notebook, kernel_name="python3").execute()
    nbformat.write(notebook, out / f"{job[2]}.ipynb")


def by_script(job: Job, out: Path) -> None:
    """The cells run by `exec`, results as text and HTML, figures as PNG: the same work without any machinery."""
    import ast

    import matplotlib.pyplot as plt
    import nbformat

    names: dict[str, Any] = {"__name__": "__main__"}
    with warnings.catch_warnings(), (out / f"{job[2]}.txt").open("wb") as file:
        warnings.simplefilter("ignore")
        for cell in nbformat.read(job[0], as_version=4).cells:
            if cell.cell_type != "code":
                continue
            body = ast.parse(cell.source)
            last = body.body.pop() if isinstance(body.body[-1], ast.Expr) else None
            exec(compile(body, "cell", "exec"), names)
            if "parameters" in cell.metadata.get("tags", []):
                names.update(job[1])
            shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last is not None else None
            for form in ("__repr__", "_repr_html_", "_repr_latex_"):
                if shown is not None and hasattr(shown, form):
                    file.write(str(getattr(shown, form)()).encode())
            for number in plt.get_fignums():
                picture = io.BytesIO()
                plt.figure(number).savefig(picture, format="png", bbox_inches="tight")
                file.write(picture.getvalue())
            plt.close("all")


def by_ploomber(job: Job, out: Path) -> None:
    from ploomber_engine import execute_notebook

    execute_notebook(job[0], str(out / f"{job[2]}.ipynb"), parameters=job[1], progress_bar=False)


def in_fork(job: Job, out: str, html: bool) -> None:
    """In a fresh fork of the warm parent: the cells run in that very process."""
    notebook = by_papermill(job, Path(out), "qualityedu", request_save_on_cell_execute=False)
    if html:
        to_html(notebook, Path(out) / job[2])


# Modes: each is told when it is ready, and makes all reports.


def one_by_one(work: Callable[[Job, Path], Any], imports: tuple[str, ...]) -> Callable[..., None]:
    def mode(todo: list[Job], out: Path, ready: Callable[[], None]) -> None:
        for name in imports:
            __import__(name)
        ready()
        for job in todo:
            work(job, out)

    return mode


def script(todo: list[Job], out: Path, ready: Callable[[], None]) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    for name in ("matplotlib.pyplot", "seaborn", "statsmodels.formula.api", "pandas", "qualityedu.report"):
        __import__(name)
    by_script(todo[0], out)  # warm, as the parent is
    ready()
    for job in todo:
        by_script(job, out)


def pool(todo: list[Job], out: Path, ready: Callable[[], None]) -> None:
    with ProcessPoolExecutor(2) as workers:
        ready()
        list(workers.map(by_papermill_with_html, todo, [out] * len(todo)))


def engine(todo: list[Job], out: Path, ready: Callable[[], None]) -> None:
    import papermill  # noqa: F401

    from qualityedu.report import warm

    warm.context()
    ready()
    for job in todo:
        by_papermill(job, out, "qualityedu")


def forks(workers: int, html: bool) -> Callable[..., None]:
    def mode(todo: list[Job], out: Path, ready: Callable[[], None]) -> None:
        from multiprocessing.connection import wait

        from qualityedu.report import warm

        context: Any = warm.context([("report:exporter", ())] if html else [])
        if context.get_start_method() == "spawn":
            raise SystemExit("the warm parent did not start")
        ready()
        waiting, running = list(reversed(todo)), set()
        while waiting or running:
            while waiting and len(running) < workers:
                process = context.Process(target=in_fork, args=(waiting.pop(), str(out), html))
                process.start()
                running.add(process)
            wait([each.sentinel for each in running])
            for process in [each for each in running if not each.is_alive()]:
                running.discard(process)
                if process.exitcode:
                    raise SystemExit(f"a report ended with {process.exitcode}")

    return mode


PAPERMILL = ("papermill",)
MODES: dict[str, Callable[..., None]] = {
    FLOOR: script,
    LOOP: one_by_one(by_papermill, PAPERMILL),
    "nbclient loop": one_by_one(by_nbclient, (*PAPERMILL, "nbclient")),
    "ploomber-engine loop": one_by_one(by_ploomber, ("ploomber_engine",)),
    "papermill --engine qualityedu, loop": engine,
    "one fork a report": forks(1, html=False),
    POOL: pool,
    "one fork a report, 2 workers + HTML": forks(2, html=True),
}
WITH_HTML = {name for name in MODES if "HTML" in name}
MISSING = {"ploomber-engine loop"} if find_spec("ploomber_engine") is None else set()


def tree_cpu() -> float:
    """CPU seconds of this process, its descendants, and those of them that ended."""
    import psutil

    total = 0.0
    for process in (own := psutil.Process(), *own.children(recursive=True)):
        try:
            total += sum(process.cpu_times()[:4])
        except psutil.NoSuchProcess:
            continue
    return total


def run_mode(name: str, workload: str, regions: int, data: str) -> None:
    """In the process of a mode: print what it took."""
    begun, at = time.perf_counter(), {}

    def ready() -> None:
        at.update(wall=time.perf_counter() - begun, cpu=tree_cpu())

    with TemporaryDirectory() as out:
        MODES[name](jobs(workload, regions, Path(data)), Path(out), ready)
        wall, cpu = time.perf_counter() - begun, tree_cpu()
        pages = len(list(Path(out).glob("*.html"))), len(list(Path(out).glob("*.ipynb")))
    if (name in WITH_HTML and pages[0] != regions) or (name != FLOOR and pages[1] != regions):
        raise SystemExit(f"{name}: {pages} files for {regions} regions")
    taken = {"wall": wall, "cpu": cpu, "steady_wall": wall - at["wall"], "steady_cpu": cpu - at["cpu"]}
    print(json.dumps(taken))  # noqa: T201


def run(name: str, workload: str, regions: int, data: Path) -> dict[str, float]:
    command = f"import report; report.run_mode({name!r}, {workload!r}, {regions}, {str(data)!r})"
    environment = os.environ | {"PYTHONPATH": str(HERE), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", command], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{name}:\n{done.stderr[-3000:]}")
    taken: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return taken


def rounds(
    names: list[str], workload: str, regions: int, count: int, data: Path
) -> Iterator[dict[str, dict[str, float]]]:
    for number in range(count):
        order = names if number % 2 == 0 else names[::-1]
        taken = {name: run(name, workload, regions, data) for name in order}
        print(json.dumps(taken), file=sys.stderr, flush=True)  # noqa: T201
        yield taken


def show(results: list[Round], names: list[str], regions: int) -> None:
    """The table for benchmarks/README.md."""

    def times(name: str, measure: str, baseline: str) -> str:
        if any(name not in each or baseline not in each for each in results):
            return "–"
        return f"{median(each[baseline][measure] / each[name][measure] for each in results):.2f}"

    print("| mode | CPU s a report, steady | wall s a report, steady | speed-up on the loop, steady: CPU / wall"  # noqa: T201
          " | time of the script: CPU / wall | speed-up on the pool, all in: CPU / wall |")  # fmt: skip
    print("|---|---:|---:|---:|---:|---:|")  # noqa: T201
    for name in names:
        if name in MISSING:
            print(f"| {name} | not installed | | | | |")  # noqa: T201
            continue
        steady = ("steady_cpu", "steady_wall")
        each = [median(result[name][measure] for result in results) / regions for measure in steady]
        loop = f"{times(name, 'steady_cpu', LOOP)} / {times(name, 'steady_wall', LOOP)}"
        over = [times(FLOOR, measure, name) for measure in steady]
        of_pool = f"{times(name, 'cpu', POOL)} / {times(name, 'wall', POOL)}" if name in WITH_HTML else ""
        print(f"| {name} | {each[0]:.2f} | {each[1]:.2f} | {loop} | {' / '.join(over)} | {of_pool} |")  # noqa: T201


def memory(regions: int, data: Path) -> None:
    """Memory of the batch process and of the warm parent while it makes many reports."""
    import psutil

    sys.path.insert(0, str(HERE))
    import report  # the name by which a fork finds its work

    from qualityedu.report import warm

    os.environ["PYTHONPATH"] = str(HERE)
    context: Any = warm.context()
    own = psutil.Process()
    with TemporaryDirectory() as out:
        notebook, parameters, _ = report.jobs("reference", 1, data)[0]
        for number in range(regions):
            job = notebook, parameters, f"{number:04d}"
            process = context.Process(target=report.in_fork, args=(job, out, False))
            process.start()
            process.join()
            if number in (0, 9) or (number + 1) % 50 == 0:
                parent = max(own.children(), key=lambda each: each.memory_info().rss)
                held = [each.memory_info().rss / 2**20 for each in (own, parent)]
                peak = process.usage.peak_memory / 2**20
                line = (
                    f"{number + 1:>5} reports: batch {held[0]:.0f} MB, warm parent {held[1]:.0f} MB, a report at most"
                )
                print(f"{line} {peak:.0f} MB", flush=True)  # noqa: T201


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--regions", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workload", choices=("reference", "region_report"), default="reference")
    parser.add_argument("--modes", nargs="*", default=list(MODES), choices=list(MODES), metavar="MODE")
    parser.add_argument(
        "--memory", type=int, metavar="REGIONS", help="instead: memory while that many reports are made"
    )
    asked = parser.parse_args()
    names = [name for name in MODES if name in asked.modes]
    with TemporaryDirectory(prefix="qe-bench-") as folder:
        make_data(Path(folder), 1 if asked.memory else asked.regions)
        if asked.memory:
            memory(asked.memory, Path(folder))
            return
        present = [name for name in names if name not in MISSING]
        results = list(rounds(present, asked.workload, asked.regions, asked.rounds, Path(folder)))
    show(results, names, asked.regions)


if __name__ == "__main__":
    main()
