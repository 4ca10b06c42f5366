"""누가 볼 수 있나, 왜 볼 수 있나: a permission with all who hold it; a person and what lets them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from maru import NotFound, Portal, User, holders_of, portal_of, render, t, today

from ..directory import Choice, PersonLine, people_found, people_matching
from ..holders import grants_in_force, holders_of_grant
from ..reasons import Answer, answer_at, answer_for, place_at
from ..rights import Permission, holder_of, known_permissions, role_labels
from ..services import administrator

PEOPLE_SHOWN = 200


@dataclass(frozen=True)
class GrantPeople:
    """One grant, and the people to whom it gives the permission; `count` also counts those who are not shown."""

    name: str
    is_role: bool
    scope: str
    starts: date | None
    until: date | None
    people: tuple[User, ...]
    count: int


@dataclass(frozen=True)
class PermissionContext:
    """A permission with its grants and how many people hold it by them."""

    permission: Permission
    grants: tuple[GrantPeople, ...]
    superusers: tuple[User, ...]
    count: int


@dataclass(frozen=True)
class WhyContext:
    """The question (`values`), and the `answer` once it can be given. `page` names the view of an address.

    `people` are those whom the words fit, `count` in all, where it is more than one: somebody is to be chosen.
    """

    values: Mapping[str, str]
    problems: Mapping[str, str]
    permissions: tuple[tuple[str, tuple[Choice, ...]], ...]
    people: tuple[PersonLine, ...]
    count: int
    person: User | None
    page: str
    answer: Answer | None


def permission(request: Request, key: str) -> Response:
    """Who holds a permission: each grant with its people. 404 for one that no function has."""
    administrator(request, "admin.people")
    found = known_permissions(portal_of(request)).get(key)
    if found is None:
        raise NotFound(t("이 권한은 없습니다."))
    roles, on = role_labels(), today()
    lines = []
    for grant in grants_in_force(key):
        holder, ids = holder_of(grant, roles, on), holders_of_grant(grant)
        people = User.select().where(User.id.in_(ids)).order_by(User.name, User.id).limit(PEOPLE_SHOWN)
        lines.append(
            GrantPeople(holder.name, holder.is_role, holder.scope, holder.starts, holder.until, tuple(people), len(ids))
        )
    superusers = User.select().where(User.is_active, User.is_superuser).order_by(User.name)
    context = PermissionContext(found, tuple(lines), tuple(superusers), len(holders_of(key)))
    return render(request, "maru_admin/permission.html", context)


def why(request: Request) -> Response:
    """The form, and the answer for a person with a permission or an address; whom to choose where several are meant."""
    administrator(request, "admin.people")
    portal, asked = portal_of(request), request.query_params
    values = {name: asked.get(name, "").strip()[:300] for name in ("person", "permission", "address")}
    people, count = _people_meant(values["person"])
    place = place_at(portal, values["address"]) if values["address"] else None
    problems = _problems(values, count, place is not None, values["permission"] in known_permissions(portal))
    person = User.get_by_id(people[0].id) if count == 1 else None
    answer = None
    if person is not None and not problems:
        key = values["permission"]
        answer = answer_at(portal, person, place) if place else answer_for(portal, person, key, key.partition(".")[0])
        values["person"] = f"{person.username} {person.name}"
    context = WhyContext(
        values=values,
        problems=problems,
        permissions=_permissions(portal),
        people=people if count > 1 and not problems else (),
        count=count,
        person=person,
        page=f"{place.page.view_name} ({place.page.view_place})" if place else "",
        answer=answer,
    )
    return render(request, "maru_admin/why.html", context, 422 if problems else 200)


def _permissions(portal: Portal) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    groups: dict[str, list[Choice]] = {}
    for each in known_permissions(portal).values():
        groups.setdefault(each.plugin, []).append((each.key, each.label))
    return tuple((name, tuple(choices)) for name, choices in groups.items())


def _people_meant(text: str) -> tuple[tuple[PersonLine, ...], int]:
    """Whom the words mean, and how many they are: by user name, by the whole name, by a part of either, or by 초성.

    The first of these that fits anybody counts; people who are active before those who are not.
    """
    if not text:
        return (), 0
    account = text.lower().partition(" ")[0]  # `hong 홍길동`, as the field shows who was found
    for conditions in ([User.username == account], [User.name == text], people_matching(text, None)):
        for is_active in (True, False):
            found = people_found(conditions, is_active, 1)
            if found.lines:
                return found.lines, found.active_count if is_active else found.inactive_count
    return (), 0


def _problems(values: Mapping[str, str], count: int, is_page: bool, is_known: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    if not any(values.values()):
        return found
    if not count:
        found["person"] = t("이 이름이나 아이디에 맞는 사람이 없습니다. 이름의 일부나 초성으로도 찾을 수 있습니다.")
    if values["address"] and not is_page:
        found["address"] = t("이 주소의 화면은 없습니다. 포털 안의 주소를 적어 주세요.")
    if values["permission"] and not is_known:
        found["permission"] = t("목록에 있는 권한을 골라 주세요.")
    if not values["address"] and not values["permission"]:
        found["address"] = t("주소를 적거나 권한을 골라 주세요.")
    return found
