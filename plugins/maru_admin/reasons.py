"""왜 볼 수 있나: what lets a person do something, or what is missing and who can give it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from starlette.routing import compile_path

from maru import SIGNED_IN, Grant, Page, Plugin, PluginState, Portal, Post, RoleMember, User, t, today

from .holders import grants_in_force, holders_of
from .plugin_facts import name_of
from .rights import Permission, known_permissions, memberships_of, permission_named, role_labels, scope_text
from .services import STAFF, is_city_administrator, is_city_wide_only
from .switching import Reach

GIVERS_SHOWN = 5


@dataclass(frozen=True)
class Check:
    """One condition, whether it holds, and what it rests on."""

    holds: bool
    title: str
    text: str


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
    """Whether a person may, all conditions, the grants that count, and who could give what is missing."""

    may: bool
    checks: tuple[Check, ...]
    permission: Permission | None
    grants: tuple[GrantReason, ...]
    roles: tuple[str, ...]
    givers: tuple[User, ...]


def page_at(portal: Portal, address: str) -> tuple[Page, Plugin | None] | None:
    """The page behind an address such as `/board/7` or `http://…/board/7?show=all`, and the function it belongs to."""
    path = "/" + address.partition("://")[2].partition("/")[2] if "://" in address else address
    path = path.partition("?")[0].partition("#")[0]
    fitting = [
        (page, plugin) for route, page, plugin in portal.pages if compile_path(route)[0].match(path) and _opens(page)
    ]
    return fitting[0] if fitting else None


def _opens(page: Page) -> bool:
    return "GET" in page.methods


def answer_for(
    portal: Portal, person: User, key: str | None, plugin: Plugin | None, is_public: bool = False, view: str = ""
) -> Answer:
    """Whether `person` may do what needs the permission `key` (None: nothing) of the function `plugin`.

    `view` names the page that is asked about, which may be paused.
    """
    known = known_permissions(portal)
    checks = list(_checks(person, plugin))
    if plugin is not None and portal.dispatcher.quarantine.is_paused((plugin.key, view)):
        checks.append(
            Check(False, t("화면"), t("되풀이해 실패해 잠시 멈추어 두었습니다. 기능 화면에서 까닭을 볼 수 있습니다."))
        )
    if is_public or key is None:
        checks.append(Check(True, t("권한"), t("누구나 볼 수 있는 화면입니다. 로그인도 필요하지 않습니다.")))
        return Answer(all(check.holds for check in checks), tuple(checks), None, (), (), ())
    if key == SIGNED_IN:
        checks.append(Check(person.is_active, t("권한"), t("로그인한 사람은 모두 볼 수 있습니다.")))
        return Answer(all(check.holds for check in checks), tuple(checks), None, (), (), ())
    permission, grants = permission_named(known, key), tuple(_grants_of(person, key))
    checks.append(_permission_check(person, permission, grants))
    may = all(check.holds for check in checks)
    missing = not checks[-1].holds
    return Answer(
        may, tuple(checks), permission, grants, _roles_with(key) if missing else (), givers(key) if missing else ()
    )


def _checks(person: User, plugin: Plugin | None) -> Iterator[Check]:
    title = t("계정")
    if not person.is_active:
        yield Check(
            False, title, t("사용이 중지된 계정이라 로그인할 수 없습니다. 사용자 화면에서 다시 쓰게 할 수 있습니다.")
        )
    else:
        yield Check(True, title, t("사용 중인 계정입니다."))
    if plugin is not None:
        yield _plugin_check(person, plugin)


def _plugin_check(person: User, plugin: Plugin) -> Check:
    title = t("기능: {name}", name=name_of(plugin))
    if not plugin.is_well:
        return Check(
            False, title, t("불러오지 못해 아무에게도 보이지 않습니다. 기능 화면에서 잘못된 줄을 볼 수 있습니다.")
        )
    where = Reach.of(PluginState.get_or_none(PluginState.key == plugin.key))
    if plugin.is_on(person):
        return Check(True, title, t("이 사람에게 켜져 있습니다. 쓰는 곳: {where}", where=where.words()))
    if not plugin.is_enabled:
        return Check(False, title, t("꺼져 있습니다. 켜면 보입니다."))
    return Check(False, title, t("다른 부서에만 켜져 있습니다. 쓰는 곳: {where}", where=where.words()))


def _permission_check(person: User, permission: Permission, grants: tuple[GrantReason, ...]) -> Check:
    title = t("권한: {label}", label=permission.label)
    if person.is_superuser and person.is_active:
        return Check(True, title, t("설치할 때 만든 최고 관리자라서 모든 권한을 가집니다."))
    if person.may(permission.key):
        return Check(True, title, t("아래 {n}가지 근거로 가지고 있습니다.", n=len(grants)))
    if grants:
        return Check(False, title, t("권한을 주는 근거는 있지만 지금 맡은 보직이 없어 쓸 곳이 없습니다."))
    return Check(False, title, t("이 권한을 가지고 있지 않습니다."))


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
