"""A table or view of a database, through SQLAlchemy: one SELECT, nothing else, and no SQL from whoever asks.

    sqlite:///C:/data/schools.db#schools
    postgresql+psycopg://reader@host/ledger#schools

The part after # is the name of the table or view, with its schema before a point where it needs one. A password is
never part of the address, where shells and records would keep it: it is read from QUALITYEDU_DATABASE_PASSWORD, or
the driver finds it in its own place (for PostgreSQL ~/.pgpass or PGPASSWORD).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qualityedu.datasets import Dataset
from qualityedu.errors import RequestError, ToolMissing
from qualityedu.intake.limits import Limits
from qualityedu.intake.sheet import Sheet

__all__ = ["PASSWORD", "database_sheet"]

PASSWORD = "QUALITYEDU_DATABASE_PASSWORD"
_NAMED = 10
# What SQLAlchemy needs in order not to write: a wish of the connection, which the server then enforces.
_READ_ONLY = {"postgresql": {"postgresql_readonly": True}}


def database_sheet(dataset: Dataset, lang: str, limits: Limits) -> Sheet:
    """All rows of the table that the data set names; row 0 is its column names.

    Raises ToolMissing without SQLAlchemy or the driver, RequestError for an address, a server or a table that is not
    to be had, and Unreadable for more rows than are read.
    """
    try:
        import sqlalchemy
    except ImportError:
        raise ToolMissing("sqlalchemy") from None
    with _connection(sqlalchemy, dataset.url) as connection:
        table = _table(sqlalchemy, connection, dataset.sheet)
        # One row more than may be read tells that there are too many, without fetching them all.
        fetched = connection.execute(sqlalchemy.select(table).limit(limits.rows + 1)).fetchall()
    limits.refuse_rows(dataset.sheet, len(fetched))
    rows = [[str(column.name) for column in table.columns], *(list(row) for row in fetched)]
    return Sheet(dataset.sheet, rows, lang, first=0, grid=False, headed=True)


@contextmanager
def _connection(sqlalchemy: Any, address: str) -> Iterator[Any]:
    try:
        url = _with_password(sqlalchemy.make_url(address))
    except (sqlalchemy.exc.ArgumentError, ValueError):
        raise RequestError("database_address") from None
    if url.get_backend_name() == "sqlite" and not _is_file(url.database):
        raise RequestError("database_unreachable", kind="sqlite")
    try:
        engine = sqlalchemy.create_engine(_read_only_file(url), poolclass=sqlalchemy.pool.NullPool)
    except ImportError:
        raise ToolMissing("database_driver", driver=url.get_driver_name()) from None
    except sqlalchemy.exc.SQLAlchemyError:
        raise RequestError("database_address") from None
    try:
        options = _READ_ONLY.get(url.get_backend_name(), {})
        with engine.connect().execution_options(**options) as connection:
            yield connection
    except sqlalchemy.exc.SQLAlchemyError:
        # The library's own words may quote the address, so they are not passed on.
        raise RequestError("database_unreachable", kind=url.get_backend_name()) from None
    finally:
        engine.dispose()


def _with_password(url: Any) -> Any:
    if url.password is not None or any("pass" in name.lower() for name in url.query):
        raise RequestError("database_password", name=PASSWORD)
    given = os.environ.get(PASSWORD)
    return url.set(password=given) if given and url.username else url


def _is_file(database: str | None) -> bool:
    return bool(database) and Path(str(database).removeprefix("file:")).is_file()


def _read_only_file(url: Any) -> Any:
    """A SQLite file is opened so that it cannot be written; other addresses stay as they are."""
    if url.get_backend_name() != "sqlite":
        return url
    place = Path(url.database.removeprefix("file:")).resolve().as_uri()
    return url.set(database=place).update_query_dict({"mode": "ro", "uri": "true"})


def _table(sqlalchemy: Any, connection: Any, wanted: str) -> Any:
    schema, _, name = wanted.rpartition(".")
    inspector = sqlalchemy.inspect(connection)
    known = _known(sqlalchemy, inspector, None)
    if wanted in known:
        schema, name = "", wanted
    elif not schema or schema not in inspector.get_schema_names() or name not in _known(sqlalchemy, inspector, schema):
        known_names = ", ".join(known[:_NAMED]) + (" …" if len(known) > _NAMED else "")
        raise RequestError("database_table", seen=wanted, known=known_names or "—")
    columns = [sqlalchemy.column(each["name"]) for each in inspector.get_columns(name, schema=schema or None)]
    return sqlalchemy.table(name, *columns, schema=schema or None)


def _known(sqlalchemy: Any, inspector: Any, schema: str | None) -> list[str]:
    return sorted({*inspector.get_table_names(schema=schema), *inspector.get_view_names(schema=schema)})
