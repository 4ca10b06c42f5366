"""What may be written: one model a form, and how a refused form is shown again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator
from starlette.requests import Request

from maru import Line, OfficeDay, form, one_line, t

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
PHONE = re.compile(r"[0-9+() -]*")


def _phone(text: object) -> str:
    number = one_line(text)
    if not PHONE.fullmatch(number):
        raise ValueError(t("전화번호는 숫자와 붙임표로 적어 주세요."))
    return number


def _username(text: object) -> str:
    username = one_line(text).lower()
    if not USERNAME.fullmatch(username):
        raise ValueError(t("영문 소문자와 숫자로 시작해 2자 이상 적어 주세요. 마침표·붙임표·밑줄도 쓸 수 있습니다."))
    return username


Username = Annotated[str, BeforeValidator(_username)]
Name = Annotated[Line, Field(min_length=1, max_length=60)]
DepartmentName = Annotated[Line, Field(min_length=1, max_length=80)]
Title = Annotated[Line, Field(max_length=60)]
Phone = Annotated[str, BeforeValidator(_phone), Field(max_length=30)]
Key = Annotated[int, Field(gt=0, lt=2**31)]


class _Entered(BaseModel):
    model_config = ConfigDict(frozen=True)


def _not_before(until: date | None, about: ValidationInfo, begins: str) -> date | None:
    first = about.data.get(begins)
    if until is not None and first is not None and until < first:
        raise ValueError(t("끝나는 날이 시작하는 날보다 앞섭니다."))
    return until


Reason = Annotated[Line, Field(min_length=1, max_length=500)]


class SwitchForm(_Entered):
    """Switching a function: where it is to be on, and why."""

    reach: Literal["city", "units", "off"]
    units: list[Key] = Field(default_factory=list)
    at_day: OfficeDay | None = None
    at_time: time = time(18)
    reason: Reason


class RestoreForm(_Entered):
    """Going back to how the functions were set at an instant. `mark` says which differences were shown."""

    day: OfficeDay
    time: time
    mark: str
    reason: Reason


class ReasonForm(_Entered):
    """Why something is done that the audit is to tell."""

    reason: Reason


class PersonForm(_Entered):
    """A new person with their first post."""

    username: Username
    name: Name
    unit: Key
    title: Title = ""
    phone: Phone = ""


class PersonChangeForm(_Entered):
    """Name and phone of a person."""

    name: Name
    phone: Phone = ""


class ActivityForm(_Entered):
    """Whether a person may sign in."""

    is_active: bool


class PostForm(_Entered):
    """A post (보직) to add."""

    post_unit: Key
    post_title: Title = ""
    post_primary: bool = False
    post_from: OfficeDay | None = None
    post_until: OfficeDay | None = None

    @field_validator("post_until")
    @classmethod
    def _in_order(cls, value: date | None, about: ValidationInfo) -> date | None:
        return _not_before(value, about, "post_from")


class LastDayForm(_Entered):
    """The last day on which a post is held."""

    last_day: OfficeDay


class RoleForm(_Entered):
    """A role (역할) to give."""

    role_key: Annotated[str, Field(min_length=1, max_length=40)]
    role_unit: Key | None = None
    role_until: OfficeDay | None = None


class DepartmentForm(_Entered):
    """What may be changed of a department."""

    name: DepartmentName
    phone: Phone = ""
    is_recipient: bool = False
    valid_until: OfficeDay | None = None


class ChildForm(_Entered):
    """A department to add below another."""

    child_name: DepartmentName
    child_kind: Annotated[Line, Field(min_length=1, max_length=20)]
    child_phone: Phone = ""
    child_recipient: bool = False
    child_from: OfficeDay | None = None


class GrantForm(_Entered):
    """A permission (권한) to give to a role or to a person."""

    permission: Annotated[str, Field(min_length=1, max_length=80)]
    holder: Literal["role", "person"]
    role: str = ""
    username: Line = ""
    scope: Literal["city", "own", "unit"]
    unit: Key | None = None
    includes_children: bool = False
    valid_from: OfficeDay | None = None
    valid_until: OfficeDay | None = None

    @field_validator("valid_until")
    @classmethod
    def _in_order(cls, value: date | None, about: ValidationInfo) -> date | None:
        return _not_before(value, about, "valid_from")


def entered_in(request: Request, first: Mapping[str, object], *models: type[BaseModel]) -> dict[str, str]:
    """What stands in the fields of a page with one form a model: as sent for the form that was, else as in `first`.

    A field that was left empty, or a box that was not ticked, is empty again.
    """
    sent = form(request)
    values = {name: str(value or "") for name, value in first.items()}
    for model in models:
        if any(name in sent for name in model.model_fields):
            values |= {name: str(sent.get(name, "")) for name in model.model_fields}
    return values
