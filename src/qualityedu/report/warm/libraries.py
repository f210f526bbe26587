"""What the warm parent imports and runs once, so that no report has to; and who starts a thread, and when."""

from __future__ import annotations

import gc
import io
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

__all__ = ["Step", "load", "threads"]

Step = tuple[str, list[str]]

# Those that notebooks import, and those that run them.
_LIBRARIES = (
    "numpy",
    "pyarrow",
    "pyarrow.parquet",
    "pandas",
    "scipy.stats",
    "scipy.optimize",
    "statsmodels.api",
    "statsmodels.formula.api",
    "matplotlib",
    "matplotlib.pyplot",
    "seaborn",
    "jinja2",
    "nbformat",
    "nbclient",
    "papermill",
    "stack_data",
    "qualityedu",
)
_ROOMS = ("intake", "findings", "release", "models", "tables", "figures", "render", "report")


def load(prepare: Sequence[tuple[str, tuple[object, ...]]]) -> Iterator[Step]:
    """Import, warm up and prepare, step by step: each step's name and the threads it left running.

    `prepare` holds functions as `package.module:function` with their arguments. What a step starts cannot be undone,
    so the caller must look.
    """
    # A shell first: pyplot and pandas ask, when they are imported, whether there is one.
    from qualityedu.report.warm.shell import create_shell

    shell = create_shell()
    yield "IPython", threads()
    with shell.builtin_trap, _hidden("polars"):
        for name in (*_LIBRARIES, *(f"qualityedu.{room}" for room in _ROOMS)):
            import_module(name)
            yield name, threads()
    _polars_later()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for step in (_cells, _tables, _models, _figures, _notebooks):
            step()
            yield step.__name__, threads()
    for target, arguments in prepare:
        module, _, function = target.partition(":")
        getattr(import_module(module), function)(*arguments)
        yield target, threads()
    gc.collect()
    gc.freeze()


def threads() -> list[str]:
    """The names of the threads of this process besides its first, as the operating system knows them."""
    own = str(os.getpid())
    return sorted((each / "comm").read_text().strip() for each in Path("/proc/self/task").iterdir() if each.name != own)


@contextmanager
def _hidden(name: str) -> Iterator[None]:
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


class _PolarsIfAny(type):
    def __instancecheck__(cls, thing: object) -> bool:
        polars = sys.modules.get("polars")
        return polars is not None and isinstance(thing, (polars.DataFrame, polars.Series))


def _polars_later() -> None:
    # statsmodels imports polars wherever it is installed, and polars starts a thread. It only asks what a table is.
    import statsmodels.tools.data

    statsmodels.tools.data._POLARS_TYPES = (_PolarsIfAny("Polars", (), {}),)


def _cells() -> None:
    from IPython.core.interactiveshell import InteractiveShell

    shell: Any = InteractiveShell.instance()
    # Silent and without history: the first cell of a notebook is still number one.
    shell.run_cell("pass", store_history=False, silent=True)


def _tables() -> None:
    import pandas
    from IPython.core.interactiveshell import InteractiveShell

    table = pandas.DataFrame({"name": ["a", "b", "a"], "value": [1.0, 2.5, None]})
    summary = table.groupby("name", observed=True)["value"].agg(["mean", "count"]).reset_index()
    styled = summary.style.format(precision=2).set_caption("a").background_gradient()
    shell: Any = InteractiveShell.instance()
    for each in (table, summary.merge(table, on="name"), styled):
        shell.display_formatter.format(each)


def _models() -> None:
    import numpy
    import pandas
    import statsmodels.formula.api as formulas

    random = numpy.random.default_rng(0)
    table = pandas.DataFrame(random.normal(size=(60, 2)), columns=["y", "x"]).assign(unit=numpy.arange(60) % 6)
    clusters = {"groups": table["unit"]}
    for fitted in (
        formulas.ols("y ~ x", table).fit(cov_type="HC3"),
        formulas.ols("y ~ x + C(unit)", table).fit(cov_type="cluster", cov_kwds=clusters),
        formulas.mixedlm("y ~ x", table, groups=table["unit"]).fit(),
    ):
        summary = fitted.summary()
        repr(summary)
        summary._repr_html_()


def _figures() -> None:
    import matplotlib
    import matplotlib.pyplot as plt
    import pandas
    import seaborn
    from IPython.core.interactiveshell import InteractiveShell

    table = pandas.DataFrame({"kind": list("abab"), "x": [1.0, 2.0, 3.0, 4.0], "y": [2.0, 1.0, 4.0, 3.0]})
    plt.close(plt.figure())  # sets up the backend, which is to stay; what the others set is not
    with matplotlib.rc_context():
        for draw, columns in (
            (seaborn.regplot, {"x": "x", "y": "y"}),
            (seaborn.scatterplot, {"x": "x", "y": "y", "hue": "kind"}),
            (seaborn.lineplot, {"x": "x", "y": "y"}),
            (seaborn.boxplot, {"x": "kind", "y": "y"}),
            (seaborn.barplot, {"x": "kind", "y": "y"}),
            (seaborn.histplot, {"x": "x"}),
        ):
            figure, axes = plt.subplots()
            draw(data=table, ax=axes, **columns)
            figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")
            plt.close(figure)
    # pyplot draws every open figure after each cell, the inline backend then draws it again to show it.
    InteractiveShell.instance().events.unregister("post_execute", plt._draw_all_if_interactive)


def _notebooks() -> None:
    import nbformat

    # The first check of a notebook compiles the schema.
    nbformat.validate(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]))
