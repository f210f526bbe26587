"""Reading `expected.yaml`: what its words for data, samples, estimators, errors and statistics mean to `fit`.

Whatever is not understood raises `UnknownFormError`; nothing is skipped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from qualityedu.errors import RequestError
from qualityedu.models.formula import evaluate

FOLDER = Path(os.environ.get("QUALITYEDU_CASES", Path(__file__).parents[1] / ".." / "shared" / "cases"))

ROLES = {"unit", "group", "region", "time"}
POOLED = {"small_sample": "rows"}
# The words of an estimator, in the order in which they are looked for, and what they mean to `fit`.
ESTIMATORS: list[tuple[str, dict[str, Any]]] = [
    (r"^ols$|^lm$|least squares$(?<!stage least squares)", {"estimator": "ols"}),
    (r"\bwls\b|weighted", {"estimator": "wls"}),
    (r"first.?diff|^fd$", {"estimator": "panel", "method": "first_differences"}),
    (r"random.effects|^re$", {"estimator": "panel", "method": "random_effects"}),
    (r"liml", {"estimator": "iv", "method": "liml"}),
    (r"2sls|tsls|two.stage|\biv\b|instrument", {"estimator": "iv"}),
    (r"quantile|median|\blad\b", {"estimator": "quantile"}),
    (r"probit", {"estimator": "binomial", "method": "probit"}),
    (r"binomial|logit|logistic|fractional", {"estimator": "binomial"}),
    (r"(mixed|multilevel|hierarchical|hlm|lmer).*\bml\b", {"estimator": "multilevel", "method": "ml"}),
    (r"mixed|multilevel|hierarchical|hlm|lmer|\breml\b", {"estimator": "multilevel"}),
    (r"within|fixed.effects|absorb|^fe$|twfe|panel", {"estimator": "panel"}),
    (r"pooled", {"estimator": "ols"} | POOLED),
]
# Figures that name no estimator were worked out with linearmodels, whose words stand in `where`; its fixed effects
# were given a constant, which counts in the small-sample factor.
UNNAMED: list[tuple[str, dict[str, Any]]] = [
    (r"pooled", {"estimator": "ols"} | POOLED),
    (r"random effects", {"estimator": "panel", "method": "random_effects"}),
    (r"fixed effects", {"estimator": "panel", "small_sample": "intercept"}),
    (r"first.differences", {"estimator": "panel", "method": "first_differences"}),
]
ERRORS = {
    "classical": "classical", "nonrobust": "classical", "unadjusted": "classical", "homoskedastic": "classical",
    "conventional": "classical", "iid": "classical", "model": "classical", "robust": "HC1", "heteroskedastic": "HC1",
    "hetero": "HC1", "white": "HC0", "hc0": "HC0", "hc1": "HC1", "hc2": "HC2", "hc3": "HC3",
}  # fmt: skip
BY_COLUMN = {
    "cluster": "cluster", "clustered": "cluster", "crv1": "cluster", "two-way cluster": "cluster",
    "cluster two-way": "cluster", "two-way": "cluster", "moulton": "moulton", "wild": "wild", "wild cluster": "wild",
    "wild cluster bootstrap": "wild", "wild bootstrap": "wild", "driscoll-kraay": "driscoll_kraay",
    "driscoll kraay": "driscoll_kraay", "driscoll_kraay": "driscoll_kraay", "dk": "driscoll_kraay",
    "kernel": "driscoll_kraay",
}  # fmt: skip


class UnknownFormError(AssertionError):
    """A figure asks for something that this harness has not learned."""


def understand(condition: object, what: str) -> None:
    if not condition:
        raise UnknownFormError(f"not understood: {what}")


def named_cases() -> list[str]:
    return sorted(path.parent.name for path in FOLDER.glob("*/expected.yaml"))


@lru_cache
def expected(case: str) -> dict[str, Any]:
    return yaml.safe_load((FOLDER / case / "expected.yaml").read_text(encoding="utf-8"))


@lru_cache
def table(case: str) -> pd.DataFrame:
    """The case's data with its derived columns; codes of the unit stay text."""
    given = expected(case)
    roles = given.get("roles", {})
    data = _read(FOLDER / case, str(given["data"]), roles.get("unit"))
    for name, meaning in roles.get("derived", {}).items():
        _derive(data, str(name), str(meaning), roles)
    written = " ".join(str(figure.get("formula", "")) for figure in given["figures"])
    for name in dict.fromkeys(re.findall(r"\b(?:y|d|yr|year_?)(?:\d\d)?\d\d\b", written)):
        if name not in data and roles.get("time") in data:
            data[name] = (data[roles["time"]] % 100 == int(name[-2:])).astype(float)
    return data


def _read(folder: Path, source: str, unit: object) -> pd.DataFrame:
    if source.startswith("statsmodels.datasets."):
        return import_module(source).load_pandas().data.copy()
    path = folder / source
    if path.suffix == ".csv":
        return pd.read_csv(path, dtype={unit: str} if isinstance(unit, str) else None)
    readers: dict[str, Callable[..., pd.DataFrame]] = {".dta": pd.read_stata, ".parquet": pd.read_parquet}
    understand(path.suffix in readers, f"data {source!r}")
    return readers[path.suffix](path)


def _derive(data: pd.DataFrame, name: str, meaning: str, roles: dict[str, Any]) -> None:
    text = meaning.replace("np.", "").removesuffix(" where positive").strip()
    if found := re.fullmatch(r"log of x,? for (.+)", text):
        for column in re.split(r",\s*(?:and\s+)?|\s+and\s+", found[1]):
            data[name.replace("x", column, 1)] = evaluate(f"log({column})", data)
        return
    if found := re.fullmatch(r"(?:within-\w+ |first )?(?:change|difference) (?:of|in) (\w+)", text):
        data[name] = data[found[1]] - _earlier(data, found[1], roles)
        return
    if found := re.fullmatch(r"(\w+) (?:one|a) (?:year|period) (?:earlier|before)|lag(?:ged)? (?:of )?(\w+)", text):
        data[name] = _earlier(data, found[1] or found[2], roles)
        return
    for phrase, level, column in re.findall(r"((\w+) mean of (\w+))", text):
        by = level if level in data else roles.get("group") if level not in roles else roles[level]
        by = by or roles.get("unit")
        understand(by in data, f"derived {meaning!r}")
        data[f"mean_{column}"] = data.groupby(by)[column].transform("mean")
        text = text.replace(phrase, f"mean_{column}")
    try:
        data[name] = _value(text, data)
    except (RequestError, SyntaxError, KeyError, TypeError) as error:
        raise UnknownFormError(f"not understood: derived {meaning!r}") from error


def _value(text: str, data: pd.DataFrame) -> pd.Series:
    """An expression, looked at as `fit` would before it is worked out."""
    from qualityedu.models.formula import read_formula

    inside = text if re.match(r"(log\w*|sqrt|exp|abs)\([^()]*\)$", text) else f"I({text})"
    wanted = next(iter(read_formula(f"zero ~ {inside}", [*data.columns, "zero"]).expressions[1:]))
    return evaluate(wanted, data).replace([np.inf, -np.inf], np.nan)


def _earlier(data: pd.DataFrame, column: str, roles: dict[str, Any]) -> pd.Series:
    """The value one time before, of the same unit; missing where that time has no row."""
    unit, time = roles.get("unit"), roles.get("time")
    understand(unit in data and time in data and column in data, f"what {column!r} was before")
    before = data[[unit, time, column]].assign(**{time: data[time] + 1})
    return data[[unit, time]].merge(before, on=[unit, time], how="left")[column].set_axis(data.index)


def sampled(data: pd.DataFrame, sample: str | None, roles: dict[str, Any]) -> pd.DataFrame:
    """The rows that a figure speaks of."""
    for part in re.split(r";|,| and (?=\w+ *[<>=!])", sample or ""):
        text = part.strip()
        if text in ("", "all", "all rows") or re.fullmatch(r"complete (rows|cases)( only)?", text):
            continue
        if found := re.fullmatch(r"rows with ([\w ,]+)", text):
            names = re.split(r"\s+and\s+|,\s*", found[1])
            understand(set(names) <= set(data.columns), f"sample {sample!r}")
            data = data[data[names].notna().all(axis=1)]
        elif found := re.fullmatch(r"(?:year|time) (\d{4})", text):
            data = data[data[roles["time"]] == int(found[1])]
        elif found := re.fullmatch(r"years? (\d{4}) ?(?:-|to) ?(\d{4})", text):
            data = data[data[roles["time"]].between(int(found[1]), int(found[2]))]
        else:
            data = data[_condition(text, data, roles, sample) == 1]
    return data


def _condition(text: str, data: pd.DataFrame, roles: dict[str, Any], sample: object) -> pd.Series:
    word = re.match(r"\w+", text)
    understand(word and re.search(r"[<>=!]", text), f"sample {sample!r}")
    assert word
    if word[0] not in data.columns:
        # A word such as "spending" stands for the first column of a role that begins like it.
        named = [name for role in roles.values() if isinstance(role, list) for name in role]
        alike = [name for name in named if name.startswith(word[0][:5])]
        understand(alike, f"sample {sample!r}")
        text = alike[0] + text[word.end() :]
    try:
        return _value(text, data)
    except (RequestError, SyntaxError) as error:
        raise UnknownFormError(f"not understood: sample {sample!r}") from error


def call_of(figure: dict[str, Any], roles: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The formula and the options with which a figure is asked of `fit`."""
    options = _estimator(figure)
    kind = options["estimator"]
    text, effects, bars = _plain(figure, roles)
    options |= _errors(figure.get("vcov"), roles)
    if kind == "multilevel":
        groups = figure.get("groups", bars.get("groups", roles.get("group")))
        understand(groups, "a multilevel model without groups")
        options |= {"groups": groups, "random": str(figure.get("random", bars.get("random", "1")))}
    if kind == "panel" or effects:
        options["effects"] = _effects(figure, roles, effects, options)
    if kind == "quantile":
        written = re.search(r"0?\.\d+", str(figure["estimator"]))
        options["quantile"] = float(figure.get("quantile", figure.get("tau", written[0] if written else 0.5)))
    if kind == "iv" and "[" not in text:
        understand(figure.get("endogenous") and figure.get("instruments"), "instrumental variables without instruments")
        ends, instruments = (_joined(figure[name]) for name in ("endogenous", "instruments"))
        kept = [part for part in _right(text) if part not in ends.split(" + ")]
        text = f"{text.partition('~')[0].strip()} ~ {' + '.join([*kept, f'[{ends} ~ {instruments}]'])}"
    if "weights" in figure or "trials" in figure:
        options["weights"] = figure.get("weights", figure.get("trials"))
    if "small_sample" in figure:
        options["small_sample"] = figure["small_sample"]
    return text, options


def _estimator(figure: dict[str, Any]) -> dict[str, Any]:
    known = UNNAMED if "estimator" not in figure else ESTIMATORS
    words = str(figure.get("estimator", figure.get("where", ""))).lower()
    for pattern, options in known:
        if re.search(pattern, words):
            return dict(options)
    raise UnknownFormError(f"not understood: estimator {words!r}")


def _plain(figure: dict[str, Any], roles: dict[str, Any]) -> tuple[str, list[str], dict[str, str]]:
    """The formula in this package's idiom, the effects that it names, and groups written with a bar."""
    text = str(figure.get("formula", "")).replace("np.", "")
    effects, bars = [], {}
    if "~" not in text:
        understand(figure.get("outcome") and figure.get("terms"), f"formula {text!r}")
        outcome = figure["outcome"] if isinstance(figure["outcome"], list) else str(figure["outcome"]).split(",")
        terms = [each["term"] for each in figure["terms"] if not is_intercept(each["term"])]
        text = f"{' + '.join(name.strip() for name in outcome)} ~ {' + '.join(terms)}"
    text = re.sub(r"cbind\((\w+), *(\w+)\)", r"\1 + \2", text)
    if found := re.search(r"\+?\s*\(([^|()]+)\|([^()]+)\)", text):
        bars = {"random": found[1].strip(), "groups": found[2].strip()}
        text = text.replace(found[0], "")
    if found := re.search(r"\|\s*([\w\s+]+)$", text):
        effects += [name.strip() for name in found[1].split("+")]
        text = text[: found.start()].strip()
    for phrase, name in re.findall(r"(\+?\s*\b(\w+)[ _]effects\b)", text):
        effects.append(_column(name, roles))
        text = text.replace(phrase, "")
    for phrase, name in re.findall(r"(\+?\s*\b(Entity|Time)Effects\b)", text):
        effects.append(roles[{"Entity": "unit", "Time": "time"}[name]])
        text = text.replace(phrase, "")
    text = re.sub(r"\+\s*const\b|\bconst\s*\+|\b1\s*\+(?=\s*\w)", "", text).strip()
    return (text + " 1" if text.endswith("~") else text), effects, bars


def _effects(
    figure: dict[str, Any], roles: dict[str, Any], named: list[str], options: dict[str, Any]
) -> tuple[str, ...]:
    given = figure.get("effects", named)
    found = [_column(name, roles) for name in ([given] if isinstance(given, str) else given)]
    if not found:
        understand("unit" in roles, "a panel without a unit")
        found = [roles["unit"]]
        words = f"{figure.get('estimator', '')} {figure.get('where', '')}"
        if options.get("method") == "first_differences" or re.search(r"two.way|twfe|time effects|year effects", words):
            found.append(roles["time"])
    return tuple(found)


def _column(name: str, roles: dict[str, Any]) -> str:
    role = {"entity": "unit", "year": "time"}.get(name.lower(), name.lower())
    return str(roles[role]) if role in ROLES and isinstance(roles.get(role), str) else name


def _errors(vcov: object, roles: dict[str, Any]) -> dict[str, Any]:
    if vcov is None:
        return {"errors": "classical"}
    if isinstance(vcov, dict):
        understand(len(vcov) == 1, f"vcov {vcov!r}")
        vcov = ": ".join([str(next(iter(vcov))), _joined(next(iter(vcov.values())))])
    word, _, rest = str(vcov).partition(":")
    key = word.strip().lower()
    if not rest.strip() and key in ERRORS:
        return {"errors": ERRORS[key]}
    understand(key in BY_COLUMN, f"vcov {vcov!r}")
    columns = [each for each in re.split(r"\s*(?:,|\+|\band\b|\^|&)\s*", rest.strip()) if each]
    if not columns and BY_COLUMN[key] == "driscoll_kraay":
        columns = ["time"]
    understand(columns, f"vcov {vcov!r}")
    return {"errors": BY_COLUMN[key], "cluster": tuple(_column(each, roles) for each in columns)}


def _joined(names: object) -> str:
    return " + ".join(map(str, names)) if isinstance(names, list) else re.sub(r"\s*,\s*", " + ", str(names))


def _right(text: str) -> list[str]:
    return [part.strip() for part in text.partition("~")[2].split("+") if part.strip()]


def is_intercept(term: str) -> bool:
    return term in ("Intercept", "(Intercept)", "const", "_cons", "constant", "intercept")


def same_term(wanted: str, known: list[str]) -> str:
    """The name that a term of the file has in a table of `fit`."""
    if is_intercept(wanted):
        wanted = "Intercept"

    def plain(name: str) -> tuple[str, ...]:
        bare = re.sub(r"\s|np\.", "", name).removesuffix("[T.True]").removesuffix("[T.1]")
        bare = re.sub(r"^(?:mean_(\w+)|(\w+)_(?:bar|mean))$", r"mean(\1\2)", bare)
        return tuple(sorted(re.split(r":(?![^(]*\))", bare)))

    found = [name for name in known if name == wanted] or [name for name in known if plain(name) == plain(wanted)]
    understand(len(found) == 1, f"term {wanted!r} among {known}")
    return found[0]
