"""The only place where rows are saved: `with write(request):`."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from starlette.requests import Request

from maru.auth.sessions import address_of
from maru.errors import Forbidden
from maru.models import AuditEntry, OutboxEvent, User
from maru.pages.body import form
from maru.pages.portal import portal_of
from maru_db import Change, Model, transaction
from maru_db.writing import refuse_unrecorded

Made = TypeVar("Made", bound=Model)

LATEST = 20_000
"""Among so many audit entries, the newest, a form that was sent before is looked for: days, and under 10 ms."""


@dataclass(frozen=True)
class Actor:
    """Who writes, from where, through what: the head of an audit entry."""

    user: User | None
    action: str
    plugin: str = ""
    address: str = ""
    request: str = ""

    @classmethod
    def of(cls, request: Request, action: str = "") -> Self:
        """Who sends this request; `action` is the view's name where none is given."""
        state = request.state
        return cls(
            user=state.session.user if is_view_as(request) else getattr(state, "user", None),
            action=action or getattr(state, "view_name", ""),
            plugin=getattr(state, "plugin_key", ""),
            address=address_of(request),
            request=f"{request.method} {request.scope['path']}"[:180] + _sending(request),
        )


def _sending(request: Request) -> str:
    """What tells this sending of a form with a field `once` from all others: by it the same form is known again."""
    sent = [(name, getattr(value, "filename", value)) for name, value in form(request).multi_items()]
    return f" #{hashlib.sha256(repr(sent).encode()).hexdigest()[:16]}" if "once" in form(request) else ""


def made_before(request: Request, model: type[Made]) -> Made | None:
    """The row of `model` that this very form has made already; None when it was not sent before. Inside a write.

    A form that makes something bears the macro `once()`. Pressed twice, or sent again by a browser, it comes with the
    same number and the same contents, and must not make the same thing again:

        post = made_before(request, Post) or publish(change, …)

    With other contents (back, another title) it is a new one.
    """
    if "once" not in form(request):
        return None
    newest = AuditEntry.select(AuditEntry.id).order_by(AuditEntry.id.desc()).limit(1).scalar() or 0
    mine = AuditEntry.select().where(AuditEntry.actor_id == current_user(request).id, AuditEntry.id > newest - LATEST)
    changes = [c for entry in mine.where(AuditEntry.request == Actor.of(request).request) for c in entry.changes]
    made = [c["key"] for c in changes if (c["table"], c["action"]) == (model._meta.table_name, "created")]
    return model.get_or_none(model.id == int(made[0])) if made else None


def current_user(request: Request) -> User:
    """Who is signed in. Raises Forbidden on a public page that nobody is signed in to."""
    user = getattr(request.state, "user", None)
    if not isinstance(user, User):
        raise Forbidden("Nobody is signed in.")
    return user


class _NotKept(Exception):
    """What a page of somebody else would have noted of its reader is rolled back."""


def is_view_as(request: Request) -> bool:
    """Whether an administrator looks at the pages of somebody else (다른 사람 화면 보기): nothing is kept then."""
    session = getattr(request.state, "session", None)
    return bool(session and session.viewing_id)


@contextmanager
def write(request: Request, note: str = "") -> Iterator[Change]:
    """One transaction for everything that changes: rows, audit entry, outbox. Rolled back whole on any error.

    Keep parsing, hashing and rendering outside of it: while it is open, nobody else in the city can write.
    """
    with suppress(_NotKept), write_as(Actor.of(request), note) as change:
        yield change
        if is_view_as(request):
            raise _NotKept
    portal_of(request).forget()


@contextmanager
def write_as(actor: Actor, note: str = "") -> Iterator[Change]:
    """`write` for what has no request: commands, jobs, events, demonstrations."""
    change = Change(note=note)
    with transaction(change) as hop:
        yield change
        refuse_unrecorded(change, hop)
        if change.records or change.events or change.note:
            _append(actor, note=change.note, changes=change.records)
        for each in change.events:
            OutboxEvent.put(each, actor.user)


def note(request: Request, action: str, username: str = "") -> None:
    """An audit entry of its own, kept even when the view fails: a sign-in, a denial. `username` where nobody is in."""
    with transaction():
        _append(Actor.of(request, action), actor_name=username)


def _append(actor: Actor, actor_name: str = "", **more: Any) -> None:
    same = {name: getattr(actor, name) for name in ("address", "plugin", "action", "request")}
    actor_id, username = (actor.user.id, actor.user.username) if actor.user else (None, "maru")
    AuditEntry.append(actor_id=actor_id, actor_name=actor_name or username, **same, **more)
