"""What may be written: the typed form of one record, read field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData, UploadFile

from maru import Blob, Department, StoredFile, User, WaitingRoom, is_blank, t, take_file

from ..definition import Definition, Field
from ..fields import kind_of

__all__ = ["Entered", "input_text", "kept_files", "number_in", "read_record_form"]


@dataclass(frozen=True)
class Entered:
    """A submitted form: values by field key, the texts as typed, a sentence for each field that is wrong.

    `blobs` are files to be kept when the record is written, `uploads` the same as they came, which wait in `room` when
    the form is refused; a field in `removed` gives up its file.
    """

    room: WaitingRoom
    values: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    repairs: dict[str, str] = field(default_factory=dict)
    blobs: dict[str, Blob] = field(default_factory=dict)
    uploads: dict[str, UploadFile] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()


def number_in(text: str) -> int:
    """The number of a row or a version that a form or an address names; 0, which none has, where it is no such."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def input_text(each: Field, value: Any) -> str:
    """What stands in an input for a stored value, not rounded: a department's id, an account with its name."""
    if value is None or each.type == "file":
        return ""
    if each.type == "person":
        return f"{value.username} {value.name}"
    return str(value.id) if each.type == "department" else kind_of(each).exact(each, value)


def read_record_form(definition: Definition, form: FormData, before: Mapping[str, Any], user: User) -> Entered:
    """The form as `user` sent it, as values. `before` holds what the record has now: what was left as it was keeps it.

    So a value that the field would not take today (a choice that is gone, a person who left, decimals that are no
    longer shown) stays until somebody changes it. Outside of `write`: files are stored here.
    """
    room = WaitingRoom.of(StoredFile.folder, user.id)
    read = Entered(room, removed=frozenset(f.key for f in definition.entered if form.get(f"{f.key}.remove")))
    for each in definition.entered:
        if each.type == "file":
            _read_file(each, form, before, read)
        else:
            _read_text(each, str(form.get(each.key) or "").replace("\x00", ""), before.get(each.key), read)
    return read


def _read_text(each: Field, typed: str, stored: Any, read: Entered) -> None:
    read.texts[each.key] = typed
    if is_blank(typed):
        read.values[each.key] = None
        if each.required:
            read.problems[each.key] = t("꼭 넣어야 하는 칸입니다.")
        return
    if stored is not None and _as_sent(each, typed) == _as_sent(each, input_text(each, stored)):
        read.values[each.key] = getattr(stored, "id", stored)
        return
    if each.type in ("person", "department"):
        _read_link(each, typed.strip(), read)
        return
    value, problem = kind_of(each).read_entry(each, typed)
    read.values[each.key] = value
    if problem is not None and problem.severity == "error":
        read.problems[each.key] = problem.message
        if problem.repair:
            read.repairs[each.key] = problem.repair


def _as_sent(each: Field, text: str) -> str:
    """A text as every browser sends it: line breaks in one way, none at the start, none from an input of one line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return lines.removeprefix("\n") if kind_of(each).widget == "textarea" else lines.replace("\n", "")


def _read_link(each: Field, typed: str, read: Entered) -> None:
    if each.type == "person":
        found = _person(typed)
        missing = t("'{name}'을(를) 한 사람으로 찾지 못했습니다. 목록에서 골라 주세요.", name=typed)
    else:
        found = Department.in_order().where(Department.id == number_in(typed)).first()
        missing = t("부서를 목록에서 골라 주세요.")
    read.values[each.key] = found.id if found else None
    if found is None:
        read.problems[each.key] = missing


def _person(typed: str) -> User | None:
    """The person of an account, which may be followed by the name, or of a name that only one person has."""
    account = User.get_or_none(User.username == typed.split(" ", maxsplit=1)[0], User.is_active)
    namesakes = [] if account else list(User.select().where(User.name == typed, User.is_active).limit(2))
    return namesakes[0] if len(namesakes) == 1 else account


def _read_file(each: Field, form: FormData, before: Mapping[str, Any], read: Entered) -> None:
    chosen = form.get(each.key)
    uploads = [chosen] if isinstance(chosen, UploadFile) and chosen.filename else []
    uploads += read.room.found(form.getlist(f"{each.key}.waiting")[:1])
    kept = None if each.key in read.removed else before.get(each.key)
    read.values[each.key] = kept.id if kept else None
    if uploads:
        read.uploads[each.key] = uploads[0]
        read.blobs[each.key] = take_file(uploads[0])
    elif each.required and kept is None:
        read.problems[each.key] = t("파일을 올려야 합니다.")


def kept_files(blobs: Mapping[str, Blob]) -> dict[str, int]:
    """Rows for the uploaded bytes, as values of their fields. Inside a write."""
    return {key: StoredFile.keep(blob, plugin="records").id for key, blob in blobs.items()}
