"""A transaction that remembers what changed in it, so that it can be audited and handed on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from maru_db.database import connected, database
from maru_db.errors import Busy, UnrecordedWriteError, WriteOutsideError
from maru_db.hops import Hop, current_hop, writing
from maru_db.payload import Payload

Action = Literal["created", "changed", "deleted"]
Row = dict[str, Any] | None
UNRECORDED: set[str] = set()
"""Tables whose models say `recorded = False`."""


@dataclass(frozen=True)
class Outgoing:
    """An event that follows from a write, or a job of the plugin `owner`, not to be run before `at`."""

    name: str
    key: str
    payload: dict[str, Any]
    version: int = 1
    owner: str = ""
    at: datetime | None = None

    @classmethod
    def of(cls, what: str | Payload, payload: dict[str, Any] | None, key: str, **more: Any) -> "Outgoing":
        """An event or job by its name and a document, or by a payload that knows both."""
        if isinstance(what, str):
            return cls(what, key, payload or {}, **more)
        return cls(what.event, key, what.model_dump(mode="json"), what.version, **more)


@dataclass
class Change:
    """What one write has done so far. Views get it from `with write(request) as change:`."""

    records: list[dict[str, Any]] = field(default_factory=list)
    events: list[Outgoing] = field(default_factory=list)
    note: str = ""
    recorded_tables: set[str] = field(default_factory=set)

    def record(self, table: str, key: object, action: Action, before: Row = None, after: Row = None) -> None:
        """Note one changed row. Saving a model does this by itself; bulk queries do it by hand.

        Also emits the event `<table>.<action>` with the row's key.
        """
        self.recorded_tables.add(table)
        self.records.append({"table": table, "key": str(key), "action": action, "before": before, "after": after})
        self.events.append(Outgoing(f"{table}.{action}", f"{table}:{key}", {"id": key}))

    def emit(self, what: str | Payload, payload: dict[str, Any] | None = None, key: str = "") -> None:
        """Hand a payload to the plugins that listen, after the commit. Events of one `key` arrive in order.

        `change.emit(Sent(request=7), key="collect_request:7")`, or the name of the event and a document.
        """
        name = what if isinstance(what, str) else what.event
        self.events.append(Outgoing.of(what, payload, key or name))

    def enqueue(
        self, what: str | Payload, payload: dict[str, Any] | None = None, key: str = "", at: datetime | None = None
    ) -> None:
        """Have a job run after the commit, or after the aware instant `at`. Jobs of one `key` run one after another.

        Its name begins with the id of the plugin that declares it in the hook `jobs`.
        """
        name = what if isinstance(what, str) else what.event
        owner, dot, _ = name.partition(".")
        if not (owner and dot):
            raise ValueError(f'The job "{name}" names no plugin. Call it "<plugin id>.{name}".')
        self.events.append(Outgoing.of(what, payload, key, owner=owner, at=at))


def current_change() -> Change | None:
    """The write that this thread is inside of, if any."""
    change: Change | None = current_hop().change
    return change


class Bell:
    """Rung after each commit that hands something on: who waits for that in this process goes on at once."""

    def __init__(self) -> None:
        self.count = 0
        self._rung = threading.Condition()

    def ring(self) -> None:
        """Wake everybody who waits."""
        with self._rung:
            self.count += 1
            self._rung.notify_all()

    def wait(self, heard: int, seconds: float) -> bool:
        """Wait for so long, or until it was rung more often than the `heard` times of before: then True."""
        with self._rung:
            return self._rung.wait_for(lambda: self.count != heard, seconds)


bell = Bell()


@contextmanager
def transaction(change: Change | None = None) -> Iterator[Hop]:
    """One writing transaction: writer lock, BEGIN IMMEDIATE, commit; rolled back whole on any error.

    With `change`, saved models are recorded in it. Without, nothing is recorded: that is for the core's own
    bookkeeping (sessions, leases, the outbox itself).
    """
    with connected() as hop:
        if hop.may_write:
            raise WriteOutsideError("A write inside a write: pass the outer one on instead.")
        hop.bulk_tables.clear()
        with writing(hop, change), database.begin_writing():
            yield hop
            if hop.is_abandoned:
                raise Busy("This request was given up while it was writing; nothing was saved.")
    if change is not None and change.events:
        bell.ring()


def refuse_unrecorded(change: Change, hop: Hop) -> None:
    """Raises UnrecordedWriteError when a bulk query changed a table that nobody recorded."""
    missing = hop.bulk_tables - change.recorded_tables - UNRECORDED
    if missing:
        raise UnrecordedWriteError(
            f"Rows of {', '.join(sorted(missing))} were changed by a bulk query and not recorded. "
            "Call change.record(table, key, action, before, after), or save the rows one by one."
        )
