"""The columns that a model names, out of whatever holds the table, through Arrow and never row by row."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import narwhals as nw
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["column_names", "take_columns"]


def column_names(data: Any) -> list[str]:
    """The names of the columns of any frame that Narwhals knows, eager or lazy; nothing is computed for it."""
    if isinstance(data, pd.DataFrame):
        return list(data.columns)
    return list(nw.from_native(data).collect_schema().names())


def take_columns(data: Any, names: Iterable[str], *, coded: bool = True, keys: Collection[str] = ()) -> pd.DataFrame:
    """The columns of those names as a pandas frame with rows numbered from 0, in the order of the table.

    A pandas frame is taken as it is, without a copy. From any other frame that Narwhals knows (Polars, PyArrow, DuckDB,
    PySpark; eager or lazy) only these columns are read, and come by Arrow: numbers as they lie there, and words, where
    `coded`, as categories in alphabetical order, so that no word is ever a Python object. Of words under `keys` only
    the order is kept: their categories are numbers from 0.
    """
    if isinstance(data, pd.DataFrame):
        return data.reset_index(drop=True)
    frame: Any = nw.from_native(data)
    wanted = {name: nw.col(name) for name in names}
    if coded and frame.implementation.is_polars():
        held = frame.collect_schema()
        words = [name for name in wanted if held[name] == nw.String()]
        wanted |= {name: nw.col(name).cast(nw.Categorical()) for name in words}
    asked = frame.select(*wanted.values())
    table: pa.Table = (
        asked.collect(backend="pyarrow").to_native() if isinstance(asked, nw.LazyFrame) else asked.to_arrow()
    )
    numbered = {}
    for field in table.schema:
        column = _plain(table.column(field.name), coded)
        if field.name in keys and pa.types.is_dictionary(column.type):
            numbered[field.name] = _numbers(column)
            table = table.drop_columns(field.name)
        else:
            table = table.set_column(table.schema.get_field_index(field.name), field.name, column)
    # Arrow tables without a column have no rows either.
    found = table.to_pandas(split_blocks=True, self_destruct=True, date_as_object=False) if table.num_columns else None
    return (pd.DataFrame() if found is None else found.reset_index(drop=True)).assign(**numbered)


def _numbers(column: pa.ChunkedArray) -> pd.Categorical:
    """The codes alone, −1 where there is no word: two hundred thousand names would take longer than the rows."""
    whole = column.combine_chunks()
    codes = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return pd.Categorical.from_codes(codes, categories=pd.RangeIndex(len(whole.dictionary)))


def _plain(column: pa.ChunkedArray, coded: bool) -> pa.ChunkedArray:
    """Decimals as floating numbers; words as codes."""
    if pa.types.is_decimal(column.type):
        return column.cast(pa.float64())
    words = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not coded or not (pa.types.is_string(words) or pa.types.is_large_string(words)):
        return column
    return _in_order(column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column))


def _in_order(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The codes of words renumbered so that the words stand in the order of the alphabet."""
    whole = column.unify_dictionaries()
    if not whole.num_chunks:
        return whole
    words = whole.chunk(0).dictionary
    order = pc.sort_indices(words)
    place = pc.sort_indices(order).cast(pa.int32())
    codes = pa.chunked_array([each.indices for each in whole.chunks]).combine_chunks()
    return pa.chunked_array([pa.DictionaryArray.from_arrays(place.take(codes), words.take(order))])
