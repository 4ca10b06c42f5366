"""부서: the tree in 직제순, and one department with its people and roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

import peewee
from starlette.requests import Request
from starlette.responses import Response

from maru import Department, Invalid, Post, RoleMember, User, made_before, read_form, redirect, render, t, today, write

from ..directory import Choice
from ..forms import ChildForm, DepartmentForm, entered_in
from ..official_order import add_below
from ..periods import not_over
from ..rights import role_labels
from ..services import administrator, department_of


@dataclass(frozen=True)
class DepartmentLine:
    """A department in the tree. `depth` 1 is the city."""

    department: Department
    depth: int
    count: int


@dataclass(frozen=True)
class DepartmentsContext:
    """The tree in 직제순; with `is_past` those that are over or not yet there."""

    lines: tuple[DepartmentLine, ...]
    is_past: bool
    present_count: int
    past_count: int
    people_count: int


@dataclass(frozen=True)
class DepartmentContext:
    """A department with its people, its roles and what lies below it."""

    department: Department
    ancestors: tuple[Department, ...]
    children: tuple[Department, ...]
    posts: tuple[Post, ...]
    members: tuple[tuple[RoleMember, str], ...]
    is_over: bool
    kinds: tuple[Choice, ...]
    kind: str
    values: Mapping[str, str]
    problems: Mapping[str, str]


def kind_words() -> dict[str, str]:
    """The kinds of departments, in words."""
    return {
        "city": t("시"),
        "office-of": t("시장·부시장실"),
        "bureau": t("국·단"),
        "office": t("실·담당관"),
        "division": t("과"),
        "council": t("의회"),
        "agency": t("직속기관·사업소"),
        "township": t("읍·면·동"),
        "group": t("묶음"),
        "team": t("팀"),
    }


def departments(request: Request) -> Response:
    """The departments in 직제순 with people and phone; with `?past=1` those that are over or not yet there."""
    administrator(request, "admin.people")
    is_past = request.query_params.get("past") == "1"
    counts = _people_counts()
    everything = list(Department.select().order_by(Department.official_order, Department.id))
    present = [unit for unit in everything if _exists(unit)]
    chosen = [unit for unit in everything if not _exists(unit)] if is_past else present
    context = DepartmentsContext(
        lines=tuple(DepartmentLine(unit, unit.path.count("/") - 1, counts.get(unit.id, 0)) for unit in chosen),
        is_past=is_past,
        present_count=len(present),
        past_count=len(everything) - len(present),
        people_count=sum(counts.values()),
    )
    return render(request, "maru_admin/departments.html", context)


def _exists(unit: Department) -> bool:
    on = today()
    started = unit.valid_from is None or unit.valid_from <= on
    return bool(started and (unit.valid_until is None or unit.valid_until >= on))


def _people_counts() -> dict[int, int]:
    rows = (
        Post.select(Post.department, peewee.fn.COUNT(Post.user.distinct()))
        .join(User)
        .where(User.is_active, Post.in_force())
        .group_by(Post.department)
    )
    return dict(cast("Iterable[tuple[int, int]]", rows.tuples()))


def department(request: Request, key: int) -> Response:
    """One department: its people, the roles held for it, what lies below it, and the forms to change it."""
    administrator(request, "admin.people")
    return _page(request, department_of(key), {})


def _page(request: Request, found: Department, problems: Mapping[str, str]) -> Response:
    found = found.fresh()
    labels, words = role_labels(), kind_words()
    children = Department.in_order().where(Department.parent == found.id)
    ancestors = Department.select().where(Department.id.in_(found.ancestor_ids)).order_by(Department.path)
    names = ("name", "phone", "is_recipient", "valid_until")
    first = dict.fromkeys(ChildForm.model_fields, "") | {name: getattr(found, name) for name in names}
    context = DepartmentContext(
        department=found,
        ancestors=tuple(ancestors),
        children=tuple(children),
        posts=tuple(people_in([found.id])),
        members=tuple((member, labels.get(member.role, member.role)) for member in members_for([found.id])),
        is_over=not _exists(found),
        kinds=tuple(words.items()),
        kind=words.get(found.kind, found.kind),
        values=entered_in(request, first, DepartmentForm, ChildForm),
        problems=problems,
    )
    return render(request, "maru_admin/department.html", context, 422 if problems else 200)


def people_in(units: Iterable[int]) -> peewee.ModelSelect[Post]:
    """The posts held today by active people in `units`, with the people, main posts first."""
    return (
        Post.select(Post, User, Department)
        .join(User)
        .switch(Post)
        .join(Department)
        .where(Post.department.in_(sorted(units)), User.is_active, Post.in_force())
        .order_by(Department.official_order, Post.is_primary.desc(), User.name, Post.id)
    )


def members_for(units: Iterable[int]) -> peewee.ModelSelect[RoleMember]:
    """The roles that are held for `units`, with the people."""
    return (
        RoleMember.select(RoleMember, User)
        .join(User)
        .where(RoleMember.unit.in_(sorted(units)), not_over(RoleMember, today()))
        .order_by(RoleMember.role, User.name)
    )


def change_department(request: Request, key: int) -> Response:
    """Save name, phone and last day. A department with people or departments in it cannot be over already."""
    administrator(request, "admin.people")
    found = department_of(key)
    entered, problems = read_form(request, DepartmentForm)
    if entered is None:
        return _page(request, found, problems)
    with write(request):
        found = found.fresh()
        if not (problems := _end_problem(found, entered.valid_until)):
            for name in DepartmentForm.model_fields:
                setattr(found, name, getattr(entered, name))
            found.save(only=[Department._meta.fields[name] for name in DepartmentForm.model_fields])
    if problems:
        return _page(request, found, problems)
    return redirect(request, f"/admin/departments/{found.id}", t("저장했습니다."))


def _end_problem(found: Department, until: date | None) -> dict[str, str]:
    if until is None:
        return {}
    if found.parent is None:
        return {"valid_until": t("맨 위 부서는 끝낼 수 없습니다.")}
    if found.valid_from is not None and until < found.valid_from:
        return {"valid_until": t("끝나는 날이 시작하는 날보다 앞섭니다.")}
    if until >= today():
        return {}
    if count := people_in([found.id]).count():
        return {"valid_until": t("아직 {n}명이 이 부서에 있습니다. 보직을 먼저 옮겨 주세요.", n=count)}
    if found.descendants().exists():
        return {"valid_until": t("아래 부서가 남아 있습니다. 아래 부서를 먼저 끝내 주세요.")}
    return {}


def add_child(request: Request, key: int) -> Response:
    """Add a department below this one, after the last of its siblings in 직제순."""
    administrator(request, "admin.people")
    parent = department_of(key)
    entered, problems = read_form(request, ChildForm)
    if entered is not None and entered.child_kind not in kind_words():
        problems = {"child_kind": t("목록에 있는 종류를 골라 주세요.")}
    if entered is None or problems:
        return _page(request, parent, problems)
    with write(request):
        parent = parent.fresh()
        if not _exists(parent):
            raise Invalid(t("끝난 부서 아래에는 부서를 더할 수 없습니다."))
        made = made_before(request, Department) or add_below(
            parent,
            entered.child_name,
            entered.child_kind,
            phone=entered.child_phone,
            is_recipient=entered.child_recipient,
            valid_from=entered.child_from,
        )
    return redirect(request, f"/admin/departments/{made.id}", t("부서를 더했습니다."))
