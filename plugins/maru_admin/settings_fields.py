"""The settings page of a function, made from its pydantic model: one control a field, in the reader's language.

    class BoardSettings(BaseModel):
        card_posts: int = Field(5, ge=1, le=20, json_schema_extra={
            "ko": "홈 카드의 글 수", "en": "Posts on the home card",
            "hint": {"ko": "홈 화면 ‘공지’ 카드에 보일 글", "en": "Shown on the card of the home page"},
        })

Types: str, int, float, bool, date, list[str], Literal and Enum (whose values `"choices": {"value": {"ko": …, "en": …}}`
names), SecretStr, and each of them or None. Without words of its own a field has its `title` and `description`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from starlette.datastructures import FormData

from maru import label_text, t

CLEAR = "-clear"
"""Ends the name of the box that empties a secret."""
LIMITS = {"ge": "min", "gt": "min", "le": "max", "lt": "max", "max_length": "maxlength"}


@dataclass(frozen=True)
class SettingField:
    """One control. `kind` is a type of the macro `field`, or `secret`; `is_set` says that a secret is stored."""

    name: str
    label: str
    hint: str
    kind: str
    value: str
    options: tuple[tuple[str, str], ...]
    is_required: bool
    attrs: Mapping[str, str]
    is_set: bool
    default: str


def fields_of(settings: BaseModel, sent: FormData | None = None) -> tuple[SettingField, ...]:
    """The controls of a model, filled with what is set, or with what was `sent` and refused."""
    return tuple(_field(settings, name, about, sent) for name, about in type(settings).model_fields.items())


def _field(settings: BaseModel, name: str, about: FieldInfo, sent: FormData | None) -> SettingField:
    kind, options, stored = kind_of(about), _options(about), getattr(settings, name)
    value = _text(stored) if sent is None or kind == "secret" else str(sent.get(name, ""))
    return SettingField(
        name=name,
        label=label_of(name, about),
        hint=" · ".join(filter(None, (_hint(about), _range(about)))),
        kind=kind,
        value="" if kind == "secret" else value,
        options=options,
        is_required=kind in ("number", "date", "select") and not _is_optional(about),
        attrs={} if kind in ("select", "checkbox") else _attrs(about),
        is_set=kind == "secret" and bool(stored and stored.get_secret_value()),
        default="" if kind == "secret" else said(about.get_default(call_default_factory=True), about),
    )


def _hint(about: FieldInfo) -> str:
    hint = _words(about).get("hint")
    return label_text(hint) if hint else about.description or ""


def _range(about: FieldInfo) -> str:
    limits = _attrs(about) if kind_of(about) == "number" else {}
    if "min" in limits and "max" in limits:
        return t("{least}부터 {most}까지", least=limits["min"], most=limits["max"])
    return ""


def label_of(name: str, about: FieldInfo) -> str:
    """What a setting is called."""
    words = _words(about)
    return label_text({"ko": words["ko"], "en": words.get("en", words["ko"])}) if "ko" in words else about.title or name


def _words(about: FieldInfo) -> dict[str, Any]:
    return about.json_schema_extra if isinstance(about.json_schema_extra, dict) else {}


def _types(about: FieldInfo) -> Iterator[Any]:
    union = get_origin(about.annotation) in (Union, UnionType)
    yield from get_args(about.annotation) if union else (about.annotation,)


def _is_optional(about: FieldInfo) -> bool:
    return NoneType in _types(about)


def kind_of(about: FieldInfo) -> str:
    """The control for a field: text, number, checkbox, select, textarea, date, secret."""
    kind = next(each for each in _types(about) if each is not NoneType)
    if get_origin(kind) is list:
        return "textarea"
    if get_origin(kind) is Literal or (isinstance(kind, type) and issubclass(kind, Enum)):
        return "select"
    known = {bool: "checkbox", int: "number", float: "number", date: "date", SecretStr: "secret"}
    return known.get(kind, "text")


def _options(about: FieldInfo) -> tuple[tuple[str, str], ...]:
    if kind_of(about) != "select":
        return ()
    kind = next(each for each in _types(about) if each is not NoneType)
    values = get_args(kind) if get_origin(kind) is Literal else [member.value for member in kind]
    names = _words(about).get("choices", {})
    chosen = tuple((str(each), label_text(names.get(str(each), str(each)))) for each in values)
    return (("", "–"), *chosen) if _is_optional(about) else chosen


def _attrs(about: FieldInfo) -> dict[str, str]:
    found = {
        html: str(getattr(rule, key)) for rule in about.metadata for key, html in LIMITS.items() if hasattr(rule, key)
    }
    if kind_of(about) == "number":
        found["step"] = "1" if int in _types(about) else "any"
    return found


def _text(value: Any) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return str(value.value) if isinstance(value, Enum) else "1" if value is True else str(value)


def said(value: Any, about: FieldInfo) -> str:
    """A value in words, for lists of changes: a choice by its name, a list in one line; no secret is ever said."""
    if kind_of(about) == "secret":
        return t("(비밀)") if value else ""
    if isinstance(value, bool):
        return t("예") if value else t("아니오")
    return dict(_options(about)).get(_text(value), _text(value).replace("\n", ", "))


def read_settings(settings: BaseModel, sent: FormData) -> BaseModel:
    """The model as it was sent. A secret that was left empty stays. Raises pydantic's ValidationError."""
    values = {name: _read(settings, name, about, sent) for name, about in type(settings).model_fields.items()}
    return type(settings).model_validate({name: value for name, value in values.items() if value is not ...})


def _read(settings: BaseModel, name: str, about: FieldInfo, sent: FormData) -> Any:
    kind, text = kind_of(about), str(sent.get(name, "")).strip().replace("\r\n", "\n")
    if kind == "checkbox":
        return bool(text)
    if kind == "secret":
        return "" if f"{name}{CLEAR}" in sent else text or getattr(settings, name)
    if kind == "textarea":
        return [line.strip() for line in text.split("\n") if line.strip()]
    return None if not text and _is_optional(about) else text


def stored_form(settings: BaseModel) -> dict[str, Any]:
    """The settings as JSON keeps them, secrets in clear: for the database alone."""
    found = settings.model_dump(mode="json")
    for name in secret_names(settings):
        secret = getattr(settings, name)
        found[name] = None if secret is None else secret.get_secret_value()
    return found


def secret_names(settings: BaseModel) -> list[str]:
    """The fields that nobody may read back."""
    return [name for name, about in type(settings).model_fields.items() if kind_of(about) == "secret"]


def changed_names(before: BaseModel, after: BaseModel) -> Iterable[str]:
    """The fields whose values differ."""
    return [name for name in type(before).model_fields if getattr(before, name) != getattr(after, name)]
