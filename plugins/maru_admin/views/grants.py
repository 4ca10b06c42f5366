"""권한: every permission with those who hold it, giving one and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from maru import (
    Conflict,
    Department,
    Forbidden,
    Grant,
    NotFound,
    User,
    made_before,
    portal_of,
    read_form,
    redirect,
    render,
    t,
    today,
    write,
)

from ..directory import Choice, unit_choices
from ..forms import GrantForm, entered_in
from ..periods import yesterday
from ..rights import Permission, PermissionGroup, grouped_grants, known_permissions, role_labels
from ..services import (
    LARGEST_ID,
    administrator,
    administrators_kept,
    is_city_administrator,
    is_city_wide_only,
)


@dataclass(frozen=True)
class GrantsContext:
    """Every permission with its holders."""

    groups: tuple[PermissionGroup, ...]
    is_over: bool
    count: int


@dataclass(frozen=True)
class GrantFormContext:
    """The form of a new grant."""

    permissions: tuple[Permission, ...]
    roles: tuple[Choice, ...]
    units: tuple[Choice, ...]
    values: Mapping[str, str]
    problems: Mapping[str, str]


def grants(request: Request) -> Response:
    """Every permission of every function with its holders; with `?past=1` the grants that have ended."""
    administrator(request, "admin.people")
    is_over = request.query_params.get("past") == "1"
    groups = tuple(grouped_grants(portal_of(request), is_over))
    count = sum(len(line.holders) for group in groups for line in group.lines)
    return render(request, "maru_admin/grants.html", GrantsContext(groups, is_over, count))


def create_grant(request: Request) -> Response:
    """The form of a new grant; posted, the grant."""
    actor = administrator(request, "admin.people")
    if request.method == "GET":
        return _form(request, {})
    entered, problems = read_form(request, GrantForm)
    holder = _holder(entered)
    problems = problems or _problems(request, entered, holder)
    if entered is None or problems:
        return _form(request, problems)
    if is_city_wide_only(entered.permission) and not is_city_administrator(actor):
        raise Forbidden(t("운영 권한은 시 관리자만 주고 거둘 수 있습니다."))
    with write(request):
        made_before(request, Grant) or Grant.create(
            user=holder,
            role=entered.role if entered.holder == "role" else None,
            permission=entered.permission,
            scope=entered.scope,
            unit=entered.unit if entered.scope == "unit" else None,
            includes_children=entered.includes_children,
            valid_from=entered.valid_from,
            valid_until=entered.valid_until,
        )
    return redirect(request, "/admin/grants", t("권한을 주었습니다."))


def _holder(entered: GrantForm | None) -> User | None:
    if entered is None or entered.holder == "role":
        return None
    return User.get_or_none(User.username == entered.username.lower())


def _problems(request: Request, entered: GrantForm | None, holder: User | None) -> dict[str, str]:
    found: dict[str, str] = {}
    if entered is None:
        return found
    if entered.permission not in known_permissions(portal_of(request)):
        found["permission"] = t("목록에 있는 권한을 골라 주세요.")
    if entered.holder == "role" and entered.role not in role_labels():
        found["role"] = t("어느 역할에 줄지 골라 주세요.")
    if entered.holder == "person" and holder is None:
        found["username"] = t("이 아이디를 쓰는 사람이 없습니다. 사용자 목록에서 아이디를 확인해 주세요.")
    if is_city_wide_only(entered.permission) and entered.scope != "city":
        found["scope"] = t("이 권한은 시 전체로만 줄 수 있습니다.")
    if entered.scope == "unit" and not Department.in_order().where(Department.id == (entered.unit or 0)).exists():
        found["unit"] = t("어느 부서인지 골라 주세요.")
    if entered.valid_until is not None and entered.valid_until < today():
        found["valid_until"] = t("지난 날은 쓸 수 없습니다.")
    return found


def _form(request: Request, problems: Mapping[str, str]) -> Response:
    asked = request.query_params
    first = dict.fromkeys(GrantForm.model_fields, "") | {
        "permission": asked.get("permission", ""),
        "username": asked.get("username", ""),
        "holder": "person" if asked.get("username") else "role",
        "scope": "own",
        "includes_children": "1",
    }
    context = GrantFormContext(
        permissions=tuple(known_permissions(portal_of(request)).values()),
        roles=tuple(role_labels().items()),
        units=tuple(unit_choices()),
        values=entered_in(request, first, GrantForm),
        problems=problems,
    )
    return render(request, "maru_admin/create_grant.html", context, 422 if problems else 200)


def end_grant(request: Request, key: int) -> Response:
    """Take a permission back at once; the grant stays among the past ones. Refused where nobody could give it again."""
    actor = administrator(request, "admin.people")
    found = Grant.get_or_none(Grant.id == key) if key <= LARGEST_ID else None
    if found is None:
        raise NotFound(t("이 권한은 없습니다."))
    if is_city_wide_only(found.permission) and not is_city_administrator(actor):
        raise Forbidden(t("운영 권한은 시 관리자만 주고 거둘 수 있습니다."))
    with write(request), administrators_kept():
        found = found.fresh()
        if found.valid_until is not None and found.valid_until < today():
            raise Conflict(t("이미 끝난 권한입니다."))
        found.valid_until = yesterday()
        found.save(only=[Grant.valid_until])
    return redirect(request, "/admin/grants", t("권한을 거두었습니다."))
