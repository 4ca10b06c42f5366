"""The one database of the process, behind a proxy that models are declared on.

A request works in one thread with one connection (a *hop*). The connection stays open in its thread between hops,
because opening SQLite with its pragmas costs more than most pages' queries.
"""

import ctypes
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import peewee

from maru_db.errors import Busy, WriteOutsideError
from maru_db.lock import WriterLock

database = peewee.DatabaseProxy()
writer_lock = WriterLock()

_DML = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)"?', re.IGNORECASE)
_CHANGING = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)


@dataclass
class Hop:
    """One stay of a thread with the connection `raw`. `token` is set while it holds the writer lock."""

    raw: Any = None
    thread: int = field(default_factory=threading.get_ident)
    token: int | None = None
    is_abandoned: bool = False
    may_write: bool = False
    saving: int = 0
    change: Any = None
    bulk_tables: set[str] = field(default_factory=set)
    running: tuple[str, str] | None = None
    """The plugin whose code runs, and its hook or page: who is to blame when it never comes back."""

    @contextmanager
    def saves_models(self) -> Iterator[None]:
        """Inside, a changed table is no bulk change: models record themselves, migrations need no record."""
        self.saving += 1
        try:
            yield
        finally:
            self.saving -= 1


class _Local(threading.local):
    hop: Hop | None = None
    is_connecting = False


_local = _Local()


def current_hop() -> Hop:
    """The hop of this thread. Raises RuntimeError outside of `connected()`."""
    if _local.hop is None:
        raise RuntimeError("The database is used outside of a request: wrap the call in `with connected():`.")
    return _local.hop


def is_connecting() -> bool:
    """Whether it is this library that opens a connection in this thread, at this moment."""
    return _local.is_connecting


def is_given_up() -> bool:
    """Whether this thread was given up meanwhile, so that whatever it does is in vain."""
    return _local.hop is not None and _local.hop.is_abandoned


class Guarded(peewee.Database):
    """Refuses rows saved outside of a write, and anything from a thread that was given up."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.compiled: dict[Any, Any] = {}  # what maru_db.prepared compiled for this database
        super().__init__(*arguments, **options)

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        hop = _local.hop
        if hop is not None:
            if hop.is_abandoned:
                raise Busy("This request took too long and was given up; nothing of it was saved.")
            if not hop.may_write and _CHANGING.match(sql):
                raise WriteOutsideError(f"Saving outside of `with write(request):` — {sql[:80]}")
            if hop.may_write and not hop.saving and (found := _DML.match(sql)):
                hop.bulk_tables.add(found[1])
        return super().execute_sql(sql, params)


class MaruSqlite(Guarded, peewee.SqliteDatabase):
    """SQLite as the city may rely on it: WAL, `synchronous=FULL`, foreign keys, a busy timeout."""

    def _connect(self) -> Any:
        _local.is_connecting = True
        try:
            return super()._connect()  # type: ignore[misc]  # Peewee's types leave it out
        finally:
            _local.is_connecting = False

    def leave(self, hop: Hop) -> None:
        """Keep the connection for the next hop of this thread, unless it was broken off from outside."""
        if hop.is_abandoned:
            self.dispose()

    def is_open(self, raw: Any) -> bool:
        """Whether a transaction stands open on the connection `raw`, whoever opened it."""
        return bool(getattr(raw, "in_transaction", False))

    def joined(self, column: peewee.ColumnBase) -> peewee.Function:
        """The texts of a column in each group, with commas between."""
        return peewee.fn.GROUP_CONCAT(column)

    def close_idle(self) -> None:
        """Nothing to do: there is no pool, because a SQLite connection belongs to its thread."""

    def begin_writing(self) -> Any:
        """A transaction that takes the lock for writing at its beginning."""
        return self.atomic("IMMEDIATE")

    @contextmanager
    def changing_tables(self) -> Iterator[None]:
        """A transaction with foreign keys off; they are switched around it, as SQLite ignores the pragma inside one."""
        self.execute_sql("PRAGMA foreign_keys = 0")
        try:
            with self.begin_writing():
                yield
                if broken := self.execute_sql("PRAGMA foreign_key_check").fetchall():
                    raise WriteOutsideError(f"This change of tables leaves {len(broken)} rows without their parents.")
        finally:
            self.execute_sql("PRAGMA foreign_keys = 1")


@contextmanager
def writing(hop: Hop, change: object = None) -> Iterator[None]:
    """The turn of this thread to write: the writer lock, given back whatever happens."""
    token = hop.token = writer_lock.acquire()
    hop.may_write, hop.change = True, change
    try:
        yield
    finally:
        hop.may_write, hop.change, hop.token = False, None, None
        writer_lock.release(token)


def open_database(place: Path | str) -> None:
    """Point the models at the SQLite file `place`, or at a PostgreSQL address. No connection is opened yet."""
    close_database()
    if isinstance(place, str):
        from maru_db.postgres import connect_postgres  # psycopg, which few installations have

        database.initialize(connect_postgres(place))
    else:
        database.initialize(_sqlite(place))


def _sqlite(path: Path) -> peewee.Database:
    path.parent.mkdir(parents=True, exist_ok=True)
    pragmas = {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL: NORMAL lost acknowledged commits in 221 of 300 simulated power cuts
        "busy_timeout": 10_000,
        "foreign_keys": 1,
        "cache_size": -16_000,
        "temp_store": 2,
    }
    return MaruSqlite(str(path), pragmas=pragmas, autoconnect=False, check_same_thread=False)


def close_database() -> None:
    """Close this thread's connection, if any, and forget the hop."""
    _local.hop = None
    if database.obj is not None:
        database.close()
        database.close_idle()


@contextmanager
def connected() -> Iterator[Hop]:
    """A hop: this thread with an open connection. Nested use shares the outer one."""
    if _local.hop is not None:
        yield _local.hop
        return
    if not database.is_closed() and not database.is_connection_usable():
        database.close()
    database.connect(reuse_if_open=True)
    hop = _local.hop = Hop(raw=database.connection())
    try:
        yield hop
    finally:
        _leave(hop)


def _leave(hop: Hop) -> None:
    _local.hop = None
    _close_what_is_open(hop)
    database.leave(hop)


def _close_what_is_open(hop: Hop) -> bool:
    """Roll back what was begun on this connection and never ended: it must not hold up the city."""
    behind = database.obj  # asked around each hook of each page: the proxy before it costs as much as the question
    is_open = hop.token is not None or behind.in_transaction() or behind.is_open(hop.raw)
    if is_open:
        while database.in_transaction():
            database.pop_transaction()
        with suppress(peewee.DatabaseError, peewee.InterfaceError):
            database.rollback()
        if hop.token is not None:
            writer_lock.release(hop.token)
        hop.may_write, hop.change, hop.token, hop.saving = False, None, None, 0
    return is_open


class nothing_left_open:  # noqa: N801 — used like a function; a generator would cost each hook of each page twice as much
    """Around code of a plugin: a transaction that it leaves open is rolled back, and WriteOutsideError says so."""

    __slots__ = ("_hop", "_is_first")

    def __enter__(self) -> None:
        """Look whether one is open already: that is none of the plugin's business."""
        hop = _local.hop
        self._is_first = hop is None
        is_clear = hop is not None and hop.token is None and not database.obj.in_transaction()
        self._hop = hop if is_clear else None

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        """Roll back what is open now."""
        hop = self._hop
        if self._is_first and _local.hop is not None:  # a hop that was begun inside, as at an import, and never ended
            was_left = True
            _leave(_local.hop)
        else:
            was_left = hop is not None and not hop.is_abandoned and _close_what_is_open(hop)
        if was_left and kind is None:
            raise WriteOutsideError("left a transaction open; it was rolled back")


class running:  # noqa: N801 — for the same reason
    """Inside runs code of `plugin`: at the hook, page or card `place`."""

    __slots__ = ("_hop", "_outer", "_what")

    def __init__(self, plugin: str, place: str) -> None:
        self._what = plugin, place

    def __enter__(self) -> None:
        """From now on it is to blame."""
        self._hop = _local.hop or Hop()
        self._outer, self._hop.running = self._hop.running, self._what

    def __exit__(self, *error: object) -> None:
        """From now on whoever was before."""
        self._hop.running = self._outer


class Abandoned(BaseException):
    """Raised in a thread that was given up, as soon as it runs Python again: so that a loop without end has one."""


def abandon(hop: Hop) -> None:
    """Give up a hop from another thread: interrupt and roll back its connection, free the writer lock.

    The thread is told to end. It cannot be killed: while it waits outside of Python it stays, and whatever it asks
    of the database is refused.
    """
    hop.is_abandoned = True
    hop.may_write = False
    if isinstance(hop.raw, sqlite3.Connection):
        hop.raw.interrupt()
        # The connection is serialized by SQLite itself; where the thread has rolled back already, there is nothing
        # left to do, and SQLite says so with an error.
        with suppress(sqlite3.Error):
            hop.raw.execute("ROLLBACK")
    elif hop.raw is not None:
        with suppress(Exception):  # a driver may raise anything while it is cancelled from outside
            hop.raw.cancel()
            hop.raw.close()
    if hop.token is not None:
        writer_lock.release(hop.token)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(hop.thread), ctypes.py_object(Abandoned))


@contextmanager
def schema_change() -> Iterator[None]:
    """Change tables: foreign keys off, one transaction, foreign keys checked before it commits.

    Never inside `write`: SQLite ignores the pragma there, and rebuilding a table would delete its children.
    """
    with connected() as hop:
        if hop.may_write or database.in_transaction():
            raise WriteOutsideError("schema_change() inside a write: change the tables before or after it.")
        with writing(hop), hop.saves_models(), database.changing_tables():
            yield
