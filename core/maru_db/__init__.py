"""The database: one connection a thread, one writer at a time, every change inside a transaction that says so.

A library of its own: it knows tables, changes and plugins' names, but neither people nor pages nor settings.
"""

from maru_db.database import (
    close_database,
    connected,
    database,
    nothing_left_open,
    open_database,
    schema_change,
)
from maru_db.errors import Busy, StorageError, UnrecordedWriteError, WriteOutsideError
from maru_db.fields import JSONField, UtcDateTimeField
from maru_db.hops import abandon, is_given_up, running
from maru_db.model import Model
from maru_db.payload import Payload
from maru_db.prepared import prepared
from maru_db.writing import Change, current_change, transaction
