"""The list of notifications: what may still be shown, by day, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from starlette.requests import Request

from maru import Portal, User, current_user, day, local, portal_of, t, today, write

from .contexts import Day, IndexContext, KindGroup, KindLine, NotificationLine
from .models import KEPT, Muted, Notification
from .notice import NoticeKind

PAGE_LINES = 50


@dataclass(frozen=True)
class Sight:
    """What may be shown of some notifications: those `seen`, those `gone` for this person, those nobody vouches for."""

    seen: tuple[Notification, ...]
    gone: tuple[Notification, ...]
    unknown: tuple[Notification, ...]

    @classmethod
    def of(cls, portal: Portal, viewer: User, found: Iterable[Notification]) -> Sight:
        """Asks each plugin once about the subjects of its notifications; a plugin that is off vouches for nothing."""
        seen: set[int] = set()
        asked: set[int] = set()
        by_plugin: dict[str, list[Notification]] = {}
        for each in (found := list(found)):
            by_plugin.setdefault(each.plugin, []).append(each)
        for key, theirs in by_plugin.items():
            subjects = tuple(sorted({each.subject for each in theirs if each.subject}))
            given = _vouched(portal, viewer, key, subjects)
            vouched = {subject for answer in given for subject in answer}
            seen |= {each.id for each in theirs if each.subject in vouched}
            if portal.is_on(key, viewer):
                seen |= {each.id for each in theirs if not each.subject}
            asked |= {each.id for each in theirs if given and each.subject}
        return cls(
            seen=tuple(each for each in found if each.id in seen),
            gone=tuple(each for each in found if each.id in asked - seen),
            unknown=tuple(each for each in found if each.id not in asked | seen),
        )


def _vouched(portal: Portal, viewer: User, key: str, subjects: tuple[str, ...]) -> list[list[str]]:
    if not subjects:
        return []
    return [
        answer for _, answer in portal.dispatcher.call("visible_subjects", only=key, viewer=viewer, subjects=subjects)
    ]


def listed(request: Request) -> IndexContext:
    """The page that the address asks for. What this person may no longer see is marked as read, and not shown."""
    viewer, portal = current_user(request), portal_of(request)
    show = "unread" if request.query_params.get("show") == "unread" else ""
    mine = Notification.visible_to(viewer, portal)
    all_count = mine.count()
    wanted = mine.where(Notification.unread()) if show else mine
    page_count = max(1, -(-(wanted.count() if show else all_count) // PAGE_LINES))
    page = _page_asked(request, page_count)
    sight = Sight.of(portal, viewer, wanted.paginate(page, PAGE_LINES))
    if lost := [each.id for each in sight.gone if each.is_unread]:
        with write(request):  # a write of its own: the count at the bell must not speak of what nobody shows
            Notification.mark_read((Notification.user == viewer.id) & Notification.id.in_(lost))
    return IndexContext(
        days=_by_day(portal, viewer, sight.seen),
        show=show,
        unread_count=Notification.unread_count(viewer, portal),
        all_count=all_count,
        hidden_count=len(sight.unknown),
        page=page,
        page_count=page_count,
        pager_href=f"/notify/?show={show}&page=",
        kept_days=KEPT.days,
    )


def _page_asked(request: Request, page_count: int) -> int:
    asked = request.query_params.get("page", "")
    return min(max(1, int(asked[:6])), page_count) if asked.isdecimal() else 1


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
