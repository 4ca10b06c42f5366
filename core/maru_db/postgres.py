"""PostgreSQL through psycopg 3 and Peewee's pool; imported only where a PostgreSQL address is set."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import peewee
import psycopg
from playhouse.db_url import parse
from playhouse.pool import PooledPostgresqlDatabase

from maru_db.guarded import Guarded, LookedAt
from maru_db.hops import Hop

WRITERS = 7_302_026  # the number of the advisory lock
LOCK_TIMEOUT_MS = 10_000
"""How long one waits for another process to end its write: as long as on SQLite. Then Busy is raised."""


class PostgresCursor(LookedAt, psycopg.Cursor[Any]):  # type: ignore[misc]  # the driver names each argument
    """The cursor of PostgreSQL."""


class MaruPostgres(Guarded, PooledPostgresqlDatabase):
    """Writers take one advisory lock per transaction, so that what holds on SQLite holds here too."""

    def _connect(self) -> Any:
        raw = super()._connect()
        raw.cursor_factory = PostgresCursor
        return raw

    def is_open(self, raw: Any) -> bool:
        """Whether a transaction stands open on the connection `raw`, whoever opened it."""
        return bool(raw.info.transaction_status)

    def joined(self, column: peewee.ColumnBase) -> peewee.Function:
        """The texts of a column in each group, with commas between."""
        return peewee.fn.STRING_AGG(column, peewee.SQL("','"))

    def leave(self, hop: Hop) -> None:
        """Back into the pool, unless the connection was broken off from outside."""
        self.manual_close() if hop.is_abandoned or hop.is_touched else self.close()

    @contextmanager
    def begin_writing(self) -> Iterator[None]:
        """A transaction with the lock, held until the commit: writers of all processes follow one another."""
        with self.atomic():
            self.execute_sql("SELECT pg_advisory_xact_lock(%s)", (WRITERS,))
            yield

    def changing_tables(self) -> AbstractContextManager[None]:
        """A transaction like any other: PostgreSQL changes tables inside of one without rebuilding them."""
        return self.begin_writing()


def connect_postgres(url: str) -> peewee.Database:
    """A pool of at most 20 connections to `url`; none is opened yet."""
    parameters = dict(parse(url, unquote_user=True, unquote_password=True))
    name = parameters.pop("database")
    parameters.setdefault("options", f"-c lock_timeout={LOCK_TIMEOUT_MS}")
    return MaruPostgres(
        name, max_connections=20, stale_timeout=300, timeout=10, autoconnect=False, prefer_psycopg3=True, **parameters
    )
