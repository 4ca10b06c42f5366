"""사용자: one person with posts, roles, rights and sessions, and what may be changed of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import peewee
from starlette.requests import Request
from starlette.responses import Response

from maru import (
    Conflict,
    Department,
    Forbidden,
    NotFound,
    Post,
    Role,
    RoleMember,
    Session,
    User,
    label_text,
    made_before,
    now,
    portal_of,
    read_form,
    redirect,
    render,
    t,
    today,
    write,
)

from ..directory import Choice, unit_choices
from ..forms import ActivityForm, LastDayForm, PersonChangeForm, PostForm, RoleForm, entered_in
from ..periods import not_over, yesterday
from ..rights import RightLine, memberships_of, posts_of, rights_lines, role_labels
from ..services import (
    CITY_ADMIN,
    DEPARTMENT_ADMIN,
    LARGEST_ID,
    STAFF,
    administrator,
    administrators_kept,
    first_password,
    is_city_administrator,
    person_of,
    refusal_to_view,
    refuse_below,
)

FORMS = (PersonChangeForm, PostForm, RoleForm, LastDayForm)


@dataclass(frozen=True)
class FirstPasswordContext:
    """A password that is shown this once."""

    person: User
    password: str
    is_new: bool


@dataclass(frozen=True)
class PersonContext:
    """A person with all that they hold. `wrong_post` is the post whose last day was refused."""

    person: User
    is_self: bool
    may_view_as: bool
    posts: tuple[Post, ...]
    past_posts: tuple[Post, ...]
    members: tuple[tuple[RoleMember, str], ...]
    rights: tuple[RightLine, ...]
    session_count: int
    seen_at: datetime | None
    units: tuple[Choice, ...]
    roles: tuple[Choice, ...]
    today: date
    values: Mapping[str, str]
    problems: Mapping[str, str]
    wrong_post: int


def person(request: Request, key: int) -> Response:
    """One person: posts, roles, what they may do and why, and where they are signed in."""
    administrator(request, "admin.people")
    return _page(request, person_of(key), {})


def _page(request: Request, found: User, problems: Mapping[str, str], wrong_post: int = 0) -> Response:
    """The person's page; with `problems` 422, and the fields as they were entered."""
    actor = administrator(request, "admin.people")
    found = found.fresh()
    posts, labels = posts_of(found), role_labels()
    seen_at, count = _sessions_of(found)
    first = {name: "" for each in FORMS for name in each.model_fields} | {"name": found.name, "phone": found.phone}
    context = PersonContext(
        person=found,
        is_self=found.id == actor.id,
        may_view_as=actor.units("admin.view_as").everywhere and not refusal_to_view(actor, found),
        posts=tuple(post for post in posts if post.valid_until is None or post.valid_until >= today()),
        past_posts=tuple(post for post in posts if post.valid_until is not None and post.valid_until < today()),
        members=tuple((member, labels.get(member.role, member.role)) for member in memberships_of(found)),
        rights=tuple(rights_lines(portal_of(request), found)),
        session_count=count,
        seen_at=seen_at,
        units=tuple(unit_choices()),
        roles=tuple(
            (role.key, label_text(role.label)) for role in Role.select().order_by(Role.id) if role.key != STAFF
        ),
        today=today(),
        values=entered_in(request, first, *FORMS),
        problems=problems,
        wrong_post=wrong_post,
    )
    return render(request, "maru_admin/person.html", context, 422 if problems else 200)


def _sessions_of(found: User) -> tuple[datetime | None, int]:
    """When the person was last seen, and how many browsers are signed in."""
    rows = Session.select(peewee.fn.MAX(Session.seen_at), peewee.fn.COUNT(Session.id)).where(
        Session.user == found.id, Session.ends_at > now()
    )
    seen_at, count = cast("tuple[Any, int]", rows.tuples().get())
    return (datetime.fromisoformat(seen_at) if isinstance(seen_at, str) else seen_at), count


def _back(request: Request, found: User, said: str) -> Response:
    return redirect(request, f"/admin/people/{found.id}", said)


def _open(request: Request, key: int) -> User:
    """The person to be changed, for an administrator who may change them."""
    actor, found = administrator(request, "admin.people"), person_of(key)
    refuse_below(actor, found)
    return found


def change_person(request: Request, key: int) -> Response:
    """Save name and phone."""
    found = _open(request, key)
    entered, problems = read_form(request, PersonChangeForm)
    if entered is None:
        return _page(request, found, problems)
    found.name, found.phone = entered.name, entered.phone
    with write(request):
        found.save(only=[User.name, User.phone])
    return _back(request, found, t("저장했습니다."))


def change_activity(request: Request, key: int) -> Response:
    """Let a person sign in or not; whoever may not is signed out everywhere. Nobody shuts themselves out."""
    found = _open(request, key)
    entered, problems = read_form(request, ActivityForm)
    if entered is None:
        return _page(request, found, problems)
    if not entered.is_active and found.id == administrator(request, "admin.people").id:
        raise Conflict(t("자기 계정은 중지할 수 없습니다. 다른 시 관리자에게 부탁해 주세요."))
    found.is_active = entered.is_active
    with write(request), administrators_kept():
        found.save(only=[User.is_active])
        if not found.is_active:
            Session.delete().where(Session.user == found.id).execute()
    said = (
        t("다시 쓸 수 있게 했습니다.") if found.is_active else t("사용을 중지했습니다. 자료와 기록은 그대로 있습니다.")
    )
    return _back(request, found, said)


def reset_password(request: Request, key: int) -> Response:
    """Give a new first password, shown this once; the old one and all sessions end."""
    found = _open(request, key)
    password = first_password()
    found.password_hash = portal_of(request).passwords.hash(password)  # before the write: hashing takes its time
    found.must_change_password = True
    with write(request, note=t("첫 비밀번호를 새로 만듦")):
        found.save(only=[User.password_hash, User.must_change_password])
        Session.delete().where(Session.user == found.id).execute()
    return render(request, "maru_admin/first_password.html", FirstPasswordContext(found, password, False))


def end_sessions(request: Request, key: int) -> Response:
    """Sign a person out everywhere."""
    found = _open(request, key)
    with write(request, note=t("모든 로그인을 끝냄")) as change:
        count = Session.delete().where(Session.user == found.id).execute()
        change.record("maru_session", f"user {found.id}", "deleted", {"user": found.id, "count": count}, None)
    if found.id == administrator(request, "admin.people").id:
        return redirect(request, "/login")
    return _back(request, found, t("로그인 {n}개를 끝냈습니다.", n=count))


def add_post(request: Request, key: int) -> Response:
    """Give a person a post. As the main one it takes the place of the main one before."""
    found = _open(request, key)
    entered, problems = read_form(request, PostForm)
    if entered is not None and not Department.in_order().where(Department.id == entered.post_unit).exists():
        problems = {"post_unit": t("지금 있는 부서를 골라 주세요.")}
    if entered is None or problems:
        return _page(request, found, problems)
    with write(request):
        if made_before(request, Post) is None and not (problems := _post_problems(found, entered)):
            _give_post(found, entered)
    if problems:
        return _page(request, found, problems)
    return _back(request, found, t("보직을 더했습니다."))


def _post_problems(found: User, entered: PostForm) -> dict[str, str]:
    """The same post on the same days is held once; two titles in one unit, or one after the other, are two posts."""
    same = Post.select().where(Post.user == found.id, Post.department == entered.post_unit)
    overlapping = Post.valid_until.is_null() | (Post.valid_until >= (entered.post_from or today()))
    if entered.post_until is not None:
        overlapping &= Post.valid_from.is_null() | (Post.valid_from <= entered.post_until)
    is_held = same.where(Post.title == entered.post_title, overlapping).exists()
    return {"post_unit": t("이미 맡고 있는 보직입니다. 날짜를 바꾸려면 그 보직을 먼저 끝내 주세요.")} if is_held else {}


def _give_post(found: User, entered: PostForm) -> None:
    if entered.post_primary:
        for before in Post.select().where(Post.user == found.id, Post.is_primary, not_over(Post, today())):
            before.is_primary = False
            before.save(only=[Post.is_primary])
    Post.create(
        user=found,
        department=entered.post_unit,
        title=entered.post_title,
        is_primary=entered.post_primary,
        valid_from=entered.post_from,
        valid_until=entered.post_until,
    )


def end_post(request: Request, key: int, post: int) -> Response:
    """Set the last day of a post. It stays in the person's history."""
    found = _open(request, key)
    held = Post.get_or_none((Post.id == post) & (Post.user == found.id)) if post <= LARGEST_ID else None
    if held is None:
        raise NotFound(t("이 보직은 없습니다."))
    entered, problems = read_form(request, LastDayForm)
    if entered is not None and held.valid_from is not None and entered.last_day < held.valid_from:
        problems = {"last_day": t("끝나는 날이 시작하는 날보다 앞섭니다.")}
    if entered is None or problems:
        return _page(request, found, problems, held.id)
    held.valid_until = entered.last_day
    with write(request), administrators_kept():
        held.save(only=[Post.valid_until])
    return _back(request, found, t("보직의 마지막 날을 정했습니다."))


def add_role(request: Request, key: int) -> Response:
    """Give a person a role; that of department administrator for a unit."""
    found, actor = _open(request, key), administrator(request, "admin.people")
    entered, problems = read_form(request, RoleForm)
    if entered is None:
        return _page(request, found, problems)
    if entered.role_key == CITY_ADMIN and not is_city_administrator(actor):
        raise Forbidden(t("시 관리자 역할은 시 관리자만 줄 수 있습니다."))
    unit = entered.role_unit if entered.role_key == DEPARTMENT_ADMIN else None
    with write(request):
        if made_before(request, RoleMember) is None and not (problems := _role_problems(found, entered)):
            RoleMember.create(user=found, role=entered.role_key, unit=unit, valid_until=entered.role_until)
    if problems:
        return _page(request, found, problems)
    return _back(request, found, t("역할을 주었습니다."))


def _role_problems(found: User, entered: RoleForm) -> dict[str, str]:
    if entered.role_key == STAFF or not Role.select().where(Role.key == entered.role_key).exists():
        return {"role_key": t("목록에 있는 역할을 골라 주세요.")}
    unit = entered.role_unit if entered.role_key == DEPARTMENT_ADMIN else None
    if entered.role_key == DEPARTMENT_ADMIN and not Department.in_order().where(Department.id == (unit or 0)).exists():
        return {"role_unit": t("어느 부서의 관리자인지 골라 주세요.")}
    if entered.role_until is not None and entered.role_until < today():
        return {"role_until": t("지난 날은 쓸 수 없습니다.")}
    same = RoleMember.select().where(RoleMember.user == found.id, RoleMember.role == entered.role_key)
    same = same.where(not_over(RoleMember, today()))
    held = same.where(RoleMember.unit.is_null() if unit is None else RoleMember.unit == unit)
    return {"role_key": t("이미 가지고 있는 역할입니다.")} if held.exists() else {}


def end_role(request: Request, key: int, member: int) -> Response:
    """End a role at once. Refused for the last city administrator."""
    found = _open(request, key)
    is_theirs = (RoleMember.id == member) & (RoleMember.user == found.id)
    held = RoleMember.get_or_none(is_theirs) if member <= LARGEST_ID else None
    if held is None:
        raise NotFound(t("이 역할은 없습니다."))
    held.valid_until = yesterday()
    with write(request), administrators_kept():
        held.save(only=[RoleMember.valid_until])
    return _back(request, found, t("역할을 거두었습니다."))
