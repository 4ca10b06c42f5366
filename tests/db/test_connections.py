"""A connection is used by everybody in turn: no plugin leaves it other than it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import peewee
import pytest

from maru.models import User
from maru_db import WriteOutsideError, connected, database, nothing_left_open, running, schema_change
from maru_devkit.fixtures import Site

Portal = Callable[..., Site]


def is_sqlite() -> bool:
    """Whether this test runs on SQLite."""
    return isinstance(database.obj, peewee.SqliteDatabase)


def as_a_plugin(act: Callable[[], object]) -> None:
    """What a hook does, within the guard that stands around each of them."""
    with suppress(Exception), running("evil", "menu"), nothing_left_open():
        act()


def close() -> None:
    """The connection itself."""
    database.connection().close()


def close_by_the_library() -> None:
    """As Peewee offers it."""
    database.close()


def change_rows() -> None:
    """Rows in another form, for all that comes after."""
    if is_sqlite():
        database.connection().row_factory = sqlite3.Row
        database.connection().text_factory = bytes
    else:
        database.connection().autocommit = True


def close_by_a_cursor() -> None:
    """The way back from a cursor to its connection. psycopg takes it itself, so there nothing can be marked."""
    if is_sqlite():
        database.cursor().connection.close()


def close_by_an_answer() -> None:
    """Of a query, which is a cursor too."""
    if is_sqlite():
        database.execute_sql("SELECT 1").connection.close()


def switch_state() -> None:
    """By the driver, past every statement that is looked at."""
    raw = database.connection()
    raw.execute("PRAGMA query_only = 1" if is_sqlite() else "SET default_transaction_read_only = on")
    if not is_sqlite():
        raw.commit()


@pytest.mark.parametrize(
    "act", [close, change_rows, switch_state, close_by_the_library, close_by_a_cursor, close_by_an_answer]
)
def test_a_connection_that_a_plugin_had_is_not_used_again(portal: Portal, act: Callable[[], object]) -> None:
    """Neither by the rest of the page, nor by the next page of the thread."""
    site = portal()

    with connected():
        as_a_plugin(act)
        names = {user.username for user in User.select()}
    with site.write_as("admin"):
        user = User.get(User.username == "clerk")
        user.phone = "041"
        user.save()

    assert "clerk" in names
    assert site.user("clerk").phone == "041"


@pytest.mark.parametrize(
    "sql",
    [
        "PRAGMA query_only = 1",
        "pragma foreign_keys(0)",
        "PRAGMA main.synchronous=0",
        "SET statement_timeout = 1",
    ],
)
def test_a_plugin_does_not_change_how_the_connection_works(portal: Portal, sql: str) -> None:
    """Such a statement is refused, with words."""
    portal()

    with connected(), running("evil", "menu"), pytest.raises(WriteOutsideError, match="used by all"):
        database.execute_sql(sql)


PAST_PEEWEE: dict[str, Callable[[], object]] = {
    "rows": lambda: database.cursor().execute("DELETE FROM maru_session"),
    "an answer": lambda: database.execute_sql("SELECT 1").execute("UPDATE maru_user SET name = 'x'"),
    "many": lambda: database.cursor().executemany("DELETE FROM maru_user WHERE id = 1", [()]),
    "tables": lambda: database.cursor().execute("DROP TABLE maru_session"),
    "a script": lambda: database.cursor().executescript("DELETE FROM maru_session"),  # only SQLite knows it
}


@pytest.mark.parametrize("act", PAST_PEEWEE.values(), ids=PAST_PEEWEE.keys())
def test_a_cursor_is_no_way_around(portal: Portal, act: Callable[[], object]) -> None:
    """It comes from Peewee, and what is done with it does not pass Peewee any more; it is looked at all the same."""
    portal()

    with connected(), running("evil", "menu"), pytest.raises((WriteOutsideError, AttributeError)):
        act()


def test_a_plugin_may_ask_what_a_table_is_like(portal: Portal) -> None:
    """Looking at columns and keys changes nothing."""
    portal()

    with connected(), running("good", "menu"):
        found: Any = database.get_columns("maru_user")

    assert "username" in [column.name for column in found]


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE evil_x (a INTEGER)",
        "DROP TABLE maru_user",
        "/* no change */ DROP TABLE maru_user",
        "ALTER TABLE maru_user ADD COLUMN a INTEGER",
        "ATTACH DATABASE 'x' AS x",
        "VACUUM",
    ],
)
def test_tables_are_changed_in_migrations_alone(portal: Portal, sql: str) -> None:
    """Neither beside a write nor inside of one."""
    site = portal()

    with connected(), pytest.raises(WriteOutsideError, match="Changing tables"):
        database.execute_sql(sql)
    with pytest.raises(WriteOutsideError, match="Changing tables"), site.write_as("admin"):
        database.execute_sql(sql)

    with connected():
        assert "evil_x" not in database.get_tables()


def test_tables_are_changed_in_a_change_of_tables(portal: Portal) -> None:
    """Where foreign keys are checked in the end."""
    portal()

    with schema_change():
        database.execute_sql("CREATE TABLE test_x (a INTEGER)")

    with connected():
        assert "test_x" in database.get_tables()


@pytest.mark.parametrize(
    "sql",
    [
        "WITH none AS (SELECT 1) DELETE FROM maru_user",
        "-- reading\nDELETE FROM maru_user",
        "/* reading */ UPDATE maru_user SET name = ''",
    ],
)
def test_a_change_that_looks_like_reading_is_refused(portal: Portal, sql: str) -> None:
    """Outside of a write, whatever the statement begins with."""
    site = portal()

    with connected(), pytest.raises(WriteOutsideError, match="Saving outside"):
        database.execute_sql(sql)

    assert site.user("clerk").name == "clerk"
