"""The list of notifications: what may still be shown, by day, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

from starlette.requests import Request

from maru import Paging, Portal, User, current_user, day, local, portal_of, t, today, write

from .contexts import Day, IndexContext, KindGroup, KindLine, NotificationLine
from .models import KEPT, Muted, Notification
from .notice import NoticeKind
from .sight import Sight

PAGE_LINES = 50


def listed(request: Request) -> IndexContext:
    """The page that the address asks for. What this person may no longer see is marked as read, and not counted."""
    viewer, portal = current_user(request), portal_of(request)
    show = "unread" if request.query_params.get("show") == "unread" else ""
    sight = Sight.of(portal, viewer, Notification.visible_to(viewer, portal).select(*Notification.asked_by()))
    unread = [each for each in sight.seen if each.is_unread]
    wanted = unread if show else sight.seen
    paging = Paging.of(request.query_params.get("page", ""), len(wanted), PAGE_LINES)
    if lost := [each.id for each in sight.gone if each.is_unread]:
        with write(request):  # it was right to tell, and is none of this person's business any more
            Notification.mark_read((Notification.user == viewer.id) & Notification.id.in_(lost))
    return IndexContext(
        days=_by_day(portal, viewer, _whole(wanted[paging.lines])),
        show=show,
        unread_count=len(unread),
        all_count=len(sight.seen),
        hidden_count=sum(each.is_unread or not show for each in sight.unknown),
        page=paging.number,
        page_count=paging.page_count,
        pager_href=f"/notify/?show={show}&page=",
        kept_days=KEPT.days,
    )


def _whole(lines: Iterable[Notification]) -> list[Notification]:
    """The same notifications with their texts, in the same order. One query."""
    ids = [each.id for each in lines]
    return list(Notification.select().where(Notification.id.in_(ids)).order_by(*Notification.newest_first()))


def _by_day(portal: Portal, viewer: User, seen: Iterable[Notification]) -> tuple[Day, ...]:
    kinds = {kind.key: kind for _, kinds in kinds_by_plugin(portal, viewer) for kind in kinds}
    days = groupby(seen, key=lambda each: local(each.at).date())
    return tuple(Day(_name_of(on), tuple(_line(each, kinds.get(each.kind)) for each in told)) for on, told in days)


def _name_of(on: date) -> str:
    words = {today(): t("오늘"), today() - timedelta(days=1): t("어제")}
    return words.get(on) or day(on)


def _line(told: Notification, kind: NoticeKind | None) -> NotificationLine:
    return NotificationLine(
        id=told.id,
        text=told.text,
        note=told.note,
        kind_label=kind.label if kind else "",
        icon=kind.icon if kind else "bell",
        at=told.at,
        is_unread=told.is_unread,
    )


def kinds_by_plugin(portal: Portal, viewer: User) -> list[tuple[str, list[NoticeKind]]]:
    """(plugin id, its kinds) of every plugin that is on for `viewer` and has some."""
    given = portal.dispatcher.call("notice_kinds", viewer=viewer)
    own = [(key, [kind for kind in kinds if kind.key.startswith(f"{key}.")]) for key, kinds in given]
    return [(key, kinds) for key, kinds in own if kinds]


def choices_of(portal: Portal, viewer: User) -> tuple[KindGroup, ...]:
    """Every kind there is, under the name of its plugin, and whether `viewer` wants it."""
    muted = {each.kind for each in Muted.of(viewer)}
    return tuple(
        KindGroup(
            portal.dispatcher.plugins[key].label,
            tuple(KindLine(k.key, k.label, k.hint, k.icon, k.key not in muted) for k in kinds),
        )
        for key, kinds in kinds_by_plugin(portal, viewer)
    )
