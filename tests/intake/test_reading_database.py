"""Tables and views of a database: SQLite for real, what is said of others, and that nothing is written or shown."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from intake_building import HEADINGS, SCHOOLS

from qualityedu.datasets import open_dataset
from qualityedu.errors import RequestError, ToolMissing
from qualityedu.intake import check, read_schools

pytest.importorskip("sqlalchemy", reason="SQLAlchemy, of the extra sql, is not installed")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A file with a table, a view and a table of another kind."""
    path = tmp_path / "学校 库.db"
    columns = ", ".join(f'"{name}"' for name in HEADINGS)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TABLE schools ({columns})")
        connection.executemany(f"INSERT INTO schools VALUES ({', '.join('?' * len(HEADINGS))})", SCHOOLS)
        connection.execute("CREATE VIEW primary_schools AS SELECT * FROM schools WHERE \"学段\" = '小学'")
        connection.execute('CREATE TABLE "odd name; DROP TABLE schools" (a)')
    return path


def _address(path: Path, table: str) -> str:
    return f"sqlite:///{path.as_posix()}#{table}"


def test_a_table_and_a_view_are_read(database: Path) -> None:
    expected = read_schools(pd.DataFrame(SCHOOLS, columns=list(HEADINGS)))
    pd.testing.assert_frame_equal(read_schools(_address(database, "schools")), expected)
    assert check(_address(database, "primary_schools")).rows_used == 2


def test_places_are_named_by_table_row_and_column(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE schools SET \"在校生数\" = '约八百' WHERE \"学校名称\" = '示例二小'")
    assert [problem.where for problem in check(_address(database, "schools")).problems] == ["schools 第2行“在校生数”列"]


def test_a_description_may_name_a_database(database: Path, tmp_path: Path) -> None:
    lines = [
        f'table = "{_address(database, "schools")}"',
        'title = {zh = "甲", en = "A"}',
        'currency = {zh = "元", en = "yuan"}',
    ]
    (tmp_path / "ledger.toml").write_text("[dataset]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    assert open_dataset(tmp_path / "ledger.toml").title["en"] == "A"
    assert read_schools(tmp_path / "ledger.toml")["pupils"].tolist() == [842.0, 510.0, 1204.0]


def test_the_database_is_not_written(database: Path) -> None:
    before = database.read_bytes()
    check(_address(database, "schools"))
    assert database.read_bytes() == before
    assert [path.name for path in database.parent.iterdir()] == [database.name]
    from sqlalchemy import make_url, text
    from sqlalchemy.exc import OperationalError

    from qualityedu.intake.database import _connection

    with (
        pytest.raises(RequestError),
        _connection(__import__("sqlalchemy"), str(make_url(f"sqlite:///{database}"))) as open_,
    ):
        with pytest.raises(OperationalError, match="readonly"):
            open_.execute(text("DELETE FROM schools"))
        raise OperationalError("", {}, Exception())


@pytest.mark.parametrize(
    "wanted", ["", "pupils", "schools; DROP TABLE schools", "schools--", '"schools"', "main.nothing", "sqlite_master"]
)
def test_only_a_name_that_is_there_is_read(database: Path, wanted: str) -> None:
    before = database.read_bytes()
    with pytest.raises(RequestError) as refusal:
        check(_address(database, wanted))
    assert refusal.value.key == "database_table"
    assert "schools" in refusal.value.sentence("zh")
    assert database.read_bytes() == before


def test_a_name_is_never_taken_for_an_instruction(database: Path) -> None:
    assert [problem.key for problem in check(_address(database, "odd name; DROP TABLE schools")).problems] == [
        "no_heading_row"
    ]
    assert check(_address(database, "schools")).rows_used == 3
    assert check(_address(database, "main.schools")).rows_used == 3


@pytest.mark.parametrize(
    "address", ["postgresql://reader:geheim@host/ledger#t", "postgresql://host/ledger?password=geheim#t"]
)
def test_a_password_in_the_address_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(RequestError) as refusal:
        check(address)
    assert refusal.value.key == "database_password"
    said = [
        refusal.value.sentence("zh"),
        refusal.value.sentence("en"),
        repr(refusal.value),
        repr(open_dataset(address)),
    ]
    assert [words for words in said if "geheim" in words] == []


def test_the_password_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy import make_url

    from qualityedu.intake.database import PASSWORD, _with_password

    monkeypatch.setenv(PASSWORD, "geheim")
    assert _with_password(make_url("postgresql://reader@host/ledger")).password == "geheim"
    assert "geheim" not in str(_with_password(make_url("postgresql://reader@host/ledger")))


def test_what_cannot_be_reached(tmp_path: Path) -> None:
    for address, key in (
        (f"sqlite:///{tmp_path.as_posix()}/none.db#t", "database_unreachable"),
        ("sqlite://#t", "database_unreachable"),
        ("nothing-known://host/x#t", "database_address"),
    ):
        with pytest.raises(RequestError) as refusal:
            check(address)
        assert refusal.value.key == key, address
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "text.db").write_text("这不是数据库" * 100, encoding="utf-8")
    with pytest.raises(RequestError) as refusal:
        check(_address(tmp_path / "text.db", "t"))
    assert refusal.value.key == "database_unreachable"


def test_without_the_library_or_the_driver(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ToolMissing) as refusal:
        check("mysql+mysqldb://host/x#t")
    assert (refusal.value.key, refusal.value.exit_code) == ("database_driver", 5)
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(ToolMissing) as refusal:
        check(_address(database, "schools"))
    assert "qualityedu[sql]" in refusal.value.sentence("en")


def test_more_rows_than_may_be_read(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUALITYEDU_MOST_ROWS", "2")
    assert [problem.key for problem in check(_address(database, "schools")).problems] == ["too_many_rows"]
