# Two commands on a machine that has Python 3.11 to 3.13 and make, and nothing else:
#   make demo    sets up, then writes a report for every region of the two data sets inside, and reports/index.html
#   make test    sets up, then runs every test, the notebooks under nbval included
# For a researcher, where the cases with printed results are at hand (QUALITYEDU_CASES names their folder):
#   make reproduce   writes every printed figure beside ours into docs/reproduced.md, and the report in reports/sample/
#   make bench       runs the benchmarks and writes their tables into benchmarks/README.md; an hour, on an idle machine
# Another Python: make demo PYTHON=python3.12

PYTHON ?= python3
SUPPORTED = import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
SYNC = UV_PROJECT_ENVIRONMENT=.venv UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never $(BIN)/uv sync --locked --inexact
LOCKED := pyproject.toml uv.lock

export PYTHONUTF8 = 1

.PHONY: demo test check reproduce bench clean

demo: .venv/ready
	$(BIN)/qualityedu demo

test: .venv/ready-to-test
	$(BIN)/python -m pytest
	$(BIN)/python -m pytest --nbval-lax --nbval-current-env notebooks

check: .venv/ready-to-test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

reproduce: .venv/ready-to-test
	$(BIN)/python tests/reproduce.py
	$(BIN)/python tests/sample_report.py

bench: .venv/ready-to-test
	$(BIN)/python benchmarks/write_readme.py

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis dist

# Each stamp is newer than the lock file it was set up from, so that nothing is set up twice.
.venv/ready: $(LOCKED) | .venv/uv
	$(SYNC) --no-dev
	@touch $@

.venv/ready-to-test: $(LOCKED) | .venv/uv
	$(SYNC)
	@touch .venv/ready $@

.venv/uv:
	@test -x $(BIN)/python || $(PYTHON) -c "$(SUPPORTED)" || { echo "Python 3.11, 3.12 or 3.13 is needed, and '$(PYTHON)' is not one of them. Install one, or name it: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -c "$(SUPPORTED)" || { echo "The folder .venv holds a Python that is not 3.11, 3.12 or 3.13. Remove it with 'make clean', then try again." >&2; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"
	@touch $@
