"""Signing in and out. Checking a password happens outside of the view threads, so that it delays nobody."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from maru.auth import begin_session, end_session
from maru.auth.sessions import address_of
from maru.errors import TooMany
from maru.models import SignInFailure, User
from maru.pages import form, in_hop, note, portal_of, redirect, render, write
from maru.screens.contexts import LoginContext
from maru_db import transaction
from maru_language import t

FREE_FAILURES = 8
"""After so many failures of one name from one address within ten minutes; from elsewhere the name still signs in."""


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


async def enter(request: Request) -> Response:
    """Check name and password, begin a session; 401 with the form when they do not fit, 429 after too many tries."""
    username = str(form(request).get("username", "")).strip()[:60]
    password = str(form(request).get("password", ""))[:1000]
    try:
        user = await in_hop(request, lambda: _candidate(request, username))
    except TooMany as wrong:
        said = str(wrong)
        return await in_hop(request, lambda: _page(request, username, said, 429))
    stored = user.password_hash if user else ""
    passwords = portal_of(request).passwords
    fits = await passwords.in_pool(passwords.fits, stored, password)
    return await in_hop(request, lambda: _welcome(request, user) if fits and user else _refuse(request, username))


def _candidate(request: Request, username: str) -> User | None:
    """Who wants to enter. Raises TooMany."""
    if SignInFailure.recent_count(username, address_of(request)) >= FREE_FAILURES:
        raise TooMany(
            t("이 컴퓨터에서 로그인에 여러 번 실패했습니다. 10분 뒤에 다시 시도하거나 관리자에게 알려 주세요.")
        )
    found: User | None = User.get_or_none((User.username == username) & User.is_active)
    return found


def _welcome(request: Request, user: User) -> Response:
    settings = portal_of(request).settings
    token = begin_session(request, settings, user)
    request.state.user = user
    note(request, "sign_in")
    response = RedirectResponse(safe_next(str(form(request).get("next", ""))), 303)
    if (chosen := request.cookies.get("maru_locale")) in ("ko", "en"):
        user.locale = chosen
        with write(request):
            user.save(only=[User.locale])
        response.delete_cookie("maru_locale", path="/")  # the next to sign in at this machine has not chosen it
    response.set_cookie(settings.session_cookie, token, path="/", secure=settings.https, httponly=True, samesite="lax")
    return response


def _refuse(request: Request, username: str) -> Response:
    with transaction():
        SignInFailure.create(username=username, address=address_of(request))
    note(request, "sign_in_failed", username)
    return _page(request, username, t("아이디 또는 비밀번호가 맞지 않습니다. 다시 확인해 주세요."), 401)


def leave(request: Request) -> Response:
    """Sign this browser out."""
    if request.state.session is not None:
        end_session(request.state.session)
        note(request, "sign_out")
        request.state.user = None
    response = redirect(request, "/login")
    response.delete_cookie(portal_of(request).settings.session_cookie, path="/")
    return response


def language(request: Request) -> Response:
    """The language of the login page, in a cookie; who signs in next keeps it for themselves."""
    wanted = "en" if form(request).get("locale") == "en" else "ko"
    response = redirect(request, "/login")
    response.set_cookie("maru_locale", wanted, max_age=31_536_000, httponly=True, samesite="lax")
    return response
