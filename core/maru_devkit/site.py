"""A running portal in a test: who visits it, what was written, what was told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.testclient import TestClient

from maru.auth import begin_session
from maru.models import AuditEntry, Department, PluginFailure, PluginState, User
from maru.models.event import OutboxEvent
from maru.pages import Actor, Portal, write_as
from maru.types import Event
from maru_db import Change, close_database, connected, database
from maru_server.pulse import Pulse

ORIGIN = "http://testserver"
MOST_BEATS = 50


class Site:
    """A running portal: `client(username)` visits it, `unit(name)` and `user(name)` give its rows."""

    def __init__(self, app: Starlette) -> None:
        self.app = app
        self.portal: Portal = app.state.portal
        self._clients: list[TestClient] = []
        self._pulse = Pulse(self.portal)

    def client(self, username: str | None = None, locale: str = "") -> TestClient:
        """A browser signed in as `username`, or signed out. Sends the headers a browser sends; follows no redirects.

        With `locale` ("ko" or "en") the person changes to that language first.
        """
        client = TestClient(self.app, follow_redirects=False, headers={"origin": ORIGIN}, raise_server_exceptions=True)
        self._clients.append(client)
        if username is not None:
            if locale:
                self._speak(username, locale)
            with connected():
                token = begin_session(_NoRequest(), self.portal.settings, self.user(username))  # type: ignore[arg-type]
                # only the address and the browser's name are read from it
            client.cookies.set(self.portal.settings.session_cookie, token)
        elif locale:
            client.cookies.set("maru_locale", locale)
        return client

    def _speak(self, username: str, locale: str) -> None:
        with self.write_as(username):
            person = self.user(username)
            person.locale = locale
            person.save(only=[User.locale])

    def user(self, username: str) -> User:
        """A person of this site, freshly read."""
        with connected():
            found: User = User.get(User.username == username)
        return found

    def unit(self, name: str) -> Department:
        """A department of this site by its name."""
        with connected():
            found: Department = Department.get(Department.name == name)
        return found

    @contextmanager
    def write_as(self, username: str, plugin: str = "") -> Iterator[Change]:
        """A write in the name of a person, for arranging a test."""
        with connected(), write_as(Actor(self.user(username), "test", plugin=plugin)) as change:
            yield change
        self.portal.forget()

    def switch(self, plugin: str, *units: str, is_on: bool = True) -> None:
        """Switch a plugin as an administrator does: on or off for the whole city, or on for the `units` named."""
        ids = sorted(self.unit(name).id for name in units) or None
        with connected(), write_as(Actor(None, "test", plugin="admin")):
            state = PluginState.get_or_none(PluginState.key == plugin) or PluginState(key=plugin, version="1.0")
            state.is_enabled, state.units = is_on, ids
            state.save()
        with connected():
            self.portal.refresh_plugins()

    def events(self, name: str = "") -> list[Event]:
        """The events that were committed so far, in order, handed on or not; with `name`, only those."""
        with connected():
            rows = list(OutboxEvent.select().order_by(OutboxEvent.id))
        events = [row for row in rows if not row.owner and name in ("", row.name)]
        return [row.as_event() for row in events]

    def jobs(self, name: str = "") -> list[OutboxEvent]:
        """The runs of jobs that were asked for so far, in order, done or not; with `name`, only those."""
        with connected():
            rows = list(OutboxEvent.select().where(OutboxEvent.owner != "").order_by(OutboxEvent.id))
        return [row for row in rows if name in ("", row.name)]

    def run_job(self, name: str, username: str = "", **payload: Any) -> OutboxEvent:
        """Run a job now, asked for by `username` or by nobody. Gives its row. Raises AssertionError when it fails."""
        with connected():
            actor = Actor(self.user(username) if username else None, "test")
            with write_as(actor) as change:
                change.enqueue(name, payload)
            row: OutboxEvent = OutboxEvent.select().where(OutboxEvent.name == name).order_by(-OutboxEvent.id).get()
        self.beat()
        with connected():
            row = row.fresh()
        is_well = row.done_at is not None and not row.problem
        assert is_well, f"{name}: {row.problem or 'was not run'}"
        return row

    def audit(self, action: str = "") -> list[AuditEntry]:
        """The audit entries so far, in order; with `action` (`board.views.save`), only those."""
        with connected():
            entries = list(AuditEntry.select().order_by(AuditEntry.id))
        return [entry for entry in entries if action in ("", entry.action)]

    def beat(self) -> int:
        """Hand events on and run due jobs once, as the elected worker does. Gives how many there were.

        A job with a schedule is due when the `clock` has been moved beyond its time.
        """
        return self._pulse.beat()

    def settle(self) -> int:
        """Hand events on and run jobs until there is nothing left, what listeners and jobs emitted included.

        Gives how many there were. What failed waits for its next attempt: move the `clock` and settle again.
        """
        delivered = 0
        for _ in range(MOST_BEATS):
            handed = self.beat()
            if not handed:
                return delivered
            delivered += handed
        raise AssertionError(f"After {MOST_BEATS} rounds there are still events: listeners answer each other for ever.")

    def failures(self) -> list[str]:
        """What plugins did wrong so far, each with how often: "2× rooms todo views.py:31 ValueError: …"."""
        counts: Counter[str] = Counter()
        with connected():
            found: list[Any] = list(PluginFailure.select().order_by(PluginFailure.id))
        for each in [*found, *self.portal.dispatcher.quarantine.unsaved.values()]:
            counts[" ".join(filter(None, (each.plugin, each.place, each.where, each.problem)))] += each.count
        return [f"{count}× {text}" for text, count in counts.items()]

    def queries(self, act: Callable[[], Any]) -> int:
        """How many database queries `act` makes, a visit of a client for instance."""
        seen: list[Any] = []
        database.query_hooks.append(seen.append)
        try:
            act()
        finally:
            database.query_hooks.remove(seen.append)
        return len([event for event in seen if not event.sql.startswith(("BEGIN", "COMMIT", "PRAGMA"))])

    def close(self) -> None:
        """End threads and connections."""
        for client in self._clients:
            client.close()
        self.portal.close()
        close_database()


class _NoRequest:
    client = None
    headers: dict[str, str] = {}
