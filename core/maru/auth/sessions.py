"""Session rows: begun at sign-in, touched while used, ended at sign-out or by the clock."""

from datetime import timedelta

from starlette.requests import Request

from maru.db import transaction
from maru.language import now
from maru.models import Session, SignInFailure, User
from maru.models.session import token_digest
from maru.settings import Settings, new_secret

TOUCH_SECONDS = 60


def address_of(request: Request) -> str:
    """The address the request came from, as the server saw it."""
    return request.client.host if request.client else ""


def session_of(request: Request, settings: Settings) -> Session | None:
    """The live session of this request; its clock is moved on at most once a minute."""
    token = request.cookies.get(settings.session_cookie, "")
    session = Session.of_token(token) if token else None
    if session is not None and now() - session.seen_at > timedelta(seconds=TOUCH_SECONDS):
        session.seen_at = now()
        session.ends_at = now() + timedelta(seconds=settings.session_seconds)
        with transaction():
            session.save()
    return session


def begin_session(request: Request, settings: Settings, user: User) -> str:
    """A new session for `user`; returns its token, which only the cookie knows. Old failures are forgotten."""
    token = new_secret()
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
        Session.delete().where(Session.digest == session.digest).execute()
