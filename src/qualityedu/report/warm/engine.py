"""The Papermill engine `qualityedu`: a fresh fork of the warm parent for every notebook.

    papermill --engine qualityedu in.ipynb out.ipynb -p region 330106
    papermill.execute_notebook("in.ipynb", "out.ipynb", engine_name="qualityedu")

Called in a fork of the warm parent in which nothing has run yet, it runs the cells right there. What a fork cannot
give is left to Papermill's ordinary engine: kernels of other languages or environments, and widgets.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from papermill.engines import NBClientEngine
from papermill.log import logger

__all__ = ["WarmEngine", "seed_of"]

# Widgets talk with the page through the kernel; these bring them.
_WIDGETS = re.compile(
    r"\b(ipywidgets|ipympl|ipyleaflet|ipyvolume|bqplot|pythreejs|FigureWidget|tqdm\.(auto|notebook))\b"
    r"|^\s*%matplotlib\s+(widget|notebook|ipympl|nbagg)",
    re.MULTILINE,
)


class WarmEngine(NBClientEngine):  # type: ignore[misc]
    """Options besides those of Papermill's own engine, all by name in `papermill.execute_notebook`.

    `seed` starts the generators of `random` and numpy (default: from the code cells, so that the same notebook with
    the same parameters draws the same numbers), `whole_timeout` is the time given to all cells together (s), and
    `memory_limit` the address space a notebook may take (bytes), `ordinary` asks for an ordinary kernel, and `held` is
    given the notebook as it is filled, which is there also where executing it fails.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        *,
        seed: int | None = None,
        whole_timeout: float | None = None,
        memory_limit: int | None = None,
        ordinary: bool = False,
        held: list[NotebookNode] | None = None,
        **options: Any,
    ) -> Any:
        """Execute the notebook in a fork, or in an ordinary kernel where one is needed."""
        if held is not None:
            held.append(nb_man.nb)
        given = {"log_output": log_output, "stdout_file": stdout_file, "stderr_file": stderr_file}
        with ExitStack() as stack:
            shell = None
            if not ordinary and _needs_kernel(nb_man.nb, kernel_name, options) is None:
                started = seed if seed is not None else seed_of(nb_man.nb)
                shell = stack.enter_context(_shell(started, memory_limit))
            if shell is None:
                return super().execute_managed_notebook(
                    nb_man,
                    kernel_name,
                    start_timeout=start_timeout,
                    execution_timeout=_smaller(execution_timeout, whole_timeout),
                    **given,
                    **options,
                )
            from qualityedu.report.warm.client import WarmClient, save_failed

            options.pop("input_path", None)
            options["timeout"] = execution_timeout or options.get("timeout")
            options |= given | {"log": logger, "kernel_name": kernel_name, "startup_timeout": start_timeout}
            try:
                return WarmClient(nb_man, shell, whole=whole_timeout, **options).execute()
            except BaseException:
                save_failed(nb_man)
                raise


def seed_of(notebook: NotebookNode) -> int:
    """A number from the code cells of a notebook, its parameters included."""
    sources = "\0".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return int.from_bytes(hashlib.sha256(sources.encode()).digest()[:8], "big")


@contextmanager
def _shell(seed: int, memory: int | None) -> Iterator[Any]:
    from qualityedu.report import warm

    if warm.is_fresh():
        from qualityedu.report.warm.limits import limited_memory
        from qualityedu.report.warm.shell import Shell

        take()
        shell = Shell(seed=seed)
        try:
            with limited_memory(memory):
                yield shell
        finally:
            shell.close()
        return
    context = warm.context()
    if context.get_start_method() == "spawn":
        yield None
        return
    from qualityedu.report.warm.remote import RemoteShell

    with RemoteShell(context, seed=seed, memory=memory) as remote:
        yield remote


def take() -> None:
    from qualityedu.report.warm import fresh

    fresh.take()


def _needs_kernel(notebook: NotebookNode, kernel_name: str, options: dict[str, Any]) -> str | None:
    """Why this notebook is for an ordinary kernel; None where it is not."""
    if not _is_this_python(kernel_name):
        return "another kernel"
    if any(cell.cell_type == "code" and _WIDGETS.search(cell.source) for cell in notebook.cells):
        return "widgets"
    return next((name for name in options if name.startswith("on_") or name == "km"), None)


def _is_this_python(kernel_name: str) -> bool:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec(kernel_name)
    except NoSuchKernel:
        return False  # the ordinary engine says so
    command = spec.argv[0] if spec.argv else ""
    same = command in ("python", "python3") or Path(command).absolute() == Path(sys.executable).absolute()
    return same and "ipykernel_launcher" in spec.argv and not spec.env


def _smaller(one: float | None, other: float | None) -> Any:
    return min((each for each in (one, other) if each), default=None)
