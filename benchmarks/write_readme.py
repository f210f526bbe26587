"""Run the benchmarks and put what they print into README.md, each between its two marks.

python benchmarks/write_readme.py                   # all of them: an hour on two cores that do nothing else
python benchmarks/write_readme.py national growth   # some of them
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

from click import echo

HERE = Path(__file__).parent
# What is run for each section.
SECTIONS = {
    "national": ["national.py", "--rounds", "3"],
    "spark": ["national.py", "--rounds", "1", "--ways", "ours, Spark", "pandas by hand"],
    "growth": ["national.py", "--grow", "--rounds", "3"],
    "pack": ["pack.py"],
    "report": ["report.py", "--regions", "10", "--rounds", "3"],
    "models": ["models.py"],
    "intake": ["intake.py"],
    "batch": ["batch.py"],
}


def put(name: str, printed: str, page: str) -> str:
    """A page with what a benchmark printed between the marks of its section."""
    machine = f"{os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}"
    head = f"`python benchmarks/{' '.join(_quoted(SECTIONS[name]))}`, {date.today().isoformat()}, {machine}:"
    table = printed.strip() if printed.lstrip().startswith("|") or "\n|" in printed else f"```\n{printed.strip()}\n```"
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    marked = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not marked.search(page):
        raise SystemExit(f"README.md has no marks for {name}: {begin} … {end}")
    return marked.sub(lambda _: f"{begin}\n{head}\n\n{table}\n{end}", page)


def _quoted(words: list[str]) -> list[str]:
    return [f'"{word}"' if " " in word else word for word in words]


def main() -> None:
    """Run those that are named, one after the other, and write each as soon as it is done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*SECTIONS, []], metavar="NAME")
    place = HERE / "README.md"
    for name in parser.parse_args().names or list(SECTIONS):
        echo(f"{name} …", err=True)
        script, *options = SECTIONS[name]
        done = subprocess.run(
            [sys.executable, str(HERE / script), *options], stdout=subprocess.PIPE, text=True, check=True
        )
        place.write_text(put(name, done.stdout, place.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
