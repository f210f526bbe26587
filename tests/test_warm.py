"""The Papermill engine: nothing leaks, everything is kept as Papermill keeps it, and every end is told truthfully."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from conftest import ROOT
from qualityedu.report import warm
from qualityedu.report.warm import engine, forking
from qualityedu.text import LANGUAGES, say

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forking is to be had on Linux only")

SPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}

# A process that outlives the test is found by this word in its environment.
SIGN = f"QUALITYEDU_TEST={os.getpid()}"


@pytest.fixture(autouse=True)
def _sign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(*SIGN.split("="))


def _notebook(path: Path, *sources: str, tags: dict[int, list[str]] | None = None) -> Path:
    cells = [new_code_cell(source) for source in sources]
    for position, given in (tags or {}).items():
        cells[position].metadata["tags"] = given
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": SPEC}), path)
    return path


def _run(path: Path, *, engine_name: str | None = "qualityedu", **options: Any) -> NotebookNode:
    out = path.with_name(f"{path.stem}-{engine_name}.ipynb")
    return papermill.execute_notebook(path, out, engine_name=engine_name, progress_bar=False, **options)


def _kept(path: Path) -> NotebookNode:
    return nbformat.read(path.with_name(f"{path.stem}-qualityedu.ipynb"), as_version=4)


def _text(cell: NotebookNode) -> str:
    return "".join(each.get("text", "") or each.get("data", {}).get("text/plain", "") for each in cell.outputs)


def _statuses(notebook: NotebookNode) -> list[str]:
    cells = [cell for cell in notebook.cells if "papermill-error-cell-tag" not in cell.metadata.get("tags", [])]
    return [cell.metadata.papermill.status for cell in cells]


def _signed() -> list[int]:
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            if SIGN.encode() in (each / "environ").read_bytes() and int(each.name) != os.getpid():
                found.append(int(each.name))
        except OSError:
            continue
    return found


def _gone(pids: list[int], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not [pid for pid in pids if Path(f"/proc/{pid}/stat").exists() and not _is_zombie(pid)]:
            return True
        time.sleep(0.05)
    return False


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


# One cell for each kind of state that a notebook can leave behind, and what another would see of it.
STATE = {
    "pandas options": ("import pandas; pandas.options.display.max_rows = 3", "pandas.options.display.max_rows"),
    "matplotlib": ("import matplotlib; matplotlib.rcParams['font.size'] = 33", "matplotlib.rcParams['font.size']"),
    "open figures": ("import matplotlib.pyplot as plt; import matplotlib_inline.config as c; "
                     "c.InlineBackend.instance().close_figures = False; plt.figure()", "len(plt.get_fignums())"),
    "seaborn theme": ("import seaborn; seaborn.set_theme(style='dark')", "matplotlib.rcParams['axes.facecolor']"),
    "environment": ("import os; os.environ['LEFT'] = '1'", "os.environ.get('LEFT')"),
    "paths": ("import sys; sys.path.append('/left')", "'/left' in sys.path"),
    "decimals": ("import decimal; decimal.getcontext().prec = 3", "decimal.getcontext().prec"),
    "patches": ("import json; json.dumps = print", "json.dumps is print"),
    "builtins": ("import builtins; builtins.left = 1", "hasattr(builtins, 'left')"),
    "numpy": ("import numpy; numpy.set_printoptions(precision=2)", "numpy.get_printoptions()['precision']"),
    "modules": ("import types; sys.modules['left'] = types.ModuleType('left')", "'left' in sys.modules"),
    "time zone": ("import time; os.environ['TZ'] = 'Asia/Shanghai'; time.tzset()", "time.timezone"),
    "folder": ("os.chdir('/')", "os.getcwd()"),
    "memory": ("held = bytearray(10**8)", "'held' in globals()"),
    "random state": ("import random; random.seed(1); numpy.random.seed(1)", "random.random(), numpy.random.random()"),
    "warnings": ("import warnings; warnings.simplefilter('error')", "[each[0] for each in warnings.filters][0]"),
}  # fmt: skip


@pytest.mark.slow
class TestIsolation:
    def test_nothing_leaks_from_one_notebook_to_the_next(self, tmp_path: Path) -> None:
        poison = [source for source, _ in STATE.values()]
        imports = "import pandas, numpy, matplotlib, seaborn, os, sys, decimal, json, builtins, time, random, warnings"
        look = f"{imports}, types\nimport matplotlib.pyplot as plt"
        seen = [f"({each})" for _, each in STATE.values()]
        before = _run(_notebook(tmp_path / "look.ipynb", look, *seen))
        poisoned = _run(_notebook(tmp_path / "poison.ipynb", *poison, *seen))
        after = _run(_notebook(tmp_path / "look.ipynb", look, *seen))
        clean, again = ([_text(cell) for cell in each.cells[1:]] for each in (before, after))
        assert dict(zip(STATE, again, strict=True)) == dict(zip(STATE, clean, strict=True))
        # That the poison was one: in its own notebook everything looks different.
        left = [_text(cell) for cell in poisoned.cells[len(poison) :]]
        assert [name for name, one, other in zip(STATE, left, clean, strict=True) if one == other] == []

    def test_random_numbers_follow_from_the_notebook_and_its_parameters(self, tmp_path: Path) -> None:
        draw = "import random, numpy\nrandom.random(), numpy.random.random()"
        path = _notebook(tmp_path / "a.ipynb", "region = ''", draw, tags={0: ["parameters"]})
        one, again = (_text(_run(path, parameters={"region": "1"}).cells[-1]) for _ in range(2))
        other = _text(_run(path, parameters={"region": "2"}).cells[-1])
        asked = [_text(_run(path, seed=seed).cells[-1]) for seed in (1, 1, 2)]
        assert one == again
        assert len({one, other, asked[0], asked[2]}) == 4
        assert asked[0] == asked[1]

    def test_a_notebook_runs_where_and_as_its_caller_stands(self, tmp_path: Path, monkeypatch: Any) -> None:
        monkeypatch.setenv("ASKED_NOW", "yes")
        path = _notebook(tmp_path / "a.ipynb", "import os; print(os.environ['ASKED_NOW'], os.getcwd(), __name__)")
        assert _text(_run(path, cwd=tmp_path).cells[0]) == f"yes {tmp_path} __main__\n"

    def test_every_notebook_has_a_process_group_of_its_own(self, tmp_path: Path) -> None:
        path = _notebook(tmp_path / "a.ipynb", "import os; print(os.getpid(), os.getpgid(0))")
        one, other = (_text(_run(path).cells[0]).split() for _ in range(2))
        assert one[0] == one[1]
        assert one != other


TORTURE = (
    "region = 'x'",
    "import sys; print('a'); print('b')\n1 + 1",
    "import os; print('first'); os.system('echo second'); print('third'); _ = os.write(1, b'fourth\\n')",
    "!echo bang\n!echo bad 1>&2",
    "%%bash\necho from bash",
    "from IPython.display import HTML, Markdown, SVG, clear_output, display\n"
    "shown = display('first', display_id='one'); shown.update('second'); display(HTML('<b>x</b>'))",
    "print('gone'); clear_output(); print('kept')",
    "print('gone'); clear_output(wait=True); print('kept')",
    "shown.update(HTML('<i>third</i>'))",
    "import asyncio\nawait asyncio.sleep(0.01); 'awaited'",
    "async def later():\n    return 7\nawait later()",
    "import pandas as pd\nframe = pd.DataFrame({'a': [1, 2, None], 'b': list('xyz')}); frame",
    "pd.options.display.max_columns, pd.options.display.max_rows, pd.options.display.notebook_repr_html",
    "frame.style.format(precision=1).set_uuid('abcde').set_caption('c')",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2, 3]); plt.title('t'); plt.show()",
    "figure, axes = plt.subplots(); axes.plot([3, 1, 2]); axes",
    "figure",
    "plt.plot([1]);",
    "import warnings; warnings.warn('careful'); warnings.warn('old', DeprecationWarning)",
    'SVG(\'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"></svg>\')',
    "%who_ls",
    "len?",
    "_, __, In[2][:5], Out[3]",
    "listed = !echo one; echo two\nlisted",
    "import logging; logging.warning('log'); print('%d' % 3, end='')",
    "Markdown('**m**')",
    "import statsmodels.api as sm\nsm.OLS([1.0, 2, 3, 5], [[1, 1.0], [1, 2], [1, 3], [1, 4.5]]).fit().params",
    "%%capture held\nprint('captured')",
    "held.stdout",
    "for i in range(3): print(i)\n'not shown';",
    "__name__, '__file__' in globals(), sys.path.index('') > 0, sys.stdout.isatty()",
    "try: input('x')\nexcept Exception as error: print(type(error).__name__, error)",
    "import getpass\ntry: getpass.getpass('x')\nexcept Exception as error: print(type(error).__name__)",
    "class Both:\n    def _repr_html_(self): return '<p>A</p>'\n"
    "    def _repr_mimebundle_(self, include=None, exclude=None):\n"
    "        return {'text/plain': 'A', 'application/a+json': {'k': [1, 2]}}, {'isolated': (1, 2)}\nBoth()",
    "def fail(): return 1 / 0\nfail()",
    "print('after')",
)
# What differs between any two runs: process numbers, addresses, names of compiled cells.
_CHANGING = (
    (re.compile(r"ipykernel_\d+(/\d+\.py)?"), "ipykernel"),
    (re.compile(r"0x[0-9a-f]{6,}"), "0x"),
)


def _shown(notebook: NotebookNode) -> list[Any]:
    shown = []
    for cell in notebook.cells:
        outputs: list[dict[str, Any]] = []
        for output in json.loads(json.dumps(cell.get("outputs", []))):
            last = outputs[-1] if outputs else {}
            if output["output_type"] == last.get("output_type") == "stream" and output["name"] == last["name"]:
                last["text"] += output["text"]  # a kernel cuts by the clock
            else:
                outputs.append(output)
        if "os.write(1" in cell.source:  # a kernel loses the order of what goes past Python
            outputs = [{**each, "text": sorted(each["text"].splitlines())} for each in outputs]
        text = json.dumps([cell.source, cell.get("execution_count"), outputs], sort_keys=True)
        for pattern, instead in _CHANGING:
            text = pattern.sub(instead, text)
        shown.append(json.loads(text))
    return shown


def _without_times(notebook: NotebookNode) -> Any:
    told = json.loads(json.dumps(notebook.metadata))
    for cell in notebook.cells:
        told.setdefault("cells", []).append(json.loads(json.dumps(cell.metadata)))
    for each in (told["papermill"], *(each.get("papermill", {}) for each in told["cells"])):
        for name in ("start_time", "end_time", "duration", "output_path"):
            if each.get(name) is not None:
                each[name] = type(each[name]).__name__
    for each in told["cells"]:
        each["execution"] = sorted(each.get("execution", {}))
    return told


@pytest.mark.slow
class TestFidelity:
    """Against Papermill's own engine, which runs a real kernel."""

    def test_what_cells_can_do(self, tmp_path: Path, monkeypatch: Any) -> None:
        # In the presence of pytest, ipykernel leaves out what processes and C write.
        monkeypatch.delenv("PYTEST_CURRENT_TEST")
        path = _notebook(
            tmp_path / "a.ipynb", *TORTURE, tags={0: ["parameters"], len(TORTURE) - 2: ["raises-exception"]}
        )
        for name in ("qualityedu", None):
            with pytest.raises(papermill.PapermillExecutionError, match="ZeroDivisionError"):
                _run(path, engine_name=name, parameters={"region": "y"})
        ours, theirs = (nbformat.read(tmp_path / f"a-{name}.ipynb", as_version=4) for name in ("qualityedu", None))
        assert _text(ours.cells[-1]) == "after\n"
        assert _shown(ours) == _shown(theirs)
        assert _without_times(ours) == _without_times(theirs)

    @pytest.mark.parametrize("name", ["between_regions", "inputs_and_outcomes", "quality_and_exam", "region_report"])
    def test_the_notebooks_that_come_with_the_package(self, name: str, tmp_path: Path) -> None:
        path = Path(tmp_path, f"{name}.ipynb")
        path.write_bytes((ROOT / "notebooks" / path.name).read_bytes())
        ours, theirs = (_run(path, engine_name=engine_name) for engine_name in ("qualityedu", None))
        assert _shown(ours) == _shown(theirs)
        assert _without_times(ours) == _without_times(theirs)

    def test_a_cell_that_fails(self, tmp_path: Path) -> None:
        path = _notebook(tmp_path / "a.ipynb", "1", "print('x'); 1 / 0", "2")
        told = []
        for name in ("qualityedu", None):
            with pytest.raises(papermill.PapermillExecutionError) as failed:
                _run(path, engine_name=name)
            kept = nbformat.read(path.with_name(f"a-{name}.ipynb"), as_version=4)
            told.append((str(failed.value), _shown(kept), _statuses(kept), kept.metadata.papermill.exception))
        assert told[0] == told[1]
        assert told[0][2:] == (["completed", "failed", "pending"], True)

    def test_many_prints_are_one_output(self, tmp_path: Path) -> None:
        notebook = _run(_notebook(tmp_path / "a.ipynb", "for i in range(100_000): print(i)"))
        assert [output.text for output in notebook.cells[0].outputs] == ["".join(f"{i}\n" for i in range(100_000))]

    def test_the_order_of_both_streams_is_kept(self, tmp_path: Path) -> None:
        source = "import sys\nprint(1); print(2, file=sys.stderr); print(3)"
        outputs = _run(_notebook(tmp_path / "a.ipynb", source)).cells[0].outputs
        assert [(output.name, output.text) for output in outputs] == [
            ("stdout", "1\n"), ("stderr", "2\n"), ("stdout", "3\n"),
        ]  # fmt: skip


@pytest.mark.slow
class TestEnds:
    """Every way in which a notebook can end: what is raised, and what the file says."""

    def _told(self, path: Path) -> tuple[list[str], str]:
        kept = _kept(path)
        faults = [each for cell in kept.cells for each in cell.get("outputs", []) if each.output_type == "error"]
        assert kept.metadata.papermill.exception is True
        return _statuses(kept), f"{faults[0].ename}: {faults[0].evalue}"

    @pytest.mark.parametrize("save", [True, False])
    def test_a_cell_that_takes_too_long(self, tmp_path: Path, save: bool) -> None:
        path = _notebook(tmp_path / "a.ipynb", "1", "print('begun')\nwhile True: pass", "2")
        with pytest.raises(CellTimeoutError):
            _run(path, execution_timeout=1, request_save_on_cell_execute=save)
        statuses, fault = self._told(path)
        assert statuses == ["completed", "failed", "pending"]
        assert fault.startswith("CellTimeoutError: ")
        assert [each.get("ename") for each in _kept(path).cells[1].outputs] == [
            None,
            "CellTimeoutError",
            "KeyboardInterrupt",
        ]
        assert _kept(path).cells[1].outputs[0].text == "begun\n"

    def test_a_cell_that_awaits_too_long(self, tmp_path: Path) -> None:
        path = _notebook(tmp_path / "a.ipynb", "import asyncio\nawait asyncio.sleep(60)")
        start = time.monotonic()
        with pytest.raises(CellTimeoutError):
            _run(path, execution_timeout=1)
        assert time.monotonic() - start < 40
        assert self._told(path)[0] == ["failed"]

    def test_one_that_does_not_heed_it_is_killed_with_all_it_started(self, tmp_path: Path, monkeypatch: Any) -> None:
        monkeypatch.setattr("qualityedu.report.warm.remote.GRACE", 1.0)
        source = "import signal, subprocess\nsubprocess.Popen(['sleep', '600'])"
        source += "\nfor number in (2, 14): signal.signal(number, signal.SIG_IGN)"
        path = _notebook(tmp_path / "a.ipynb", f"{source}\nwhile True: pass")
        with pytest.raises(CellTimeoutError):
            _run(path, execution_timeout=1)
        assert self._told(path)[0] == ["failed"]
        assert _gone([pid for pid in _signed() if b"sleep" in Path(f"/proc/{pid}/cmdline").read_bytes()])

    def test_all_cells_together_take_too_long(self, tmp_path: Path) -> None:
        path = _notebook(tmp_path / "a.ipynb", *["import time; time.sleep(0.7)"] * 4)
        with pytest.raises(CellTimeoutError):
            _run(path, whole_timeout=1.0)
        assert self._told(path)[0] == ["completed", "failed", "pending", "pending"]

    @pytest.mark.parametrize(
        ("source", "told"),
        [
            (
                "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
                "signal 9 (SIGKILL, often because memory ran out)",
            ),
            ("import ctypes; ctypes.string_at(0)", "signal 11 (SIGSEGV)"),
            ("import os; os._exit(3)", "exit code 3"),
        ],
    )
    def test_a_process_that_dies(self, tmp_path: Path, source: str, told: str) -> None:
        path = _notebook(tmp_path / "a.ipynb", "1", source, "2")
        with pytest.raises(DeadKernelError, match=re.escape(told)):
            _run(path)
        statuses, fault = self._told(path)
        assert statuses == ["completed", "failed", "pending"]
        assert fault.startswith("DeadKernelError: ")
        assert told in fault

    def test_a_notebook_that_takes_too_much_memory(self, tmp_path: Path) -> None:
        path = _notebook(tmp_path / "a.ipynb", "held = bytearray(6 * 10**9)", "1")
        with pytest.raises(papermill.PapermillExecutionError, match="MemoryError"):
            _run(path, memory_limit=4 * 10**9)
        assert self._told(path)[0] == ["failed", "pending"]

    def test_a_notebook_that_ends_its_kernel(self, tmp_path: Path) -> None:
        path = _notebook(tmp_path / "a.ipynb", "exit()", "1")
        with pytest.raises(DeadKernelError):
            _run(path)
        assert self._told(path)[0] == ["completed", "failed"]

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
    def test_no_process_is_left_when_the_client_ends(self, number: signal.Signals, tmp_path: Path) -> None:
        mark = tmp_path / "begun"
        source = (
            f"import subprocess\nsubprocess.Popen(['sleep', '600'])\nopen({str(mark)!r}, 'w').close()\nwhile True: pass"
        )
        path = _notebook(tmp_path / "a.ipynb", "1", f"{source}\nwhile True: pass", "2")
        out = tmp_path / "a-qualityedu.ipynb"
        command = [
            sys.executable,
            "-m",
            "papermill",
            "--engine",
            "qualityedu",
            "--no-progress-bar",
            str(path),
            str(out),
        ]
        before = _signed()  # the warm parent of this process, where a test before this one needed it
        client = subprocess.Popen(command, stderr=subprocess.PIPE)
        end = time.monotonic() + 300
        while not mark.exists() and time.monotonic() < end:
            time.sleep(0.05)
        assert mark.exists()
        started = [pid for pid in _signed() if pid not in before]
        assert len(started) >= 4  # the client, the warm parent, the fork, what it started
        client.send_signal(number)
        client.communicate(timeout=120)
        assert _gone([pid for pid in started if pid in _signed() or pid == client.pid])
        if number == signal.SIGINT:
            assert _statuses(_kept(path)) == ["completed", "failed", "pending"]
        else:  # nobody was left to write: what was true when it was written
            assert _statuses(_kept(path)) == ["completed", "running", "pending"]


@pytest.mark.slow
class TestCommandLine:
    def test_papermill_finds_the_engine(self, tmp_path: Path) -> None:
        path = _notebook(tmp_path / "a.ipynb", "region = ''", "print(region)", tags={0: ["parameters"]})
        out = tmp_path / "out.ipynb"
        command = [sys.executable, "-m", "papermill", "--engine", "qualityedu", "--no-progress-bar"]
        done = subprocess.run([*command, str(path), str(out), "-r", "region", "001234"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        kept = nbformat.read(out, as_version=4)
        assert _text(kept.cells[-1]) == "001234\n"
        assert kept.metadata.papermill.parameters == {"region": "001234"}
        assert kept.metadata.language_info.name == "python"

    def test_a_dead_kernel_has_the_exit_code_papermill_gives_it(self, tmp_path: Path) -> None:
        path = _notebook(tmp_path / "a.ipynb", "import os; os._exit(3)")
        command = [sys.executable, "-m", "papermill", "--engine", "qualityedu", "--no-progress-bar"]
        done = subprocess.run([*command, str(path), str(tmp_path / "out.ipynb")], capture_output=True, text=True)
        assert done.returncode == 138, done.stderr


def _add(answer: Any, *numbers: int) -> None:
    answer.send(sum(numbers))


def _spend(megabytes: int) -> None:
    held = bytearray(megabytes * 2**20)
    held[:: 2**12] = b"1" * len(held[:: 2**12])
    end = time.process_time() + 0.3
    while time.process_time() < end:
        pass


def prepared(word: str) -> None:
    """Run once in a warm parent, for the test below."""
    sys.modules["prepared_by_a_test"] = word  # type: ignore[assignment]


def _tell_prepared(answer: Any) -> None:
    answer.send((str(sys.modules.get("prepared_by_a_test")), warm.is_fresh(), "statsmodels.api" in sys.modules))


@pytest.mark.slow
class TestContext:
    @pytest.fixture(autouse=True)
    def _found_by_forks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PYTHONPATH", str(ROOT / "tests"))

    def test_its_processes_are_fresh_forks_that_share_what_was_prepared(self) -> None:
        context: Any = warm.context([("test_warm:prepared", ("word",))])
        try:
            ours, theirs = context.Pipe(duplex=False)
            process = context.Process(target=_tell_prepared, args=(theirs,))
            process.start()
            assert ours.recv() == ("word", True, True)
            process.join()
            assert process.exitcode == 0
        finally:
            context._server._stop()
        assert not warm.is_fresh()

    def test_what_a_process_used_is_known_after_its_end(self) -> None:
        context: Any = warm.context()
        process = context.Process(target=_spend, args=(150,))
        process.start()
        assert process.usage is None
        process.join()
        assert 0.3 <= process.usage.cpu_seconds < 10
        assert process.usage.peak_memory > 150 * 2**20

    def test_a_killed_one_too(self) -> None:
        context: Any = warm.context()
        process = context.Process(target=time.sleep, args=(600,))
        process.start()
        warm.kill_group(process.pid, signal.SIGKILL)
        process.join()
        assert process.exitcode == -signal.SIGKILL
        assert process.usage.peak_memory > 2**20
        warm.kill_group(process.pid, signal.SIGKILL)  # nothing is left to kill, which is no fault

    def test_the_parent_has_one_thread(self) -> None:
        context: Any = warm.context()
        assert context.get_start_method() == "qualityedu-warm"
        pid = context._server._forkserver_pid
        assert len(list(Path(f"/proc/{pid}/task").iterdir())) == 1


def threaded() -> None:
    """Run in a warm parent by the test below: starts a thread that stays."""
    import threading

    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()


def broken() -> None:
    """Run in a warm parent by the test below: fails."""
    raise ValueError("cannot be prepared")


class TestFallback:
    @pytest.fixture(autouse=True)
    def _afresh(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setattr(forking, "_contexts", {})
        monkeypatch.setenv("PYTHONPATH", str(ROOT / "tests"))
        yield
        warm.stop()

    def test_where_there_is_no_forking_it_is_said_once(self, monkeypatch: Any, caplog: Any) -> None:
        monkeypatch.setattr(forking, "can_fork", lambda: False)
        with caplog.at_level(logging.WARNING, logger="qualityedu"):
            assert [warm.context().get_start_method() for _ in range(2)] == ["spawn", "spawn"]
        assert [record.message for record in caplog.records] in ([say("warm.no_fork", lang)] for lang in LANGUAGES)

    @pytest.mark.slow
    def test_an_ordinary_kernel_then_runs_the_notebook(self, monkeypatch: Any, tmp_path: Path, caplog: Any) -> None:
        monkeypatch.setattr(forking, "can_fork", lambda: False)
        path = _notebook(tmp_path / "a.ipynb", "import sys; len(sys.modules) < 1500, 'qualityedu' in sys.modules")
        with caplog.at_level(logging.WARNING, logger="qualityedu"):
            notebook = _run(path, whole_timeout=60, seed=3)
        assert _text(notebook.cells[0]) == "(True, False)"
        assert len([record for record in caplog.records if record.name == "qualityedu"]) == 1

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("target", "said"), [("test_warm:threaded", "test_warm:threaded"), ("test_warm:broken", "cannot be prepared")]
    )
    def test_a_parent_that_cannot_be_trusted_is_not_used(self, target: str, said: str, caplog: Any) -> None:
        with caplog.at_level(logging.WARNING, logger="qualityedu"):
            assert warm.context([(target, ())]).get_start_method() == "spawn"
        assert said in caplog.text

    @pytest.mark.parametrize(
        ("source", "needs"),
        [
            ("import ipywidgets as widgets", "widgets"),
            ("%matplotlib widget", "widgets"),
            ("from tqdm.auto import tqdm", "widgets"),
            ("import pandas  # the ipython kernel", None),
        ],
    )
    def test_notebooks_with_widgets_have_an_ordinary_kernel(self, source: str, needs: str | None) -> None:
        notebook = new_notebook(cells=[new_code_cell(source)])
        assert engine._needs_kernel(notebook, "python3", {}) == needs
        assert engine._needs_kernel(notebook, "ir", {}) == "another kernel"
