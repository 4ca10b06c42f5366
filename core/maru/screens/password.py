"""What a person needs of their own sign-in whatever plugins there are: a new password, and a session that goes on."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from maru.auth import password_problem, prolong
from maru.models import Session, User
from maru.pages import current_user, form, in_hop, portal_of, redirect, render, write
from maru.screens.contexts import PasswordContext
from maru_db import transaction
from maru_language import t


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
    return redirect(request, "/", t("비밀번호를 바꾸었습니다. 다른 곳의 로그인은 모두 끝났습니다."))


def own(request: Request) -> Response:
    """Back to one's own pages, after having looked at somebody else's (다른 사람 화면 보기)."""
    session = request.state.session
    session.viewing_id = None
    with transaction():
        session.save(only=[Session.viewing_id])
    return redirect(request, "/", t("다시 내 화면입니다."))


def stay(request: Request) -> Response:
    """Move the end of this session on: the answer to the warning that it is about to end."""
    session = request.state.session
    prolong(session, portal_of(request).settings)
    return JSONResponse({"ends_at": session.ends_at.isoformat()})
