"""Finding what an address means for the person who asks: a foreign object answers exactly like a missing one."""

from __future__ import annotations

from starlette.requests import Request

from maru import Conflict, NotFound, User, current_user, t

from ..models import DRAFT, CollectionRequest, Target

SENT_MENU = "/collect/sent/"


def changeable(request: Request, collection: int) -> CollectionRequest:
    """A request of a unit for which the person may request collections. Raises NotFound."""
    request.state.menu_path = SENT_MENU
    return _found(
        CollectionRequest.changeable_by(current_user(request)).where(CollectionRequest.id == collection).first()
    )


def draft_of(request: Request, collection: int) -> CollectionRequest:
    """Such a request that was not sent yet. Raises NotFound; Conflict when it was sent meanwhile."""
    found = changeable(request, collection)
    if found.state != DRAFT:
        raise Conflict(t("이미 발송한 취합입니다. 현황판에서 기한 연장과 마감을 할 수 있습니다."))
    return found


def as_it_stands(found: CollectionRequest) -> CollectionRequest:
    """The same request read again inside a write, before deciding. Raises NotFound when it was discarded meanwhile."""
    return _found(CollectionRequest.get_or_none(CollectionRequest.id == found.id))


def visible(request: Request, collection: int) -> CollectionRequest:
    """A request that the person may follow. Raises NotFound."""
    request.state.menu_path = SENT_MENU
    return _found(CollectionRequest.visible_to(current_user(request)).where(CollectionRequest.id == collection).first())


def with_result(user: User, collection: int) -> CollectionRequest:
    """A request whose merged table `user` may see. Raises NotFound."""
    return _found(CollectionRequest.result_visible_to(user).where(CollectionRequest.id == collection).first())


def answerable(user: User, collection: int, target: int) -> Target:
    """The place of one of `user`'s units in a request that was sent. Raises NotFound."""
    found: Target | None = (
        Target.answerable_by(user).where(Target.id == target, CollectionRequest.id == collection).first()
    )
    if found is None:
        raise NotFound(t("그런 취합 요청이 없거나, 우리 부서에 온 것이 아닙니다."))
    return found


def _found(collection: CollectionRequest | None) -> CollectionRequest:
    if collection is None:
        raise NotFound(t("그런 취합 요청이 없거나, 볼 수 있는 권한이 없습니다."))
    return collection
