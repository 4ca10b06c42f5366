"""The form of one record: blank, filled, sent back with what is wrong, or with what somebody else changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from maru import Department, Post, User, label_text, t

from .contexts import EntryField, FormContext, StaleField
from .definition import Definition, Field
from .fields import kind_of
from .forms import Entered
from .models import Record, Revision, value_of
from .record_set import RecordSet
from .rights import Access
from .services import text_of
from .showing import detail_line, title_of

__all__ = ["blank_form", "editing_form", "entries_of", "people_near", "units_to_write"]

MOST_PEOPLE = 200


def units_to_write(user: User, access: Access) -> list[Department]:
    """The units in whose name this person may record: those of their posts, the main one first."""
    return [post.department for post in user.posts_in_force if post.department.id in access.write]


def blank_form(
    ledger: RecordSet,
    units: list[Department],
    user: User,
    entered: Entered | None = None,
    unit: Department | None = None,
) -> FormContext:
    """The form of a new record, or the same sent back with `entered`. A department field starts with one's own."""
    starts = {} if entered or not units else _own_unit(ledger.definition, units[0])
    return FormContext(
        ledger=label_text(ledger.definition.label),
        ledger_href=ledger.href,
        action=f"{ledger.href}new",
        back_href=ledger.href,
        title=t("새 기록"),
        inputs=entries_of(ledger.definition, starts, {}, entered),
        row_version=0,
        people=people_near(ledger.definition, user),
        units=tuple(units) if len(units) > 1 else (),
        unit_id=unit.id if unit else None,
        error_count=len(entered.problems) if entered else 0,
    )


def editing_form(
    ledger: RecordSet, record: Record, entered: Entered | None = None, since: int | None = None
) -> FormContext:
    """The form of a record. With `since`, somebody saved after that version: what changed is shown beside the form."""
    definition = ledger.definition
    texts = {f.key: _input_text(f, record) for f in definition.entered}
    files = {
        f.key: value_of(record, f.key).name for f in definition.entered if f.type == "file" and value_of(record, f.key)
    }
    later = [] if since is None else [r for r in ledger.history(record) if r.row_version > since]
    stale = _stale(definition, later, entered) if later and entered else ()
    if entered:
        taken = {line.key: texts[line.key] for line in stale if line.is_untouched and line.key in texts}
        entered = replace(entered, texts={**entered.texts, **taken})
    return FormContext(
        ledger=label_text(definition.label),
        ledger_href=ledger.href,
        action=f"{ledger.href}{record.id}/edit",
        back_href=f"{ledger.href}{record.id}",
        title=title_of(ledger, record),
        inputs=entries_of(definition, texts, files, entered),
        row_version=record.row_version,
        people=people_near(definition, record.created_by),
        error_count=len(entered.problems) if entered else 0,
        stale=stale,
        stale_by=", ".join(dict.fromkeys(r.by.name for r in later if r.by)),
        computed=tuple(detail_line(ledger, f, record) for f in definition.fields if f.type == "computed"),
    )


def _own_unit(definition: Definition, unit: Department) -> dict[str, str]:
    first = next((field for field in definition.entered if field.type == "department"), None)
    return {first.key: str(unit.id)} if first else {}


def _input_text(field: Field, record: Record) -> str:
    """What stands in the input: the id of a department, a person's account with the name, else what people read."""
    value = value_of(record, field.key)
    if field.type == "person":
        return f"{value.username} {value.name}" if value else ""
    if field.type == "department":
        return str(value.id) if value else ""
    return text_of(field, value)


def entries_of(
    definition: Definition, texts: dict[str, str], files: dict[str, str], entered: Entered | None
) -> tuple[EntryField, ...]:
    """The inputs of a form: with `texts` and names of `files`, or as it was `entered`; focus on the first problem."""
    problems = entered.problems if entered else {}
    first = next((field.key for field in definition.entered if field.key in problems), definition.entered[0].key)
    shown = entered.texts if entered else texts
    units = _departments(definition)
    return tuple(
        EntryField(
            field=field,
            label=label_text(field.label),
            help=label_text(field.help),
            widget=kind_of(field).widget,
            text=shown.get(field.key, ""),
            error=problems.get(field.key, ""),
            repair=entered.repairs.get(field.key, "") if entered else "",
            attributes=kind_of(field).attributes(field),
            choices=_choices(field, units),
            file_name=files.get(field.key, ""),
            again=entered.blobs[field.key].name if entered and field.key in entered.blobs else "",
            has_focus=field.key == first,
        )
        for field in definition.entered
    )


def _departments(definition: Definition) -> tuple[tuple[str, str], ...]:
    if not any(field.type == "department" for field in definition.entered):
        return ()
    return tuple((str(unit.id), unit.name) for unit in Department.in_order())


def _choices(field: Field, units: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    if field.type == "department":
        return units
    if field.type == "yes_no":
        return ((t("예"), t("예")), (t("아니오"), t("아니오")))
    return tuple((choice, choice) for choice in field.choices)


def people_near(definition: Definition, near: User | None) -> tuple[User, ...]:
    """Suggestions for a person field: colleagues of the same units first. Any other account can be typed."""
    if not any(field.type == "person" for field in definition.entered):
        return ()
    near_ids = near.unit_ids if near else frozenset()
    colleagues = Post.select(Post.user).where(Post.department.in_(sorted(near_ids)))
    order = User.id.in_(colleagues)
    return tuple(User.select().where(User.is_active).order_by(order.desc(), User.username).limit(MOST_PEOPLE))


def _stale(definition: Definition, later: Iterable[Revision], entered: Entered) -> tuple[StaleField, ...]:
    """Each field that changed since the form was opened: its text then and now, and what the form says."""
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for revision in later:  # the latest first
        for key, (old, new) in revision.changes.items():
            after.setdefault(key, new or "")
            before[key] = old or ""
    return tuple(
        StaleField(field.key, label_text(field.label), before[field.key], after[field.key], _mine(field, entered))
        for field in definition.entered
        if field.key in after and before[field.key] != after[field.key]
    )


def _mine(field: Field, entered: Entered) -> str:
    if field.type == "department":
        unit = Department.get_or_none(Department.id == entered.values.get(field.key))
        return unit.name if unit else ""
    if field.type == "file":
        blob = entered.blobs.get(field.key)
        return blob.name if blob else ""
    return entered.texts.get(field.key, "")
