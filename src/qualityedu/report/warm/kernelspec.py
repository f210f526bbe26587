"""The entry `qualityedu-warm` in Jupyter's list of kernels."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from jupyter_client.kernelspec import KernelSpecManager

from qualityedu.report.warm.provisioner import NAME

__all__ = ["install", "remove"]


def install(prefix: Path | None = None) -> Path:
    """Add the kernel for the user, or for the installation at `prefix`; returns the folder of the entry."""
    entry = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (qualityedu, warm)",
        "language": "python",
        "interrupt_mode": "signal",
        "metadata": {"kernel_provisioner": {"provisioner_name": NAME}},
    }
    with TemporaryDirectory() as folder:
        Path(folder, "kernel.json").write_text(json.dumps(entry, indent=1) + "\n", encoding="utf-8")
        place = {"prefix": str(prefix)} if prefix else {"user": True}
        return Path(KernelSpecManager().install_kernel_spec(folder, kernel_name=NAME, **place))


def remove(prefix: Path | None = None) -> Path | None:
    """Take the kernel out of the list again; returns the folder it had, or None where there was none."""
    if prefix is not None:
        manager = KernelSpecManager(kernel_dirs=[str(prefix / "share" / "jupyter" / "kernels")])
    else:
        manager = KernelSpecManager()
        manager.kernel_dirs = [manager.user_kernel_dir]
    if NAME not in manager.find_kernel_specs():
        return None
    return Path(manager.remove_kernel_spec(NAME))
