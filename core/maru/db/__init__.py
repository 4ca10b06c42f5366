"""The database: one connection a thread, one writer at a time, every change inside a transaction that says so."""

from maru.db.database import abandon, close_database, connected, database, open_database, schema_change
from maru.db.fields import JSONField, UtcDateTimeField
from maru.db.model import Model
from maru.db.prepared import prepared
from maru.db.writing import Change, current_change, transaction
