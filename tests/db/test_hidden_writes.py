"""A statement that hides that it writes is refused like any other; what reads is not, whatever words it holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from maru_db import connected, database
from maru_db.authorizer import only_reading, watch
from maru_db.errors import WriteOutsideError
from maru_db.statements import Kind, kind_of
from maru_devkit.fixtures import Site

HIDDEN = [
    ";DELETE FROM maru_role",
    "WITH a AS (SELECT 1) /*x*/ DELETE FROM maru_role",
    "WITH a AS (DELETE FROM maru_role RETURNING *) SELECT * FROM a",
    ";CREATE TABLE lunch_x (a int)",
    ";CREATE TEMP TABLE maru_user (a int)",
    "EXPLAIN DELETE FROM maru_role",
    "EXPLAIN (ANALYZE) DELETE FROM maru_role",
]
KINDS: list[tuple[str, Kind | None]] = [
    ("/*c*/PRAGMA table_info(maru_role)", None),
    ("PRAGMA foreign_keys", None),
    (";PRAGMA foreign_keys=0", "connection"),
    ("DO $$ BEGIN END $$", "connection"),
    ("GRANT ALL ON maru_role TO public", "connection"),
    ("COPY maru_role FROM '/x'", "connection"),
    ("PREPARE x AS DELETE FROM maru_role", "connection"),
    ("WITH a AS (SELECT 1) SELECT 'x) DELETE FROM t'", None),
    ("ANALYZE", "tables"),
    ("EXPLAIN QUERY PLAN SELECT 1", None),
    ("SELECT 'it''s; DELETE'", None),
]


@pytest.mark.parametrize("sql", HIDDEN)
def test_a_hidden_write_is_refused(portal: Callable[..., Site], sql: str) -> None:
    """Through Peewee and through a cursor."""
    portal()
    with connected():
        with pytest.raises(WriteOutsideError):
            database.execute_sql(sql)
        with pytest.raises(WriteOutsideError):
            database.cursor().execute(sql)
        with pytest.raises(WriteOutsideError):
            database.cursor().executemany(sql, [()])


@pytest.mark.parametrize(("sql", "kind"), KINDS)
def test_words_are_told_apart(sql: str, kind: Kind | None) -> None:
    """What is behind comments, explained or quoted is read as the database reads it."""
    assert kind_of(sql) == kind


@pytest.mark.parametrize("sql", ["ANALYZE", "PRAGMA user_version = 3", "CREATE TEMP TABLE t (a)", "DELETE FROM one"])
def test_sqlite_prepares_nothing_that_writes_as_reading(tmp_path: Path, sql: str) -> None:
    """Where our reading of the words is wrong, SQLite itself refuses; afterwards writing goes on."""
    raw = sqlite3.connect(tmp_path / "one.sqlite")
    raw.execute("CREATE TABLE one (a)")
    watch(raw)

    with pytest.raises(WriteOutsideError), only_reading(sql):
        raw.execute(sql)

    with only_reading("SELECT"):
        assert raw.execute("SELECT count(*) FROM one").fetchall() == [(0,)]
    raw.execute("INSERT INTO one VALUES (1)")
    raw.close()
