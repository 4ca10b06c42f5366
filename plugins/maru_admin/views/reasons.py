"""누가 볼 수 있나, 왜 볼 수 있나: a permission with all who hold it; a person and what lets them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from maru import NotFound, Page, Plugin, User, portal_of, render, t, today

from ..contexts import Choice
from ..holders import grants_in_force, holders_of, holders_of_grant
from ..reasons import Answer, answer_for, page_at
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

    `is_of_one`: the address is that of a single thing, and whether it is shown to somebody only its view can tell.
    """

    values: Mapping[str, str]
    problems: Mapping[str, str]
    permissions: tuple[tuple[str, tuple[Choice, ...]], ...]
    person: User | None
    page: str
    is_of_one: bool
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
    """The form, and the answer for a person with a permission or an address."""
    administrator(request, "admin.people")
    portal, asked = portal_of(request), request.query_params
    values = {name: asked.get(name, "").strip()[:300] for name in ("person", "permission", "address")}
    people = _people_called(values["person"])
    person = people[0] if len(people) == 1 else None
    place = page_at(portal, values["address"]) if values["address"] else None
    problems = _problems(values, people, place, values["permission"] in known_permissions(portal))
    answer = None
    if person is not None and not problems and place is not None:
        page, plugin = place
        answer = answer_for(portal, person, page.permission, plugin, page.public, page.view_name)
    elif person is not None and not problems and values["permission"]:
        owner = values["permission"].partition(".")[0]
        answer = answer_for(portal, person, values["permission"], portal.dispatcher.plugins.get(owner))
    groups: dict[str, list[Choice]] = {}
    for each in known_permissions(portal).values():
        groups.setdefault(each.plugin, []).append((each.key, each.label))
    context = WhyContext(
        values=values,
        problems=problems,
        permissions=tuple((name, tuple(choices)) for name, choices in groups.items()),
        person=person,
        page=f"{place[0].view_name} ({place[0].view_place})" if place else "",
        is_of_one=place is not None and "{" in place[0].path,
        answer=answer,
    )
    return render(request, "maru_admin/why.html", context, 422 if problems else 200)


def _people_called(text: str) -> list[User]:
    """The one with this user name, or all who bear this name."""
    if not text:
        return []
    found = list(User.select().where(User.username == text))
    return found or list(User.select().where(User.name == text).order_by(User.id))


def _problems(
    values: Mapping[str, str], people: list[User], place: tuple[Page, Plugin | None] | None, is_known: bool
) -> dict[str, str]:
    found: dict[str, str] = {}
    if not any(values.values()):
        return found
    if len(people) > 1:
        found["person"] = t("같은 이름이 {n}명입니다. 아이디로 적어 주세요.", n=len(people))
    elif not people:
        found["person"] = t("이 아이디를 쓰는 사람이 없습니다. 사용자 목록에서 아이디를 확인해 주세요.")
    if values["address"] and place is None:
        found["address"] = t("이 주소의 화면은 없습니다. 포털 안의 주소를 적어 주세요.")
    if values["permission"] and not is_known:
        found["permission"] = t("목록에 있는 권한을 골라 주세요.")
    if not values["address"] and not values["permission"]:
        found["address"] = t("주소를 적거나 권한을 골라 주세요.")
    return found
