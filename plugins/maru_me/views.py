"""The page of a person about themselves. Each view reads in three moves: fetch, decide, answer."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from maru import NotFound, User, current_locale, current_user, read_form, redirect, render, t, write

from .contexts import IndexContext
from .forms import LikingEntry
from .sessions import lines_of, session_of


def index(request: Request) -> Response:
    """Who I am here, how I like the pages, and where I am signed in."""
    return _page(request, {})


def save(request: Request) -> Response:
    """Save language and density; 422 with the reason when one of them is none that the portal knows."""
    entry, problems = read_form(request, LikingEntry)
    if entry is None:
        return _page(request, problems, 422)
    user = current_user(request)
    user.locale, user.density = entry.locale, entry.density
    with write(request):
        user.save(only=[User.locale, User.density])
    current_locale.set(user.locale)
    return redirect(request, "/me/", t("저장했습니다."))


def end(request: Request, session: int) -> Response:
    """Sign one of my browsers out; somebody else's session answers like one that is not there."""
    found = session_of(current_user(request), session)
    if found is None:
        raise NotFound(t("이미 끝난 로그인입니다."))
    with write(request, note=t("한 곳의 로그인을 끝냄")):
        found.delete_instance()
    return redirect(request, "/me/", t("그 기기의 로그인을 끝냈습니다."))


def _page(request: Request, problems: Mapping[str, str], status: int = 200) -> Response:
    user = current_user(request)
    posts = tuple(f"{post.department.name} {post.title}".strip() for post in user.posts_in_force)
    session = request.state.session
    is_mine = session.user_id == user.id  # whoever looks at the pages of somebody else sees no addresses of theirs
    context = IndexContext(user, posts, lines_of(user, session.id) if is_mine else (), problems)
    return render(request, "maru_me/index.html", context, status)
