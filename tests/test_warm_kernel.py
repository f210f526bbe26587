"""The warm kernel by its name: for nbval, nbmake and whoever else takes the name of a kernel."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook, new_output

from qualityedu.cli.commands.kernel import command
from qualityedu.report.warm import kernelspec
from qualityedu.report.warm.provisioner import NAME
from qualityedu.text import LANGUAGES, say

KERNELS = Path("share", "jupyter", "kernels")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of installation with the kernel in it, where Jupyter looks."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share" / "jupyter"))
    kernelspec.install(tmp_path)
    return tmp_path


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A notebook whose stored outputs only a warm kernel gives: the libraries are there before it imports any."""
    cells = [
        new_code_cell("print(6 * 7)", execution_count=1, outputs=[new_output("stream", name="stdout", text="42\n")]),
        new_code_cell("import sys; 'statsmodels.api' in sys.modules", execution_count=2, outputs=[
            new_output("execute_result", data={"text/plain": "True"}, execution_count=2)
        ]),
    ]  # fmt: skip
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": spec}), tmp_path / "stored.ipynb")
    return tmp_path / "stored.ipynb"


class TestList:
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_the_command_adds_the_kernel_and_takes_it_away(self, tmp_path: Path, lang: str) -> None:
        def typed(*words: str) -> str:
            done = CliRunner().invoke(command, [*words, "--prefix", str(tmp_path), "--lang", lang])
            assert done.exit_code == 0, done.output
            return done.output.strip()

        place = tmp_path / KERNELS / NAME
        assert typed() == say("kernel.installed", lang, path=place)
        entry = json.loads((place / "kernel.json").read_text(encoding="utf-8"))
        assert entry["metadata"] == {"kernel_provisioner": {"provisioner_name": "qualityedu-warm"}}
        assert entry["argv"][0] == sys.executable
        assert typed("--remove") == say("kernel.removed", lang, path=place)
        assert not place.exists()
        assert typed("--remove") == say("kernel.absent", lang)

    def test_jupyter_lists_it(self, installed: Path) -> None:
        assert KernelSpecManager().get_kernel_spec(NAME).language == "python"

    def test_the_user_has_a_list_of_its_own(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
        assert kernelspec.install() == tmp_path / "kernels" / NAME
        assert kernelspec.remove() == tmp_path / "kernels" / NAME
        assert kernelspec.remove() is None


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="forking is to be had on Linux only")
class TestKernel:
    def test_nbval(self, installed: Path, stored: Path) -> None:
        words = ["--nbval", "--nbval-kernel-name", NAME]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words, stored.name],
            cwd=stored.parent, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        assert "2 passed" in done.stdout

    def test_nbval_still_sees_what_differs(self, installed: Path, stored: Path) -> None:
        stored.write_text(stored.read_text(encoding="utf-8").replace("42", "43"), encoding="utf-8")
        words = ["--nbval", "--nbval-kernel-name", NAME]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words, stored.name],
            cwd=stored.parent, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 1, done.stdout

    def test_nbmake(self, installed: Path, stored: Path) -> None:
        notebook = nbformat.read(stored, as_version=4)
        notebook.cells.append(new_code_cell("assert 'statsmodels.api' in sys.modules"))
        nbformat.write(notebook, stored)
        words = ["--nbmake", f"--nbmake-kernel={NAME}"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words, stored.name],
            cwd=stored.parent, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
        assert "1 passed" in done.stdout

    def test_what_it_shows_and_how_it_is_interrupted(self, installed: Path) -> None:
        sources = (
            "import matplotlib.pyplot as plt\nplt.plot([1]); plt.show()",
            "import pandas\npandas.options.display.max_columns",
            "while True: pass",
            "get_ipython().kernel is not None",
        )
        notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
        client = NotebookClient(
            notebook, kernel_name=NAME, allow_errors=True, interrupt_on_timeout=True,
            timeout_func=lambda cell: 2 if "while" in cell.source else 120,
        )  # fmt: skip
        client.execute()
        first, second, third, fourth = (cell.outputs for cell in notebook.cells)
        assert "image/png" in first[0].data
        assert second[0].data["text/plain"] == "20"
        assert third[0].ename == "KeyboardInterrupt"
        assert fourth[0].data["text/plain"] == "True"

    def test_no_kernel_is_left_when_its_client_is_killed(self, installed: Path, tmp_path: Path) -> None:
        mark = tmp_path / "begun"
        source = f"import os; open({str(mark)!r}, 'w').write(str(os.getpid()))\nwhile True: pass"
        script = (
            "from nbclient import NotebookClient\nfrom nbformat.v4 import new_code_cell, new_notebook\n"
            f"NotebookClient(new_notebook(cells=[new_code_cell({source!r})]), kernel_name={NAME!r}).execute()\n"
        )
        client = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL)
        try:
            end = time.monotonic() + 300
            while not (mark.exists() and mark.read_text()) and time.monotonic() < end:
                time.sleep(0.05)
            kernel = int(mark.read_text())
        finally:
            client.send_signal(signal.SIGKILL)
            client.wait()
        end = time.monotonic() + 60
        while _runs(kernel) and time.monotonic() < end:
            time.sleep(0.05)
        assert not _runs(kernel)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
