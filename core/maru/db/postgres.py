"""PostgreSQL through psycopg 3 and Peewee's pool; imported only where a PostgreSQL address is set."""

from __future__ import annotations

import peewee
from playhouse.db_url import parse
from playhouse.pool import PooledPostgresqlDatabase

from maru.db.database import _Guarded


class MaruPostgres(_Guarded, PooledPostgresqlDatabase):
    """Writers take one advisory lock per transaction, so that what holds on SQLite holds here too."""


def connect_postgres(url: str) -> peewee.Database:
    """A pool of at most 20 connections to `url`; none is opened yet."""
    parameters = dict(parse(url, unquote_user=True, unquote_password=True))
    name = parameters.pop("database")
    return MaruPostgres(
        name, max_connections=20, stale_timeout=300, timeout=10, autoconnect=False, prefer_psycopg3=True, **parameters
    )
