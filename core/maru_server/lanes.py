"""Threads in which code of plugins runs beside the pages: watched, and replaced when a plugin does not come back."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from maru.pages import Portal
from maru_db import abandon, close_database, connected
from maru_db.hops import Abandoned, Hop, current_hop, stack_of
from maru_db.writing import bell

logger = logging.getLogger("maru.pulse")

MOMENT_SECONDS = 0.01
"""From a commit to what follows from it, in the same process: the page is answered first."""
LONGEST_DELAY_SECONDS = 3600
"""What failed, an event or a job, is tried again after this at the latest."""
UNBLAMED = "waits for another plugin, which failed or is paused"
"""The reason where a plugin asked to be asked again."""


@dataclass
class Task:
    """What the plugin `key` is doing at `place`. `given_up` is told when it does not come back in time."""

    key: str
    place: str
    limit_seconds: float
    given_up: Callable[[], None]
    hop: Hop
    began_at: float = field(default_factory=time.monotonic)
    writing: tuple[int | None, float] = (None, 0.0)

    def is_overdue(self, longest_write: float) -> bool:
        """Whether it is over its time, or holds up everybody who wants to write for longer than a page may."""
        at = time.monotonic()
        if self.hop.token is None or self.hop.token != self.writing[0]:
            self.writing = (self.hop.token, at)
        return at - self.began_at > self.limit_seconds or at - self.writing[1] > longest_write


class Lane:
    """One thread that does `round` again and again, where `is_needed`. The answer says if there is more to do."""

    def __init__(
        self,
        name: str,
        portal: Portal,
        round: Callable[[Lane], bool],  # noqa: A002 — the word for it
        is_needed: Callable[[], bool],
    ) -> None:
        self.name = name
        self.portal = portal
        self.task: Task | None = None
        self._round = round
        self._is_needed = is_needed
        self._end = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin, or put another thread in the place of the one before."""
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Begin nothing more."""
        self._end.set()
        bell.ring()

    @property
    def is_ending(self) -> bool:
        """Whether nothing more is to be begun."""
        return self._end.is_set()

    def end(self, until: float) -> None:
        """Wait for what is under way; at `until`, by the monotonic clock, it is broken off, and blamed on nobody."""
        if self._thread is not None and self._thread.is_alive():
            self._thread.join(max(0.0, until - time.monotonic()))
            task = self.task
            if self._thread.is_alive() and task is not None:
                abandon(task.hop)
                self._thread.join(1.0)

    def _run(self) -> None:
        with suppress(Abandoned):
            while self._has_its_place() and not self._end.is_set():
                self._go_round()
        if not self._has_its_place():
            self.portal.threads.given_up_count -= 1  # it came back after all
        close_database()

    def _has_its_place(self) -> bool:
        return self._thread is threading.current_thread()

    def _go_round(self) -> None:
        has_more, heard = False, bell.count
        try:
            if self._is_needed():  # a worker that is not elected has no connection here, which costs memory
                with connected():
                    has_more = self._round(self)
        except Exception:  # the next round tries again; the log says why this one failed
            logger.exception("A round of %s failed", self.name)
        if not has_more and bell.wait(heard, self.portal.settings.pulse_seconds):
            self._end.wait(MOMENT_SECONDS)

    @contextmanager
    def watched(self, key: str, place: str, limit_seconds: float, given_up: Callable[[], None]) -> Iterator[None]:
        """Inside runs plugin `key`. Raises TimeoutError when it comes back after it was given up."""
        task = self.task = Task(key, place, limit_seconds, given_up, current_hop())
        try:
            yield
        finally:
            if self.task is task:
                self.task = None
        if task.hop.is_abandoned:
            raise TimeoutError(f"Plugin {key} came back from {place} after it was given up.")

    def look(self) -> None:
        """Give up what is overdue, and see that the thread lives. Writes nothing, so that it never waits itself."""
        task = self.task  # read once: the thread may take it away at any moment
        if task is not None and task.is_overdue(self.portal.settings.view_limit_seconds):
            late = TimeoutError(f"did not come back within {time.monotonic() - task.began_at:.0f} seconds")
            late.stack = stack_of(self._thread.ident if self._thread else None)  # type: ignore[attr-defined]  # read by whoever looks for the line
            # A plugin may have asked another one, in a hook of its own: who runs at this moment is to blame.
            self.portal.dispatcher.note_failure(*(task.hop.running or (task.key, task.place)), late, at_once=True)
            self.give_up(task)
        elif self._thread is not None and not self._thread.is_alive() and not self._end.is_set():
            self.start()

    def give_up(self, task: Task) -> None:
        """A thread cannot be killed: it loses its connection and its place; what it did is tried again."""
        self.task = None
        abandon(task.hop)
        self.portal.threads.given_up_count += 1  # too many, and the worker ends
        task.given_up()
        self.start()
