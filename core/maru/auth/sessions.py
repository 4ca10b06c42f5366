"""Session rows: begun at sign-in, touched while used, ended at sign-out or by the clock."""

import secrets
from datetime import timedelta

from starlette.requests import Request

from maru.models import Session, SignInFailure, User
from maru.models.session import token_digest
from maru.settings import Settings
from maru_db import transaction
from maru_language import now

TOUCH_SECONDS = 60


def address_of(request: Request) -> str:
    """The address the request came from, as the server saw it."""
    return request.client.host if request.client else ""


def session_of(request: Request, settings: Settings) -> Session | None:
    """The live session of this request; its clock is moved on at most once a minute."""
    token = request.cookies.get(settings.session_cookie, "")
    session = Session.of_token(token) if token else None
    if session is not None and now() - session.seen_at > timedelta(seconds=TOUCH_SECONDS):
        prolong(session, settings)
    return session


def prolong(session: Session, settings: Settings) -> None:
    """The session was used: its end moves on."""
    session.seen_at = now()
    session.ends_at = now() + timedelta(seconds=settings.session_seconds)
    with transaction():
        session.save()


def begin_session(request: Request, settings: Settings, user: User) -> str:
    """A new session for `user`; returns its token, which only the cookie knows. Old failures are forgotten."""
    token = secrets.token_urlsafe(32)
    with transaction():
        Session.create(
            digest=token_digest(token),
            user=user,
            ends_at=now() + timedelta(seconds=settings.session_seconds),
            address=address_of(request),
            agent=request.headers.get("user-agent", "")[:200],
        )
        Session.delete().where(Session.ends_at < now()).execute()
        SignInFailure.delete().where(
            SignInFailure.username == user.username, SignInFailure.address == address_of(request)
        ).execute()
    return token


def end_session(session: Session) -> None:
    """Sign this browser out."""
    with transaction():
        session.delete_instance()
