"""What the collections tell through maru_notify: units that they are asked, collectors that they were answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from maru import DemoSite, Event, Post, User, holders_of, hookimpl, moment, now, t
from maru_notify.api import Notice, NoticeKind, Settled, notify

from .events import Closed, Extended, OfRequest, Reopened, Sent, Submitted, TakenBack
from .models import CLOSED, DONE, NIL, SENT, CollectionRequest, Target

if TYPE_CHECKING:
    import peewee

ASKED, CHANGED, ANSWERED, DUE = "collect.asked", "collect.changed", "collect.answered", "collect.due"
TARGET, REQUEST = "target", "request"


@hookimpl
def notice_kinds() -> list[NoticeKind]:
    """What units are told, and what collectors are told."""
    return [
        NoticeKind(ASKED, t("취합 요청"), t("우리 부서에 자료 제출 요청이 오면 알립니다."), icon="inbox"),
        NoticeKind(
            DUE,
            t("마감 임박"),
            t("제출하지 않은 자료의 마감이 근무일로 이틀 안에 다가오면 아침에 알립니다."),
            icon="calendar-days",
        ),
        NoticeKind(CHANGED, t("기한과 마감"), t("요청의 기한이 늦춰지거나 마감되면 알립니다."), icon="clock"),
        NoticeKind(ANSWERED, t("제출과 회수"), t("내가 보낸 요청에 부서가 제출하거나 회수하면 알립니다."), icon="send"),
    ]


@hookimpl
def notices(event: Event) -> list[Notice]:
    """Whom a request that was sent, answered, extended, closed or reopened concerns."""
    kind, tell = _TELLING.get(event.name, (None, None))
    if kind is None or tell is None:
        return []
    collection = _open_or_closed().where(CollectionRequest.id == event.read(kind).request).first()
    return tell(collection, event) if collection else []


@hookimpl
def settled(event: Event) -> list[Settled]:
    """The unit has answered, or nobody can any more: the request needs no telling."""
    if event.name == Submitted.event:
        told = event.read(Submitted)
        return [Settled(kind, _href(told.request, told.target)) for kind in (ASKED, DUE)]
    if event.name == Closed.event:
        request = event.read(Closed).request
        targets = Target.select(Target.id).where(Target.request == request)
        return [Settled(kind, _href(request, target.id)) for target in targets for kind in (ASKED, DUE)]
    return []


@hookimpl
def reminders(until: datetime) -> list[Notice]:
    """The people of the units that have not answered a request that is due soon."""
    due = CollectionRequest.select().where(
        CollectionRequest.state == SENT, CollectionRequest.due_at > now(), CollectionRequest.due_at <= until
    )
    return [
        _to_unit(
            DUE, collection, target, t("{due} 마감 · 아직 제출하지 않았습니다.", due=moment(collection.due_at)), None
        )
        for collection in due
        for target in _targets(collection).where(Target.state.not_in(DONE))
    ]


@hookimpl
def visible_subjects(viewer: User, subjects: tuple[str, ...]) -> list[str]:
    """The places in which `viewer` may still answer, and the requests whose board they may still see."""
    places, requests = (
        [int(s.partition(":")[2]) for s in subjects if s.startswith(f"{word}:")] for word in (TARGET, REQUEST)
    )
    answerable = Target.answerable_by(viewer).where(Target.id.in_(places))
    followed = CollectionRequest.visible_to(viewer).where(CollectionRequest.id.in_(requests))
    may_answer = answerable.select(Target.id) if places else ()  # ids alone: a request holds its form
    may_follow = followed.select(CollectionRequest.id) if requests else ()
    return [f"{TARGET}:{found.id}" for found in may_answer] + [f"{REQUEST}:{found.id}" for found in may_follow]


@hookimpl
def demo(site: DemoSite) -> None:
    """What the collections of the demonstration told, all but the last two days read."""
    with site.write_as("demo-admin", plugin="notify"):
        for collection in _open_or_closed():
            latest = _targets(collection).where(Target.state.in_(DONE)).order_by(Target.submitted_at.desc())
            answered = [_answered(collection, target) for target in latest.limit(1)]
            for notice in (*_asked(collection), *answered):
                notify(notice, read_until=now() - timedelta(days=2))


def _asked(collection: CollectionRequest, event: Event | None = None) -> list[Notice]:
    """To the people of the units that have not answered yet: a request has come."""
    if not collection.is_open:
        return []
    note = t("{unit}에서 요청 · {due} 마감", unit=collection.department.name, due=moment(collection.due_at))
    waiting = _targets(collection).where(Target.state.not_in(DONE))
    return [_to_unit(ASKED, collection, target, note, collection.sent_at) for target in waiting]


def _answered_by(collection: CollectionRequest, event: Event) -> list[Notice]:
    target = Target.get_or_none(Target.id == event.payload["target"])
    return [_answered(collection, target, event.at)] if target and target.person_id != collection.collector_id else []


def _answered(collection: CollectionRequest, target: Target, at: datetime | None = None) -> Notice:
    """To the collector: who answered last or took the answer back, and how many have answered."""
    done, total = _targets(collection).where(Target.state.in_(DONE)).count(), _targets(collection).count()
    if done == total:
        note = t("{total}개 부서가 모두 답했습니다. 결과를 내려받을 수 있습니다.", total=total)
    elif target.state == NIL:
        note = t("{unit} 해당 없음 · {total}곳 중 {done}곳 완료", unit=target.unit_name, total=total, done=done)
    elif target.is_done:
        note = t("{unit} 제출 · {total}곳 중 {done}곳 완료", unit=target.unit_name, total=total, done=done)
    else:
        note = t("{unit} 회수 · {total}곳 중 {done}곳 완료", unit=target.unit_name, total=total, done=done)
    return Notice(
        kind=ANSWERED,
        people=(collection.collector_id,),
        text=collection.title,
        note=note,
        href=f"/collect/{collection.id}/",
        subject=f"{REQUEST}:{collection.id}",
        at=target.submitted_at if target.is_done else at,
    )


def _extended(collection: CollectionRequest, event: Event) -> list[Notice]:
    note = t("기한이 {due}까지로 바뀌었습니다.", due=moment(collection.due_at))
    return _to_waiting(collection, event, note)


def _reopened(collection: CollectionRequest, event: Event) -> list[Notice]:
    return _to_waiting(collection, event, t("마감이 취소되어 다시 제출할 수 있습니다."))


def _closed(collection: CollectionRequest, event: Event) -> list[Notice]:
    """To every unit that was asked: what was not handed in is missing, and whether the result may be seen."""
    if collection.state != CLOSED:
        return []
    shared = collection.openness in ("contributors", "open")
    done = t("마감되었습니다. 모인 결과를 볼 수 있습니다.") if shared else t("마감되었습니다.")
    missed = t("제출하지 않은 채 마감되었습니다.")
    return [
        _to_unit(CHANGED, collection, target, done if target.is_done else missed, collection.closed_at)
        for target in _targets(collection)
    ]


def _to_waiting(collection: CollectionRequest, event: Event, note: str) -> list[Notice]:
    waiting = _targets(collection).where(Target.state.not_in(DONE))
    return [_to_unit(CHANGED, collection, each, note, event.at) for each in waiting] if collection.is_open else []


def _to_unit(kind: str, collection: CollectionRequest, target: Target, note: str, at: datetime | None) -> Notice:
    """A notice to the people who answer for the unit of `target`; the collector knows already."""
    in_unit = User.select(User.id).join(Post).where(Post.department == target.department_id, Post.in_force())
    people = {user.id for user in in_unit} - {collection.collector_id}
    return Notice(
        kind=kind,
        people=tuple(sorted(holders_of("collect.answer", people))),
        text=collection.title,
        note=note,
        href=_href(collection.id, target.id),
        subject=f"{TARGET}:{target.id}",
        at=at,
    )


def _targets(collection: CollectionRequest) -> peewee.ModelSelect[Target]:
    return Target.select().where(Target.request == collection.id)


def _open_or_closed() -> peewee.ModelSelect[CollectionRequest]:
    return CollectionRequest.select().where(CollectionRequest.state.in_((SENT, CLOSED)))


def _href(collection: int, target: int) -> str:
    return f"/collect/{collection}/answer/{target}"


_TELLING: dict[str, tuple[type[OfRequest], Callable[[CollectionRequest, Event], list[Notice]]]] = {
    kind.event: (kind, tell)
    for kind, tell in (
        (Sent, _asked),
        (Submitted, _answered_by),
        (TakenBack, _answered_by),
        (Extended, _extended),
        (Closed, _closed),
        (Reopened, _reopened),
    )
}
