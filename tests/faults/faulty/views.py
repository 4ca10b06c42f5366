"""Pages of the faulty plugin: one to fail, two to have something called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from maru import current_user, portal_of, render, write

from .made import ARGUMENTS
from .wrongs import do, respond, wish


@dataclass(frozen=True)
class Context:
    """What the templates get."""

    act: Any


def page(request: Request) -> Response:
    """The place "route"."""
    if wish() == {"place": "route", "fault": "broken template"}:
        return render(request, "maru_faulty/broken.html", Context(None))
    return respond(do("route", "Response", viewer=current_user(request)))


def ask(request: Request, hook: str) -> Response:
    """Have a hook of this plugin called, for one that no page calls."""
    known = {"viewer": current_user(request), "portal": portal_of(request), **ARGUMENTS}
    named = getattr(portal_of(request).dispatcher.manager.hook, hook).spec.argnames
    portal_of(request).dispatcher.ask("faulty", hook, **{name: known.get(name) for name in named})
    return PlainTextResponse("asked")


def enqueue(request: Request) -> Response:
    """Have the job run."""
    with write(request) as change:
        change.enqueue("faulty.work")
        change.emit("faulty.happened", {"id": 1})
    return PlainTextResponse("enqueued")
