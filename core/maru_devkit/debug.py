"""What `maru dev` puts around the portal, and nothing else does: what a page cost, and why it failed.

Every answer says its view, template, queries and time in its headers; a broken page shows the lines of the plugin
instead of a reference number, one that refuses somebody the permission; a strip at the foot of each page says what
fails beside it. None of it may ever be seen by the public: a served portal is not wrapped.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from maru.models import User
from maru.pages import SIGNED_IN, Portal
from maru.pages.threads import ViewThreads
from maru_db import database
from maru_devkit.asking import troubles
from maru_devkit.faults import WatchedQuarantine, faults_of, watch
from maru_devkit.needs import looks
from maru_devkit.problem import Problem, denied_part, problem_page, strip
from maru_language import add_catalogue

HERE = Path(__file__).resolve().parent
UNCOUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")

Answered = TypeVar("Answered")


@dataclass
class Tally:
    """What one request has cost so far."""

    query_count: int = 0
    query_seconds: float = 0.0


_tally: ContextVar[Tally | None] = ContextVar("tally", default=None)


class CountedThreads(ViewThreads):
    """View threads that know which request they work for."""

    async def run(self, work: Callable[[], Answered], limit_seconds: float) -> Answered:
        """Run `work`, its queries counted for the request that asks for it."""
        tally = _tally.get()

        def counted() -> Answered:
            _tally.set(tally)  # a context variable of the thread, which no other request shares meanwhile
            return work()

        return await super().run(counted, limit_seconds)


def debugging(app: Starlette) -> ASGIApp:
    """The portal `app` with costs in its headers and problems on its pages."""
    portal: Portal = app.state.portal
    portal.threads.close()
    object.__setattr__(portal, "threads", CountedThreads(portal.settings.threads))
    portal.static.folders = MappingProxyType({**portal.static.folders, "maru_devkit": HERE / "static"})
    add_catalogue(HERE / "locale")
    database.query_hooks.append(_count)
    watched = watch(portal)
    _tell(portal)
    return Debugging(app, portal, watched)


def _tell(portal: Portal) -> None:
    """Say on the console what is wrong with plugins, before anybody opens a page."""
    for key, told in troubles(portal).items():
        plugin = portal.dispatcher.plugins[key]
        for line in told:
            print(f"  {key} {'fails' if plugin.is_well else 'cannot be used'}: {line}", flush=True)
    for line in looks(portal):
        print(f"  {line}", flush=True)


def _count(query: Any) -> None:
    tally = _tally.get()
    if tally is not None and not query.sql.startswith(UNCOUNTED):
        tally.query_count += 1
        tally.query_seconds += query.duration


class Debugging:
    """The wrapper itself, in pure ASGI."""

    def __init__(self, app: ASGIApp, portal: Portal, watched: WatchedQuarantine) -> None:
        self.app = app
        self.portal = portal
        self.watched = watched

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        tally, began = Tally(), time.perf_counter()
        _tally.set(tally)
        state: dict[str, Any] = scope.setdefault("state", {})
        kept: list[Message] = []

        async def with_cost(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                _say(headers, state, tally, time.perf_counter() - began)
                is_text = headers.get("content-type", "").startswith(("text/html", "text/plain"))
                if not is_text or "content-disposition" in headers:
                    await send(message)
                    return
            elif not kept:
                await send(message)
                return
            kept.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                await self._send(scope, state, kept, send)

        await self.app(_plain(scope), receive, with_cost)

    async def _send(self, scope: Scope, state: dict[str, Any], kept: list[Message], send: Send) -> None:
        """Send the page that `kept` holds, with what there is to say to whoever develops."""
        start, *parts = kept
        headers = MutableHeaders(scope=start)
        text = b"".join(part.get("body", b"") for part in parts).decode("utf-8", "surrogateescape")
        page = self._developed(scope, state, start["status"], headers, text).encode("utf-8", "surrogateescape")
        headers["content-length"] = str(len(page))
        await send(start)
        await send({"type": "http.response.body", "body": page})

    def _developed(self, scope: Scope, state: dict[str, Any], status: int, headers: MutableHeaders, text: str) -> str:
        problem = self._problem(scope, state, status)
        locale = getattr(state.get("user"), "locale", "ko")
        if problem is not None and not problem.denied:
            headers["content-type"] = "text/html; charset=utf-8"
            return problem_page(problem, self.portal, locale)
        if problem is not None:
            text = _before("</main>", text, denied_part(problem, self.portal, locale))
        return _before("</body>", text, strip(list(faults_of(self.portal, self.watched)), self.portal, locale))

    def _problem(self, scope: Scope, state: dict[str, Any], status: int) -> Problem | None:
        """Why this page could not be shown; None where it could."""
        asked = f"{scope['method']} {scope['path']}"
        if status == 500 and "problem" in state:
            folder = next((p.folder for p in self.portal.plugins if p.key == state.get("plugin_key")), None)
            page = next((p for _, p, _ in self.portal.pages if p.view_name == state.get("view_name")), None)
            return Problem.of(state["problem"], folder, asked, page)
        if status == 403:
            return self._denied(scope, state.get("user"), asked)
        first = scope["path"].strip("/").partition("/")[0]
        ill = next((p for p in self.portal.plugins if p.key == first and not p.is_well), None)
        return Problem.of_ill(ill, asked) if status == 404 and ill else None

    def _denied(self, scope: Scope, person: User | None, asked: str) -> Problem | None:
        """Why somebody was kept out at the door of a page; None where its view itself has refused them."""
        for path, page, plugin in self.portal.pages:
            is_it = scope["method"] in page.methods and compile_path(path)[0].match(scope["path"])
            if is_it and plugin and person and page.permission not in (None, SIGNED_IN):
                # Their rights were read for this answer; nothing can be read here, on the event loop.
                lacks = "rights" in vars(person) and not person.may(page.permission)
                return Problem.of_denied(page, plugin, person.name, asked) if lacks else None
        return None


def _plain(scope: Scope) -> Scope:
    """The request of a browser that takes no compressed answers: something is to be put into them."""
    return {**scope, "headers": [each for each in scope["headers"] if each[0] != b"accept-encoding"]}


def _before(end: str, page: str, part: str) -> str:
    """`page` with `part` before its last `end`; as it was where it has none, as fragments have not."""
    head, found, tail = page.rpartition(end)
    return f"{head}{part}{found}{tail}" if found else page


def _say(headers: MutableHeaders, state: dict[str, Any], tally: Tally, seconds: float) -> None:
    queries = f"{tally.query_count} ({tally.query_seconds * 1000:.1f} ms)"
    headers["x-maru-view"] = state.get("view_name", "-")
    headers["x-maru-template"] = state.get("template", "-")
    headers["x-maru-queries"] = queries
    headers["server-timing"] = (
        f'db;desc="{tally.query_count} queries";dur={tally.query_seconds * 1000:.1f}, '
        f'total;desc="{state.get("view_name", "-")}";dur={seconds * 1000:.1f}'
    )
