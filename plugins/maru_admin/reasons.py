"""왜 볼 수 있나: what lets a person do something, or what is missing and who can give it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from starlette.routing import compile_path

from maru import SIGNED_IN, Grant, Page, Plugin, Portal, Post, RoleMember, User, holders_of, t, today

from .conditions import Condition, switched_on
from .holders import grants_in_force
from .rights import Permission, known_permissions, memberships_of, permission_named, role_labels, scope_text
from .services import STAFF, is_city_administrator, is_city_wide_only

GIVERS_SHOWN = 5


@dataclass(frozen=True)
class GrantReason:
    """A grant by which a person holds a permission: through what, where, when, and which posts place them there."""

    source: str
    scope: str
    starts: date | None
    until: date | None
    through: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """Whether a person may, all conditions, the grants that count, and who could give what is missing.

    Not `is_whole`: the address is that of a single thing, and whether it is shown to somebody only its view can tell.
    """

    may: bool
    conditions: tuple[Condition, ...]
    permission: Permission | None
    grants: tuple[GrantReason, ...]
    roles: tuple[str, ...]
    givers: tuple[User, ...]
    is_whole: bool = True


@dataclass(frozen=True)
class Place:
    """A page at the address `path`, and the function it belongs to; None for the core's own."""

    path: str
    page: Page
    plugin: Plugin | None


def place_at(portal: Portal, address: str) -> Place | None:
    """The page behind an address such as `/board/7` or `http://…/board/7?show=all`."""
    path = "/" + address.partition("://")[2].partition("/")[2] if "://" in address else address
    path = path.partition("?")[0].partition("#")[0]
    fitting = (
        Place(path, page, plugin)
        for route, page, plugin in portal.pages
        if "GET" in page.methods and compile_path(route)[0].match(path)
    )
    return next(fitting, None)


def answer_at(portal: Portal, person: User, place: Place) -> Answer:
    """Whether `person` may open the page at `place`, by its permission and what its function says of the address."""
    permission = place.page.permission
    if place.plugin is None:
        return answer_for(portal, person, permission, None)
    key = place.plugin.key
    answers = portal.dispatcher.ask(key, "access_conditions", path=place.path, person=person, portal=portal) or ()
    own = tuple(condition for conditions in answers for condition in conditions)
    if portal.dispatcher.quarantine.is_paused((key, place.page.view_name)):
        said = t("되풀이해 실패해 잠시 멈추어 두었습니다. 기능 화면에서 까닭을 볼 수 있습니다.")
        own = (*own, Condition(False, t("화면"), said))
    answer = answer_for(portal, person, permission, key, own)
    return replace(answer, is_whole=bool(own) or "{" not in place.page.path)


def answer_for(
    portal: Portal, person: User, key: str | None, plugin: str | None, more: tuple[Condition, ...] = ()
) -> Answer:
    """Whether `person` may do what needs the permission `key` of the function `plugin`, and what `more` says.

    `key` None: a public page; `plugin` None: the core itself.
    """
    first = [_account(person), *([switched_on(portal, plugin, person)] if plugin else [])]
    if key is None or key == SIGNED_IN:
        said = (
            t("로그인한 사람은 모두 볼 수 있습니다.")
            if key
            else t("누구나 볼 수 있는 화면입니다. 로그인도 필요하지 않습니다.")
        )
        conditions = (*first, Condition(True, t("권한"), said), *more)
        return Answer(all(each.holds for each in conditions), conditions, None, (), (), ())
    permission, grants = permission_named(known_permissions(portal), key), tuple(_grants_of(person, key))
    needed = _permission_condition(person, permission, grants)
    conditions = (*first, needed, *more)
    missing = ((), ()) if needed.holds else (_roles_with(key), givers(key))
    return Answer(all(each.holds for each in conditions), conditions, permission, grants, *missing)


def _account(person: User) -> Condition:
    if person.is_active:
        return Condition(True, t("계정"), t("사용 중인 계정입니다."))
    said = t("사용이 중지된 계정이라 로그인할 수 없습니다. 사용자 화면에서 다시 쓰게 할 수 있습니다.")
    return Condition(False, t("계정"), said)


def _permission_condition(person: User, permission: Permission, grants: tuple[GrantReason, ...]) -> Condition:
    title = t("권한: {label}", label=permission.label)
    if person.is_superuser and person.is_active:
        return Condition(True, title, t("설치할 때 만든 최고 관리자라서 모든 권한을 가집니다."))
    if person.may(permission.key):
        return Condition(True, title, t("아래 {n}가지 근거로 가지고 있습니다.", n=len(grants)))
    if grants:
        return Condition(False, title, t("권한을 주는 근거는 있지만 지금 맡은 보직이 없어 쓸 곳이 없습니다."))
    return Condition(False, title, t("이 권한을 가지고 있지 않습니다."))


def _grants_of(person: User, key: str) -> Iterable[GrantReason]:
    roles = role_labels()
    on = today()
    members = [m for m in memberships_of(person) if m.valid_from is None or m.valid_from <= on]
    for grant in grants_in_force(key):
        if grant.role is None:
            if grant.user is not None and grant.user.id == person.id:
                yield _reason(grant, t("개인에게 준 권한"), person, None)
        elif grant.role == STAFF:
            yield _reason(grant, t("역할: {role}", role=roles.get(STAFF, STAFF)), person, None)
        for member in members:
            if member.role == grant.role:
                yield _reason(grant, t("역할: {role}", role=roles.get(member.role, member.role)), person, member)


def _reason(grant: Grant, source: str, person: User, member: RoleMember | None) -> GrantReason:
    starts = [day for day in (grant.valid_from, member.valid_from if member else None) if day]
    ends = [day for day in (grant.valid_until, member.valid_until if member else None) if day]
    through: tuple[str, ...] = ()
    if grant.scope == "own" and member is not None and member.unit is not None:
        through = (t("역할을 맡은 부서: {unit}", unit=member.unit.name),)
    elif grant.scope == "own":
        through = tuple(post_text(post) for post in person.posts_in_force)
    return GrantReason(source, scope_text(grant), max(starts, default=None), min(ends, default=None), through)


def post_text(post: Post) -> str:
    """`유구읍 주무관`: a post as it is said."""
    return " ".join(filter(None, (post.department.name, post.title)))


def _roles_with(key: str) -> tuple[str, ...]:
    roles = role_labels()
    return tuple(dict.fromkeys(roles.get(grant.role, grant.role) for grant in grants_in_force(key) if grant.role))


def givers(key: str) -> tuple[User, ...]:
    """Those who can give the permission `key`, a few of them: those of the administration only city administrators."""
    found = User.select().where(User.id.in_(holders_of("admin.people"))).order_by(User.name, User.id)
    return tuple(person for person in found if not is_city_wide_only(key) or is_city_administrator(person))[
        :GIVERS_SHOWN
    ]
