"""What is refused on every connection: rows and tables changed where they may not be, threads that were given up."""

from typing import Any, NoReturn

import peewee

from maru_db.errors import Busy, WriteOutsideError
from maru_db.hops import Hop, local
from maru_db.statements import changed_table, kind_of


class Guarded(peewee.Database):
    """Refuses rows saved outside of a write, tables changed outside of `schema_change`, and threads given up.

    What cannot be done because another process writes raises Busy.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.compiled: dict[Any, Any] = {}  # what maru_db.prepared compiled for this database
        super().__init__(*arguments, **options)

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        _look_at(sql)
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


def _look_at(sql: str) -> None:
    """Raises Busy in a thread that was given up, and WriteOutsideError where the statement has no place."""
    hop = local.hop
    if hop is not None:
        if hop.is_abandoned:
            raise Busy("This request took too long and was given up; nothing of it was saved.")
        if (kind := kind_of(sql)) is not None:
            _check(hop, kind, sql)


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


class LookedAt:
    """A cursor. What a plugin does with it, past Peewee, is looked at as well."""

    __slots__ = ()

    def execute(self, sql: str, *parameters: Any, **options: Any) -> Any:
        """Execute one statement."""
        _look_at(sql)
        return super().execute(sql, *parameters, **options)  # type: ignore[misc]  # of the driver's class beside it

    def executemany(self, sql: str, *parameters: Any, **options: Any) -> Any:
        """Execute one statement for each of the parameters."""
        _look_at(sql)
        return super().executemany(sql, *parameters, **options)  # type: ignore[misc]  # the same
