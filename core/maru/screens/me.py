"""My settings (내 정보): language, density, password, and the browsers I am signed in with."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from maru.auth import end_session, password_problem, prolong
from maru.errors import NotFound
from maru.models import Session, User
from maru.pages import current_user, form, in_hop, portal_of, redirect, render, write
from maru.screens.contexts import MeContext, PasswordContext, SessionLine
from maru_language import current_locale, now, t


def me(request: Request) -> Response:
    """Who I am here, and how I like the pages."""
    user, current = current_user(request), request.state.session
    sessions = Session.select().where(Session.user == user.id, Session.ends_at > now()).order_by(Session.seen_at.desc())
    lines = tuple(SessionLine(s.id, s.created_at, s.seen_at, s.address, s.agent, s.id == current.id) for s in sessions)
    posts = tuple(f"{post.department.name} {post.title}".strip() for post in user.posts_in_force)
    return render(request, "maru/me.html", MeContext(user, posts, lines))


def change(request: Request) -> Response:
    """Save language and density."""
    entered = form(request)
    user = current_user(request)
    if entered.get("locale") in ("ko", "en"):
        user.locale = str(entered["locale"])
    if entered.get("density") in ("", "compact", "comfortable"):
        user.density = str(entered["density"])
    with write(request):
        user.save(only=[User.locale, User.density])
    current_locale.set(user.locale)
    return redirect(request, "/me/", t("저장했습니다."))


def password(request: Request) -> Response:
    """The form for a new password."""
    return render(request, "maru/password.html", PasswordContext("", current_user(request).must_change_password))


async def change_password(request: Request) -> Response:
    """Save a new password; 422 with the reason when the old one does not fit or the new one will not do."""
    names = ("old_password", "new_password", "repeated_password")
    old, new, repeated = (str(form(request).get(name, ""))[:1000] for name in names)
    user = current_user(request)
    passwords = portal_of(request).passwords
    fits = await passwords.in_pool(passwords.fits, user.password_hash, old)

    def problem() -> str:
        if not fits:
            return t("지금 비밀번호가 맞지 않습니다.")
        return password_problem(new, user.username) if new == repeated else t("새 비밀번호 두 개가 서로 다릅니다.")

    said = await in_hop(request, problem)
    if said:
        context = PasswordContext(said, user.must_change_password)
        return await in_hop(request, lambda: render(request, "maru/password.html", context, 422))
    password_hash = await passwords.in_pool(passwords.hash, new)
    return await in_hop(request, lambda: _save_password(request, user, password_hash))


def _save_password(request: Request, user: User, password_hash: str) -> Response:
    """Save the hash and sign every other browser of this person out."""
    user.password_hash, user.must_change_password = password_hash, False
    with write(request, note="password changed"):
        user.save(only=[User.password_hash, User.must_change_password])
        Session.delete().where(Session.user == user.id, Session.id != request.state.session.id).execute()
    return redirect(request, "/me/", t("비밀번호를 바꾸었습니다. 다른 곳의 로그인은 모두 끝났습니다."))


def end_one(request: Request, session: int) -> Response:
    """Sign one of my browsers out; somebody else's session answers like one that is not there."""
    found = Session.get_or_none((Session.id == session) & (Session.user == current_user(request).id))
    if found is None:
        raise NotFound(t("이미 끝난 로그인입니다."))
    end_session(found)
    return redirect(request, "/me/", t("그 기기의 로그인을 끝냈습니다."))


def stay(request: Request) -> Response:
    """Move the end of this session on: the answer to the warning that it is about to end."""
    session = request.state.session
    prolong(session, portal_of(request).settings)
    return JSONResponse({"ends_at": session.ends_at.isoformat()})
