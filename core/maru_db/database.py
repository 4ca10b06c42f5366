"""The one database of the process, behind a proxy that models are declared on.

A request works in one thread with one connection (a *hop*). The connection stays open in its thread between hops,
because opening SQLite with its pragmas costs more than most pages' queries.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

import peewee

from maru_db.authorizer import only_reading, watch
from maru_db.errors import WriteOutsideError
from maru_db.guarded import Guarded, LookedAt, raise_if_busy
from maru_db.hops import Hop, local, writer_lock, writing
from maru_db.statements import kind_of

database = peewee.DatabaseProxy()

LONGEST_SCHEMA_CHANGE_SECONDS = 600.0
"""What a migration or an uninstalling may take while others wait to write."""


def _is_for_reading(sql: str) -> bool:
    return local.hop is not None and kind_of(sql) is None


class SqliteCursor(LookedAt, sqlite3.Cursor):
    """The cursor of SQLite."""

    __slots__ = ()

    @property
    def connection(self) -> Any:
        """The connection of this thread, which counts as touched from now on."""
        return database.connection()

    def execute(self, sql: str, *parameters: Any, **options: Any) -> Any:
        """Execute one statement; one that was taken for reading cannot change anything."""
        if not _is_for_reading(sql):
            return super().execute(sql, *parameters, **options)
        with only_reading(sql):
            return super().execute(sql, *parameters, **options)

    def executemany(self, sql: str, *parameters: Any, **options: Any) -> Any:
        """Execute one statement for each of the parameters; the same holds."""
        if not _is_for_reading(sql):
            return super().executemany(sql, *parameters, **options)
        with only_reading(sql):
            return super().executemany(sql, *parameters, **options)

    def executescript(self, *script: Any) -> NoReturn:
        """Raises WriteOutsideError: it would commit what stands open, whatever it holds."""
        raise WriteOutsideError("A script cannot be looked at: execute its statements one by one.")


class MaruSqlite(Guarded, peewee.SqliteDatabase):
    """SQLite as the city may rely on it: WAL, `synchronous=FULL`, foreign keys, a busy timeout."""

    def _connect(self) -> Any:
        local.is_connecting = True
        try:
            raw = super()._connect()  # type: ignore[misc]  # Peewee's types leave it out
            watch(raw)
            return raw
        finally:
            local.is_connecting = False

    def cursor(self, named_cursor: object = None) -> Any:
        """A cursor of this thread's connection."""
        return super().cursor(named_cursor).connection.cursor(SqliteCursor)

    def begin(self, lock_type: str | None = None) -> None:
        """Begin a transaction. Raises Busy where another process writes for longer than the busy timeout."""
        try:
            super().begin(lock_type)
        except peewee.OperationalError as wrong:
            raise_if_busy(wrong)

    def leave(self, hop: Hop) -> None:
        """Keep the connection for the next hop of this thread, unless it was broken off from outside, or touched."""
        if hop.is_touched:
            with suppress(sqlite3.Error):
                hop.raw.close()
        if hop.is_abandoned or hop.is_touched:
            self.dispose()

    def is_open(self, raw: Any) -> bool:
        """Whether a transaction stands open on the connection `raw`, whoever opened it."""
        try:
            return bool(getattr(raw, "in_transaction", False))
        except sqlite3.ProgrammingError:  # it was closed
            return False

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
        super().cursor().execute("PRAGMA foreign_keys = 0")
        try:
            with self.begin_writing():
                yield
                if broken := self.execute_sql("PRAGMA foreign_key_check").fetchall():
                    raise WriteOutsideError(f"This change of tables leaves {len(broken)} rows without their parents.")
        finally:
            super().cursor().execute("PRAGMA foreign_keys = 1")


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
    local.hop = None
    if database.obj is not None:
        database.close()
        database.close_idle()


@contextmanager
def connected() -> Iterator[Hop]:
    """A hop: this thread with an open connection. Nested use shares the outer one."""
    if local.hop is not None:
        yield local.hop
        return
    if not database.is_closed() and not database.is_connection_usable():
        database.close()
    database.connect(reuse_if_open=True)
    hop = local.hop = Hop(raw=database.connection())
    try:
        yield hop
    finally:
        _leave(hop)


def _leave(hop: Hop) -> None:
    local.hop = None
    try:
        _close_what_is_open(hop)
    finally:
        database.leave(hop)


def _renew(hop: Hop) -> None:
    """Another connection in the place of one that a plugin has had in its hands."""
    _leave(hop)
    database.connect(reuse_if_open=True)
    hop.raw, hop.is_touched, local.hop = database.connection(), False, hop


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
        hop.end()
        hop.saving = 0
    return is_open


class nothing_left_open:  # noqa: N801 — used like a function; a generator would cost each hook of each page twice as much
    """Around code of a plugin: a transaction that it leaves open is rolled back, and WriteOutsideError says so."""

    __slots__ = ("_hop", "_is_first")

    def __enter__(self) -> None:
        """Look whether one is open already: that is none of the plugin's business."""
        hop = local.hop
        self._is_first = hop is None
        is_clear = hop is not None and hop.token is None and not database.obj.in_transaction()
        self._hop = hop if is_clear else None

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        """Roll back what is open now."""
        hop = self._hop
        if self._is_first and local.hop is not None:  # a hop that was begun inside, as at an import, and never ended
            was_left = True
            _leave(local.hop)
        else:
            was_left = hop is not None and not hop.is_abandoned and _close_what_is_open(hop)
            if hop is not None and hop.is_touched and not hop.is_abandoned:
                _renew(hop)
        if was_left and kind is None:
            raise WriteOutsideError("left a transaction open; it was rolled back")


@contextmanager
def schema_change() -> Iterator[None]:
    """Change tables: foreign keys off, one transaction, foreign keys checked before it commits.

    Never inside `write`: SQLite ignores the pragma there, and rebuilding a table would delete its children.
    """
    with connected() as hop:
        if hop.may_write or database.in_transaction():
            raise WriteOutsideError("schema_change() inside a write: change the tables before or after it.")
        with writing(hop, None, LONGEST_SCHEMA_CHANGE_SECONDS), hop.saves_models(), database.changing_tables():
            hop.may_change_tables = True
            yield
