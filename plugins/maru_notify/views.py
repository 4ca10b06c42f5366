"""The pages of the notifications. Each view reads in three moves: fetch, decide, answer."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from maru import NotFound, current_user, form, is_partial, portal_of, redirect, render, t, write

from .contexts import SettingsContext
from .listing import choices_of, listed
from .models import Muted, Notification
from .sight import Sight


def index(request: Request) -> Response:
    """What concerns me, the newest first. htmx gets the list alone."""
    context = listed(request)
    if is_partial(request):
        return render(request, "maru_notify/_notifications.html", context)
    return render(request, "maru_notify/index.html", context)


def go(request: Request, notification: int) -> Response:
    """Mark one as read and go on to what it is about. 404 when it is somebody else's or may not be seen any more."""
    found = _shown(request, notification)
    if found.is_unread:
        with write(request):
            Notification.mark_read(Notification.id == found.id)
    return redirect(request, found.href)


def read(request: Request, notification: int) -> Response:
    """Mark one as read and stay."""
    found = _shown(request, notification)
    with write(request):
        Notification.mark_read(Notification.id == found.id)
    return redirect(request, _back(request))


def read_all(request: Request) -> Response:
    """Mark everything I was told as read."""
    with write(request):
        Notification.mark_read(Notification.user == current_user(request).id)
    return redirect(request, "/notify/", t("모두 읽음으로 표시했습니다."))


def settings(request: Request) -> Response:
    """Which kinds I want."""
    context = SettingsContext(choices_of(portal_of(request), current_user(request)), "")
    return render(request, "maru_notify/settings.html", context)


def save_settings(request: Request) -> Response:
    """Save which kinds I want; 422 when one is named that does not exist."""
    viewer = current_user(request)
    groups = choices_of(portal_of(request), viewer)
    known = {kind.key for group in groups for kind in group.kinds}
    wanted = {str(each) for each in form(request).getlist("wanted")}
    if wanted - known:
        context = SettingsContext(groups, t("그 사이에 없어진 알림 종류가 있어 저장하지 못했습니다. 다시 골라 주세요."))
        return render(request, "maru_notify/settings.html", context, 422)
    with write(request):
        Muted.choose(viewer, known - wanted, known)
    return redirect(request, "/notify/settings", t("저장했습니다."))


def _shown(request: Request, notification: int) -> Notification:
    viewer, portal = current_user(request), portal_of(request)
    found = Notification.visible_to(viewer, portal).where(Notification.id == notification)
    seen = Sight.of(portal, viewer, found).seen
    if not seen:
        raise NotFound(t("알림이 없거나, 볼 수 있는 권한이 없습니다."))
    return seen[0]


def _back(request: Request) -> str:
    entered = form(request)
    show = "unread" if entered.get("show") == "unread" else ""
    page = str(entered.get("page", "1"))
    return f"/notify/?show={show}&page={page if page.isdecimal() else 1}"
