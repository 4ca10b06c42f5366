"""A stay of a thread with the database (a hop): who runs in it, who may write, and how it is given up from outside."""

import ctypes
import sqlite3
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from maru_db.lock import LONGEST_WRITE_SECONDS, WriterLock

writer_lock = WriterLock()


@dataclass
class Hop:
    """One stay of a thread with the connection `raw`. `token` is set while it holds the writer lock."""

    raw: Any = None
    thread: int = field(default_factory=threading.get_ident)
    token: int | None = None
    is_abandoned: bool = False
    may_write: bool = False
    may_change_tables: bool = False
    is_touched: bool = False
    """A plugin has had the connection itself in its hands: nobody knows what it is like now."""
    saving: int = 0
    change: Any = None
    bulk_tables: set[str] = field(default_factory=set)
    running: tuple[str, str] | None = None
    """The plugin whose code runs, and its hook or page: who is to blame when it never comes back."""

    def end(self) -> None:
        """Nothing is written any more."""
        self.may_write = self.may_change_tables = False
        self.change, self.token = None, None

    @contextmanager
    def saves_models(self) -> Iterator[None]:
        """Inside, a changed table is no bulk change: models record themselves, migrations need no record."""
        self.saving += 1
        try:
            yield
        finally:
            self.saving -= 1


class Local(threading.local):
    """What this thread is doing with the database."""

    hop: Hop | None = None
    is_connecting = False


local = Local()


def current_hop() -> Hop:
    """The hop of this thread. Raises RuntimeError outside of `connected()`."""
    if local.hop is None:
        raise RuntimeError("The database is used outside of a request: wrap the call in `with connected():`.")
    return local.hop


def is_connecting() -> bool:
    """Whether it is this library that opens a connection in this thread, at this moment."""
    return local.is_connecting


def is_given_up() -> bool:
    """Whether this thread was given up meanwhile, so that whatever it does is in vain."""
    return local.hop is not None and local.hop.is_abandoned


@contextmanager
def writing(hop: Hop, change: object = None, longest_seconds: float = LONGEST_WRITE_SECONDS) -> Iterator[None]:
    """The turn of this thread to write: the writer lock, given back whatever happens.

    After `longest_seconds` whoever waits for it gives this hop up, notes that in `overdue`, and goes on.
    """
    token = hop.token = writer_lock.acquire(overrule=lambda: _overrule(hop), longest_seconds=longest_seconds)
    hop.may_write, hop.change = True, change
    try:
        yield
    finally:
        hop.end()
        writer_lock.release(token)


class running:  # noqa: N801 — for the same reason
    """Inside runs code of `plugin`: at the hook, page or card `place`."""

    __slots__ = ("_hop", "_outer", "_what")

    def __init__(self, plugin: str, place: str) -> None:
        self._what = plugin, place

    def __enter__(self) -> None:
        """From now on it is to blame."""
        self._hop = local.hop or Hop()
        self._outer, self._hop.running = self._hop.running, self._what

    def __exit__(self, *error: object) -> None:
        """From now on whoever was before."""
        self._hop.running = self._outer


class Abandoned(BaseException):
    """Raised in a thread that was given up, as soon as it runs Python again: so that a loop without end has one."""


@dataclass(frozen=True)
class Overdue:
    """Who wrote for too long: the plugin and its place, where known, and where its thread stood."""

    running: tuple[str, str] | None
    stack: traceback.StackSummary | None


overdue: deque[Overdue] = deque(maxlen=100)
"""What was given up because others waited to write, until somebody looks."""


def abandon(hop: Hop) -> None:
    """Give up a hop from another thread: interrupt and roll back its connection, free the writer lock.

    The thread is told to end. It cannot be killed: while it waits outside of Python it stays, and whatever it asks
    of the database is refused. Given up twice it is told once.
    """
    if not hop.is_abandoned:
        hop.is_abandoned, hop.may_write = True, False
        _break_off(hop)
        if hop.token is not None:
            writer_lock.release(hop.token)
        _tell_to_end(hop)


def stack_of(thread: int | None) -> traceback.StackSummary | None:
    """Where the thread of this number stands at the moment; None where it has ended."""
    frame = sys._current_frames().get(thread or 0)
    return traceback.extract_stack(frame) if frame else None


def _overrule(hop: Hop) -> Callable[[], None] | None:
    """Give up a hop that writes for too long, under the writer lock; what is left to be done is done outside of it."""
    late = Overdue(hop.running, stack_of(hop.thread))
    if hop.token is None or hop.is_abandoned:
        return None  # it ends just now, and must not be disturbed in the lock itself
    hop.is_abandoned, hop.may_write = True, False
    _tell_to_end(hop)
    overdue.append(late)
    return lambda: _break_off(hop)


def _tell_to_end(hop: Hop) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(hop.thread), ctypes.py_object(Abandoned))


def _break_off(hop: Hop) -> None:
    if isinstance(hop.raw, sqlite3.Connection):
        # The connection is serialized by SQLite itself; where the thread has rolled back already, or has closed it,
        # there is nothing left to do, and SQLite says so with an error.
        with suppress(sqlite3.Error):
            hop.raw.interrupt()
            hop.raw.execute("ROLLBACK")
    elif hop.raw is not None:
        with suppress(Exception):  # a driver may raise anything while it is cancelled from outside
            hop.raw.cancel()
            hop.raw.close()
