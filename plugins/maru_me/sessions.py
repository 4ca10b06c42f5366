"""Where a person is signed in: the rows of the core's sessions that are theirs and have not ended."""

from __future__ import annotations

import peewee

from maru import Session, User, now

from .contexts import SessionLine


def live_of(user: User) -> peewee.ModelSelect[Session]:
    """The sessions of `user` that have not ended, the one used last first."""
    live = Session.select().where(Session.user == user.id, Session.ends_at > now())
    return live.order_by(Session.seen_at.desc(), Session.id.desc())


def lines_of(user: User, current: int) -> tuple[SessionLine, ...]:
    """The same as lines of the page; `current` is the id of the session that asks. One query."""
    return tuple(
        SessionLine(each.id, each.created_at, each.seen_at, each.address, each.agent, each.id == current)
        for each in live_of(user)
    )


def session_of(user: User, session: int) -> Session | None:
    """The live session with this id, if it belongs to `user`."""
    found: Session | None = live_of(user).where(Session.id == session).first()
    return found
