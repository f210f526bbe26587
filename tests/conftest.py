"""What several tests share: tables of units made by hand, and the folder of published facts."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import qualityedu.standards
from qualityedu.columns import COLUMNS, KEYS
from qualityedu.datasets import open_dataset
from qualityedu.findings import Overview, appraise, overview
from qualityedu.indicators import catalogue
from qualityedu.intake import read_schools
from qualityedu.models import RegionalModel, regional_models
from qualityedu.release import Release, releasable
from qualityedu.standards import read_regulation

ROOT = Path(__file__).parents[1]
DOMAIN = Path(os.environ.get("QUALITYEDU_DOMAIN", ROOT.parent / "shared" / "domain"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fault tests first: they fork this process, and a typesetter's or a cluster's threads do not survive that."""
    items.sort(key=lambda item: "faults" not in item.path.parts)


Rows = str | Sequence[Mapping[str, object]]
MakeSchools = Callable[..., pd.DataFrame]
Decree = Callable[..., None]


def _make_schools(rows: Rows, **shared: object) -> pd.DataFrame:
    """A table of units as `read_schools` gives it, from text in columns or from one mapping per unit.

    Keys that are not given are county 330106, schools S1, S2, …, primary, 2022; `shared` is the same for all
    rows. Numbers are float, codes and words are text. A column that nobody declared is refused.
    """
    given = _written(rows) if isinstance(rows, str) else pd.DataFrame(list(rows))
    if strange := [name for name in [*given.columns, *shared] if name not in {*COLUMNS, *catalogue()}]:
        raise ValueError(f"not declared in columns.py: {strange}")
    numbered = pd.Series([f"S{n}" for n in range(1, len(given) + 1)], index=given.index)
    for name, value in {"region": "330106", "school": numbered, "stage": "primary", "year": 2022, **shared}.items():
        own = given[name] if name in given.columns else pd.Series(None, index=given.index, dtype=object)
        given = given.assign(**{name: own.where(own.notna(), value)})
    words = ("code", "text", "choice", "year")
    numbers = [name for name in given.columns if name not in COLUMNS or COLUMNS[name].kind not in words]
    table = given.astype({**dict.fromkeys(numbers, "float64"), "year": "int64"})
    if table.duplicated(list(KEYS)).any():
        raise ValueError("one row per unit, stage and year")
    return table[[*KEYS, *(name for name in table.columns if name not in KEYS)]]


def _written(table: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(table.strip()), sep=r"\s+", dtype={"region": str, "school": str})


@pytest.fixture(scope="session")
def make_schools() -> MakeSchools:
    """The function that makes a table of units from rows written by hand."""
    return _make_schools


@pytest.fixture(scope="session")
def domain() -> Path:
    """The folder of published facts about indicators and standards, where it is at hand."""
    if not (DOMAIN / "standards.yaml").is_file():
        pytest.skip(f"the facts about standards are not at {DOMAIN}; name their folder in QUALITYEDU_DOMAIN")
    return DOMAIN


# The years in which the two data sets inside are shown.
YEARS = {"demo": 2023, "world": 2022}

Released = Callable[[str, str], Release]


@pytest.fixture(scope="session")
def overviews() -> dict[str, Overview]:
    """The two data sets inside, measured and judged."""
    return {name: overview(read_schools(name), open_dataset(name), year=year) for name, year in YEARS.items()}


@pytest.fixture(scope="session")
def released(overviews: dict[str, Overview]) -> Released:
    """The release of one region of a data set inside."""

    @lru_cache
    def of(name: str, region: str) -> Release:
        return releasable(appraise(overviews[name], region))

    return of


@pytest.fixture(scope="session")
def models(overviews: dict[str, Overview]) -> dict[str, list[RegionalModel]]:
    """The declared models, fitted over all regions of each data set inside."""
    return {name: regional_models(seen) for name, seen in overviews.items()}


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """Spark on this machine, where it is installed and there is Java."""
    pytest.importorskip("pyspark", reason="pyspark is not installed (extra `spark`)")
    from qualityedu.intake.scanning import engine_for

    try:
        engine = engine_for("spark", master="local[2]")
    except Exception as error:  # without Java there is no Spark; whatever it says
        pytest.skip(f"Spark does not start: {type(error).__name__}; it needs Java 17")
    with engine:
        yield engine


def provincial(
    place: str = "CN-98",
    value: float = 1.2,
    effective: date = date(2018, 9, 1),
    indicator: str = "backbone_teachers_per_100",
) -> dict[str, Any]:
    """An imaginary regulation of one threshold, as its file would be read."""
    return {
        "regulation": {
            "title": {"zh": "某省实施细则", "en": "Rules of some province"},
            "number": "某教督〔2018〕1号",
            "issuer": "某省教育厅",
            "effective": effective,
            "seen": date(2026, 11, 21),
            "place": place,
        },
        "threshold": [
            {
                "indicator": indicator,
                "stage": "primary",
                "subject": "school",
                "rule": "at_least",
                "value": value,
                "clause": "第2项",
            }
        ],
        "rule": [
            {
                "id": "resource_allocation",
                "title": {"zh": "某规则", "en": "Some rule"},
                "clause": "资源配置",
                "indicators": [indicator],
                "may_miss": 0,
                "but_not_below": 0.9,
            }
        ],
    }


@pytest.fixture
def decree(monkeypatch: pytest.MonkeyPatch) -> Decree:
    """Adds an imaginary regulation to those in force, for one test."""

    def add(name: str, given: dict[str, Any]) -> None:
        known, decreed, rules = qualityedu.standards._all()
        regulation, its_thresholds, its_rules = read_regulation(f"{name}.toml", given)
        more = dict(decreed)
        for each in its_thresholds:
            key = (each.indicator, each.stage, each.subject)
            more[key] = (*more.get(key, ()), each)
        everything = ({**known, name: regulation}, more, (*rules, *its_rules))
        monkeypatch.setattr(qualityedu.standards, "_all", lambda: everything)

    return add
