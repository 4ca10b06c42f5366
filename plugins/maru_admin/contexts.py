"""What the pages of the administration show: one frozen class a template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from maru import Department, Post, RoleMember, User

from .audit_filter import AuditFilter
from .audit_lines import AuditLine, ChangeLine
from .plugin_facts import CostLine, DependantLine, FailureLine, PageLine, PermissionDefault, PluginLine, TableLine
from .rights import Permission, PermissionGroup, RightLine

Choice = tuple[str, str]
"""A line of a select: value and text."""


@dataclass(frozen=True)
class PluginsContext:
    """Every function; `ill` are those that the banner names."""

    lines: tuple[PluginLine, ...]
    ill: tuple[PluginLine, ...]
    on_count: int
    off_count: int
    spent_ms: float
    may_switch: bool


@dataclass(frozen=True)
class PlanLine:
    """A switch that waits for its time."""

    id: int
    plugin: str
    name: str
    where: str
    is_on: bool
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True)
class PluginContext:
    """One function. `reach` says where it is on; `never` why it cannot be switched."""

    line: PluginLine
    summary: str
    reach: str
    personal_data: str
    uses_network: bool
    keeps_files: bool
    permissions: tuple[PermissionDefault, ...]
    pages: tuple[PageLine, ...]
    costs: tuple[CostLine, ...]
    nav: tuple[str, ...]
    requires: tuple[DependantLine, ...]
    dependants: tuple[DependantLine, ...]
    tables: tuple[TableLine, ...]
    failures: tuple[FailureLine, ...]
    plans: tuple[PlanLine, ...]
    has_settings: bool
    may_switch: bool
    never: str


@dataclass(frozen=True)
class PersonLine:
    """A person in the list."""

    id: int
    name: str
    username: str
    unit: str
    title: str
    roles: tuple[str, ...]
    phone: str
    is_active: bool


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


@dataclass(frozen=True)
class AuditContext:
    """A page of the audit, newest first. `query` repeats the filter in an address."""

    lines: tuple[AuditLine, ...]
    chosen: AuditFilter
    plugins: tuple[Choice, ...]
    problems: Mapping[str, str]
    query: str
    count: int
    number: int
    page_count: int
    pager_href: str


@dataclass(frozen=True)
class EntryContext:
    """One entry with what it changed. `hidden_count` changes are not shown."""

    line: AuditLine
    address: str
    request: str
    digest: str
    changes: tuple[ChangeLine, ...]
    hidden_count: int


@dataclass(frozen=True)
class OwnPersonLine:
    """A person of the department administrator's units."""

    id: int
    name: str
    username: str
    title: str
    phone: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class OwnUnit:
    """A unit of the department administrator with its people."""

    department: Department
    people: tuple[OwnPersonLine, ...]


@dataclass(frozen=True)
class OwnGrantLine:
    """A grant that names a unit or a person of the department administrator's units."""

    permission: Permission
    holder: str
    scope: str
    until: date | None


@dataclass(frozen=True)
class OwnDepartmentContext:
    """The department administrator's units, to be read."""

    units: tuple[OwnUnit, ...]
    empty_units: tuple[Department, ...]
    grants: tuple[OwnGrantLine, ...]
    people_count: int


@dataclass(frozen=True)
class OwnPersonContext:
    """A person of the department administrator's units, to be read."""

    person: User
    posts: tuple[Post, ...]
    members: tuple[tuple[RoleMember, str], ...]
    rights: tuple[RightLine, ...]
