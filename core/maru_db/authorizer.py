"""SQLite itself refuses to prepare what changes something, where the statement was taken for one that reads."""

import sqlite3
import threading

from maru_db.errors import WriteOutsideError
from maru_db.statements import ASKING

_ALLOWED = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
        sqlite3.SQLITE_TRANSACTION,
        sqlite3.SQLITE_SAVEPOINT,
    }
)


class _Thread(threading.local):
    is_reading = False


_thread = _Thread()


def _allow(action: int, name: str | None, value: str | None, *_where: str | None) -> int:
    """Only what reads, while a statement is prepared that was taken for reading."""
    if action in _ALLOWED or not _thread.is_reading:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and (value is None or (name or "").lower() in ASKING):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def watch(raw: sqlite3.Connection) -> None:
    """Look at each statement that is prepared on the connection."""
    raw.set_authorizer(_allow)


class only_reading:  # noqa: N801 — used like a function; a generator would cost each query several times as much
    """Raises WriteOutsideError where the statement inside changes something after all."""

    __slots__ = ("_sql",)

    def __init__(self, sql: str) -> None:
        self._sql = sql

    def __enter__(self) -> None:
        _thread.is_reading = True

    def __exit__(self, kind: object, wrong: BaseException | None, place: object) -> None:
        _thread.is_reading = False
        if isinstance(wrong, sqlite3.DatabaseError) and wrong.sqlite_errorcode == sqlite3.SQLITE_AUTH:
            raise WriteOutsideError(f"Saving outside of `with write(request):` — {self._sql[:80]}") from wrong
