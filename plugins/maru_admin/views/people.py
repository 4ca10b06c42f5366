"""사용자: finding people and adding them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from maru import Department, Post, User, portal_of, read_form, render, t, write

from ..directory import Choice, PersonLine, people_found, people_matching, unit_choices
from ..forms import PersonForm, entered_in
from ..services import administrator, first_password
from .person import FirstPasswordContext


@dataclass(frozen=True)
class PeopleContext:
    """A page of the people. `pager_href` ends where the page number belongs."""

    lines: tuple[PersonLine, ...]
    query: str
    unit: str
    state: str
    units: tuple[Choice, ...]
    active_count: int
    inactive_count: int
    count: int
    number: int
    page_count: int
    pager_href: str
    state_href: str


@dataclass(frozen=True)
class PersonFormContext:
    """The form of a new person."""

    units: tuple[Choice, ...]
    values: Mapping[str, str]
    problems: Mapping[str, str]


def people(request: Request) -> Response:
    """The people by name, user name or 초성, of one unit or all, 50 a page. At most eight queries."""
    administrator(request, "admin.people")
    asked = request.query_params
    query, unit_key = asked.get("q", "").strip()[:60], asked.get("unit", "")
    state = "inactive" if asked.get("state") == "inactive" else ""
    units = list(Department.in_order())
    unit = next((each for each in units if str(each.id) == unit_key), None)
    found = people_found(people_matching(query, unit), not state, asked.get("page", ""))
    count = found.inactive_count if state else found.active_count
    kept = {name: value for name, value in (("q", query), ("unit", unit_key)) if value}
    context = PeopleContext(
        lines=found.lines,
        query=query,
        unit=unit_key,
        state=state,
        units=tuple(unit_choices(units)),
        active_count=found.active_count,
        inactive_count=found.inactive_count,
        count=count,
        number=found.paging.number,
        page_count=found.paging.page_count,
        pager_href="?" + urlencode(kept | ({"state": state} if state else {}) | {"page": ""}),
        state_href="?" + urlencode(kept),
    )
    return render(request, "maru_admin/people.html", context)


def create_person(request: Request) -> Response:
    """The form of a new person; posted, the person with a first password, which is shown this once."""
    administrator(request, "admin.people")
    first = {"username": "", "name": "", "phone": "", "unit": request.query_params.get("unit", ""), "title": ""}
    if request.method == "GET":
        return render(request, "maru_admin/create_person.html", PersonFormContext(tuple(unit_choices()), first, {}))
    entered, problems = read_form(request, PersonForm)
    problems = problems or _problems(entered)
    if entered is None or problems:
        context = PersonFormContext(tuple(unit_choices()), entered_in(request, first, PersonForm), problems)
        return render(request, "maru_admin/create_person.html", context, 422)
    password = first_password()
    password_hash = portal_of(request).passwords.hash(password)  # before the write: hashing takes its time
    with write(request):
        person = User.create(
            username=entered.username,
            name=entered.name,
            phone=entered.phone,
            password_hash=password_hash,
            must_change_password=True,
        )
        Post.create(user=person, department=entered.unit, title=entered.title)
    return render(request, "maru_admin/first_password.html", FirstPasswordContext(person, password, True))


def _problems(entered: PersonForm | None) -> dict[str, str]:
    found: dict[str, str] = {}
    if entered is None:
        return found
    if User.select().where(User.username == entered.username).exists():
        found["username"] = t("‘{value}’ 아이디는 이미 있습니다.", value=entered.username)
    if not Department.in_order().where(Department.id == entered.unit).exists():
        found["unit"] = t("지금 있는 부서를 골라 주세요.")
    return found
