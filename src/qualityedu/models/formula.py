"""Formulas such as `testscr ~ str + I(str**2)`, read without ever running them as code.

Formulaic takes the formula apart into terms and codes the categories. What stands inside a term, such as
`log(income)`, is worked out here by walking its syntax tree, so that only what is listed here can happen.
"""

from __future__ import annotations

import ast
import keyword
import operator
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import pandas as pd
from formulaic import Formula
from formulaic.errors import FormulaicError
from formulaic.parser.types import Factor, Term

from qualityedu.errors import RequestError

__all__ = ["FUNCTIONS", "ModelFormula", "evaluate", "model_matrix", "near_names", "read_formula", "split_formula"]

_CURVES: dict[str, Callable[..., pd.Series]] = {
    "log": np.log, "log2": np.log2, "log10": np.log10, "log1p": np.log1p, "exp": np.exp, "sqrt": np.sqrt, "abs": np.abs,
}  # fmt: skip
FUNCTIONS = ("I", "C", *_CURVES)

_ARITHMETIC: dict[type[ast.operator], Callable[..., pd.Series]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[..., pd.Series]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_QUOTED = re.compile(r"(?<!\w)(\"[^\"]*\"|'[^']*')")
_CALL = re.compile(r"([^\W\d]\w*)\s*\(")
_ATTRIBUTE = re.compile(r"(?:\w+|[)\]'\"])\s*\.\s*[^\W\d]\w*")
_SIGNS = re.compile(r":=|(?<![<>=!])=(?!=)|[\[\]{}@;\\'\"]")


_INSTRUMENTS = re.compile(r"\+?\s*\[([^\[\]~]+)~([^\[\]~]+)\]")


@dataclass(frozen=True)
class ModelFormula:
    """A formula taken apart: `outcome` is one expression, `terms` are products of expressions.

    An expression is the name of a column or a Python expression over columns, as text. `columns` are the
    columns that all of them need, in the order of the formula.
    """

    text: str
    outcome: str
    terms: tuple[Term, ...]
    expressions: tuple[str, ...]
    columns: tuple[str, ...]


def read_formula(text: str, available: Collection[str]) -> ModelFormula:
    """Take `outcome ~ terms` apart, against the columns that a table has.

    A term is a column, `log(x)`, `C(x)` for a category, or `I(…)` around arithmetic or a comparison such as
    `I(str < 20)`; terms are joined by `+`, `-`, `:`, `*` and `/`, and `0 +` leaves the intercept out.

    Raises RequestError: `model_formula_call` where the formula holds anything that could call code (another
    function, an attribute, a name with two underscores), `model_formula_unreadable` where it is not a formula
    with one outcome, `model_unknown_column` where a column is not in the table.
    """
    _refuse_code(text, available)
    try:
        parsed = Formula(text)
        outcomes, terms = list(parsed.lhs), list(parsed.rhs)
        parts = [[(factor.expr, factor.eval_method.value) for factor in term.factors] for term in outcomes + terms]
    except (FormulaicError, SyntaxError, AttributeError, TypeError, ValueError, KeyError, RecursionError) as error:
        raise RequestError("model_formula_unreadable", formula=text) from error
    if len(outcomes) != 1 or len(parts[0]) != 1 or not terms:
        raise RequestError("model_formula_unreadable", formula=text)
    literals = {expression for product in parts for expression, method in product if method == "literal"}
    used = [part for product in parts for part in product if part[1] != "literal"]
    # A number before a term would scale its coefficient without a trace in the term's name.
    if not used or parts[0][0][1] == "literal" or literals - {"1"}:
        raise RequestError("model_formula_unreadable", formula=text)
    columns = dict.fromkeys(name for expression, method in used for name in _names(expression, method, text, available))
    expressions = tuple(dict.fromkeys(expression for expression, _ in used))
    return ModelFormula(text, parts[0][0][0], tuple(terms), expressions, tuple(columns))


def split_formula(text: str, *, counts: bool) -> tuple[str, str, str, str]:
    """A formula in four: the plain one, what is endogenous, its instruments, and the second count of an outcome.

    `y ~ x + [e ~ z]` has e endogenous and z its instruments; with `counts`, `passed + failed ~ x` has two counts.
    What is absent is empty. Raises RequestError where there is more than one pair of brackets.
    """
    found = _INSTRUMENTS.findall(text)
    if len(found) > 1:
        raise RequestError("model_formula_unreadable", formula=text)
    endogenous, instruments = (part.strip() for part in found[0]) if found else ("", "")
    outcome, _, right = _INSTRUMENTS.sub("", text).partition("~")
    right = right.strip() or ("1" if found else "")
    second = ""
    if counts and not re.search(r"[(*:]", outcome) and outcome.count("+") == 1:
        outcome, _, second = outcome.partition("+")
    plain = f"{outcome.strip()} ~ {right}" if found or second else text
    return plain, endogenous, instruments, second.strip()


def near_names(name: str, available: Collection[str]) -> str:
    """The names most like `name`, or else the first few there are."""
    known = [str(each) for each in available]
    return ", ".join(get_close_matches(name, known, n=3, cutoff=0.5) or known[:5])


def evaluate(expression: str, data: pd.DataFrame) -> pd.Series:
    """The values of one expression, row by row, in double precision; a comparison gives 1 and 0.

    A column of text, and anything inside `C(…)`, comes back as a category. Missing stays missing: `str < 20`
    is unknown where `str` is. Raises RequestError `model_text_column` where arithmetic meets text.
    """
    if expression in data.columns:
        column = data[expression]
        return column.astype("category") if _is_text(column) else _numbers(column, expression)
    node = ast.parse(expression, mode="eval").body
    if isinstance(node, ast.Call) and _function(node) == "C":
        inside = node.args[0]
        raw = data[inside.id] if isinstance(inside, ast.Name) else evaluate(ast.unparse(inside), data)
        return raw.astype("category")
    try:
        with np.errstate(all="ignore"):
            values = _number(_walk(node, data, expression), expression)
    except RecursionError as error:
        raise RequestError("model_formula_unreadable", formula=expression) from error
    # A constant such as I(2) stands for the same value in every row.
    return values if isinstance(values, pd.Series) else pd.Series(float(values), index=data.index)


def model_matrix(formula: ModelFormula, values: pd.DataFrame) -> pd.DataFrame:
    """The columns of the right-hand side, one a term (a category has one for each level but the first).

    `values` holds one complete column for each of the formula's expressions.
    """
    terms = [Term([_looked_up(factor) for factor in term.factors]) for term in formula.terms]
    matrix = pd.DataFrame(Formula(terms).get_model_matrix(values, na_action="raise"))
    return matrix.astype("float64").set_index(values.index)


def _looked_up(factor: Factor) -> Factor:
    if factor.eval_method.value == "literal":
        return factor
    return Factor(factor.expr, eval_method="lookup")


def _refuse_code(text: str, available: Collection[str]) -> None:
    """Look at the whole text first, so that whatever hides in it is named and not merely unreadable."""
    bare = _QUOTED.sub("0", text)
    for name in sorted((str(each) for each in available), key=len, reverse=True):
        if name and (not name.isidentifier() or "__" in name or keyword.iskeyword(name)):
            bare = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "x", bare)
    words = re.findall(r"[^\W\d]\w*", bare)
    seen = [name for name in _CALL.findall(bare) if name not in FUNCTIONS]
    seen += [word for word in words if "__" in word or keyword.iskeyword(word)]
    seen += _ATTRIBUTE.findall(bare) + _SIGNS.findall(bare)
    if seen:
        raise RequestError("model_formula_call", formula=text, seen=seen[0])


def _names(expression: str, method: str, text: str, available: Collection[str]) -> list[str]:
    if method == "lookup":
        names = [expression]
    else:
        tree = ast.parse(expression, mode="eval").body
        _refuse_unlisted(tree, text)
        calls = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in calls]
    for name in names:
        if name not in available:
            raise RequestError("model_unknown_column", column=name, near=near_names(name, available))
    return names


def _refuse_unlisted(tree: ast.expr, text: str) -> None:
    allowed = (ast.Name, ast.BinOp, ast.UnaryOp, ast.Compare, ast.USub, ast.UAdd, ast.Load, *_ARITHMETIC, *_COMPARISONS)
    for node in ast.walk(tree):
        plain = isinstance(node, allowed)
        constant = isinstance(node, ast.Constant) and isinstance(node.value, int | float | str)
        call = isinstance(node, ast.Call) and _function(node) in FUNCTIONS and len(node.args) == 1 and not node.keywords
        category_inside = call and _function(node) == "C" and node is not tree
        if not (plain or constant or call) or category_inside:
            seen = ast.unparse(node if isinstance(node, ast.expr) else tree)
            raise RequestError("model_formula_call", formula=text, seen=seen)


def _function(call: ast.AST) -> str:
    return call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""


def _walk(node: ast.expr, data: pd.DataFrame, expression: str) -> pd.Series | float | str:
    if isinstance(node, ast.Name):
        column = data[node.id]
        return column.astype("object") if _is_text(column) else _numbers(column, expression)
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else _constant(node.value)
    if isinstance(node, ast.UnaryOp):
        value = _number(_walk(node.operand, data, expression), expression)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp):
        left, right = (_number(_walk(side, data, expression), expression) for side in (node.left, node.right))
        return _ARITHMETIC[type(node.op)](left, right)
    if isinstance(node, ast.Compare):
        return _compared(node, data, expression)
    assert isinstance(node, ast.Call)
    inside = _walk(node.args[0], data, expression)
    if _function(node) not in _CURVES:
        return inside
    number = _number(inside, expression)
    return pd.Series(_CURVES[_function(node)](number), index=data.index)


def _constant(value: object) -> float:
    try:
        return np.float64(value)  # type: ignore[arg-type]
    except OverflowError:
        return np.float64("inf")


def _compared(node: ast.Compare, data: pd.DataFrame, expression: str) -> pd.Series:
    sides = [_walk(side, data, expression) for side in (node.left, *node.comparators)]
    if len({isinstance(side, str) or (isinstance(side, pd.Series) and _is_text(side)) for side in sides}) > 1:
        raise RequestError("model_text_column", expression=expression)
    holds = pd.Series(True, index=data.index)
    for sign, left, right in zip(node.ops, sides, sides[1:], strict=False):
        holds &= pd.Series(_COMPARISONS[type(sign)](left, right), index=data.index).fillna(False).astype(bool)
    known = pd.Series(True, index=data.index)
    for side in sides:
        if isinstance(side, pd.Series):
            known &= side.notna()
    return holds.astype("float64").where(known)


def _is_text(column: pd.Series) -> bool:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return True
    if pd.api.types.is_numeric_dtype(column):
        return False
    return not all(isinstance(value, int | float) for value in column.dropna())


def _numbers(column: pd.Series, expression: str) -> pd.Series:
    if pd.api.types.is_complex_dtype(column):
        raise RequestError("model_text_column", expression=expression)
    # Whole numbers of few bits overflow when squared, and single precision moves a value across a boundary.
    return column.astype("Float64").astype("float64") if column.dtype == object else column.astype("float64")


def _number(value: pd.Series | float | str, expression: str) -> pd.Series | float:
    if isinstance(value, str) or (isinstance(value, pd.Series) and _is_text(value)):
        raise RequestError("model_text_column", expression=expression)
    return value
