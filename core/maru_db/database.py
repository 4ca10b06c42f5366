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

from maru_db.errors import Busy, WriteOutsideError
from maru_db.hops import Abandoned as Abandoned
from maru_db.hops import Hop as Hop
from maru_db.hops import current_hop as current_hop
from maru_db.hops import local, writing
from maru_db.hops import writer_lock as writer_lock
from maru_db.statements import changed_table, kind_of

database = peewee.DatabaseProxy()

LONGEST_SCHEMA_CHANGE_SECONDS = 600.0
"""What a migration or an uninstalling may take while others wait to write."""


class Guarded(peewee.Database):
    """Refuses rows saved outside of a write, tables changed outside of `schema_change`, and threads given up.

    What cannot be done because another process writes raises Busy.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.compiled: dict[Any, Any] = {}  # what maru_db.prepared compiled for this database
        super().__init__(*arguments, **options)

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        hop = local.hop
        if hop is not None:
            if hop.is_abandoned:
                raise Busy("This request took too long and was given up; nothing of it was saved.")
            if (kind := kind_of(sql)) is not None:
                _check(hop, kind, sql)
        try:
            return super().execute_sql(sql, params)
        except peewee.OperationalError as wrong:
            raise_if_busy(wrong)

    def rollback(self) -> None:
        """Roll back; of a hop that was given up that was done already."""
        if local.hop is None or not local.hop.is_abandoned:
            super().rollback()

    def connection(self) -> Any:
        """The driver's connection. One that a plugin asked for is not used again after it."""
        if (hop := local.hop) is not None and hop.running is not None:
            hop.is_touched = True
        return super().connection()

    def close(self) -> bool:
        """Close the connection of this thread. Raises WriteOutsideError inside of `connected()`."""
        if local.hop is not None:
            raise WriteOutsideError("The connection is closed by the portal, after the request.")
        return bool(super().close())


def _check(hop: Hop, kind: str, sql: str) -> None:
    """Raises WriteOutsideError where the statement has no place here; notes the table that it changes in bulk."""
    if kind == "tables":
        if not hop.may_change_tables:
            raise WriteOutsideError(f"Changing tables outside of a migration or `schema_change()` — {sql[:80]}")
    elif kind == "connection":
        if hop.running is not None and not hop.may_change_tables:  # migrations ask the driver about foreign keys
            raise WriteOutsideError(f"The connection is used by all: a plugin changes nothing of it — {sql[:80]}")
    elif not hop.may_write:
        raise WriteOutsideError(f"Saving outside of `with write(request):` — {sql[:80]}")
    elif not hop.saving and (table := changed_table(sql)):
        hop.bulk_tables.add(table)


def raise_if_busy(wrong: peewee.OperationalError) -> NoReturn:
    """Raises Busy where somebody else writes, in another process, for longer than one may wait; else `wrong` itself."""
    if any(said in str(wrong) for said in ("is locked", "lock timeout")):
        raise Busy("The database is busy. Nothing was changed; please try again in a moment.") from wrong
    raise wrong


class MaruSqlite(Guarded, peewee.SqliteDatabase):
    """SQLite as the city may rely on it: WAL, `synchronous=FULL`, foreign keys, a busy timeout."""

    def _connect(self) -> Any:
        local.is_connecting = True
        try:
            return super()._connect()  # type: ignore[misc]  # Peewee's types leave it out
        finally:
            local.is_connecting = False

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
        self.cursor().execute("PRAGMA foreign_keys = 0")
        try:
            with self.begin_writing():
                yield
                if broken := self.execute_sql("PRAGMA foreign_key_check").fetchall():
                    raise WriteOutsideError(f"This change of tables leaves {len(broken)} rows without their parents.")
        finally:
            self.cursor().execute("PRAGMA foreign_keys = 1")


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
