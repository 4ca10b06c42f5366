"""Signing in and out. Checking a password happens outside of the view threads, so that it delays nobody."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from maru.auth import begin_session, end_session
from maru.auth.sessions import address_of
from maru.db import transaction
from maru.errors import TooMany
from maru.language import t
from maru.models import AuditEntry, SignInFailure, User
from maru.pages import form, in_hop, portal_of, redirect, render
from maru.screens.contexts import LoginContext
from maru.security import refuse_when_throttled
from maru.types import SignIn


def login(request: Request) -> Response:
    """The login page; who is signed in already goes on."""
    if request.state.user is not None:
        return RedirectResponse(safe_next(request.query_params.get("next", "")), 303)
    return _page(request)


def _page(request: Request, username: str = "", problem: str = "", status: int = 200) -> Response:
    entered = form(request).get("next") or request.query_params.get("next", "")
    context = LoginContext(username, problem, safe_next(str(entered)), portal_of(request).demo_accounts)
    return render(request, "maru/login.html", context, status)


def safe_next(path: str) -> str:
    """`path` if it leads somewhere in this portal, else the home page."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_ours and "\\" not in path and not path.startswith("/login") else "/"


@dataclass(frozen=True)
class _Candidate:
    user: User | None
    is_proven: bool
    problem: str = ""


async def enter(request: Request) -> Response:
    """Check name and password, begin a session; 401 with the form when they do not fit, 429 after too many tries."""
    username = str(form(request).get("username", "")).strip()[:60]
    password = str(form(request).get("password", ""))[:1000]
    portal = portal_of(request)
    candidate: _Candidate = await in_hop(request, lambda: _candidate(request, username, password))
    if candidate.problem:
        answer: Response = await in_hop(request, lambda: _page(request, username, candidate.problem, 429))
        return answer
    stored = candidate.user.password_hash if candidate.user else ""
    fits = candidate.is_proven or await portal.passwords.fits_in_pool(stored, password)
    if fits and candidate.user is not None:
        user = candidate.user
        answer = await in_hop(request, lambda: _welcome(request, user))
    else:
        answer = await in_hop(request, lambda: _refuse(request, username))
    return answer


def _candidate(request: Request, username: str, password: str) -> _Candidate:
    try:
        refuse_when_throttled(username, address_of(request))
    except TooMany as wrong:
        return _Candidate(None, False, str(wrong))
    attempt = SignIn(username, password, address_of(request), dict(request.headers))
    proven = next((name for _, name in portal_of(request).dispatcher.call("authenticate", attempt=attempt)), "")
    user = User.get_or_none((User.username == (proven or username)) & User.is_active)
    return _Candidate(user, bool(proven and user))


def _welcome(request: Request, user: User) -> Response:
    settings = portal_of(request).settings
    token = begin_session(request, settings, user)
    _note(request, "sign_in", user, user.username)
    response = RedirectResponse(safe_next(str(form(request).get("next", ""))), 303)
    response.set_cookie(settings.session_cookie, token, path="/", secure=settings.https, httponly=True, samesite="lax")
    return response


def _refuse(request: Request, username: str) -> Response:
    with transaction():
        SignInFailure.create(username=username, address=address_of(request))
    _note(request, "sign_in_failed", None, username)
    return _page(request, username, t("아이디 또는 비밀번호가 맞지 않습니다. 다시 확인해 주세요."), 401)


def _note(request: Request, action: str, user: User | None, username: str) -> None:
    with transaction():
        AuditEntry.append(
            actor_id=user.id if user else None, actor_name=username, address=address_of(request), action=action
        )


def leave(request: Request) -> Response:
    """Sign this browser out."""
    session = request.state.session
    if session is not None:
        end_session(session)
        _note(request, "sign_out", session.user, session.user.username)
        request.state.user = None
    response = redirect(request, "/login")
    response.delete_cookie(portal_of(request).settings.session_cookie, path="/")
    return response


def language(request: Request) -> Response:
    """The language of the login page, kept in a cookie until somebody signs in."""
    wanted = "en" if form(request).get("locale") == "en" else "ko"
    response = redirect(request, "/login")
    response.set_cookie("maru_locale", wanted, max_age=31_536_000, httponly=True, samesite="lax")
    return response
