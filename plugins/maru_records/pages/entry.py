"""The form of one record: blank, filled, sent back with what is wrong, or with what somebody else changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from maru import Department, Post, User, label_text, t

from ..contexts import EntryField, FormContext, StaleField
from ..definition import Definition, Field
from ..fields import kind_of
from ..ledgers.record_set import RecordSet
from ..ledgers.rights import Access
from ..ledgers.values import entered_values, exact_text
from ..models import Record, Revision
from .forms import Entered, input_text
from .showing import detail_lines, title_of

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
    stored = entered_values(definition, record)
    texts = {f.key: input_text(f, stored[f.key]) for f in definition.entered}
    names = {f.key: exact_text(f, stored[f.key]) for f in definition.entered if stored[f.key] is not None}
    later = [] if since is None else [r for r in ledger.history(record) if r.row_version > since]
    stale = _stale(definition, later, entered) if later and entered else ()
    if entered:
        taken = {line.key: texts[line.key] for line in stale if line.is_untouched and line.key in texts}
        problems = {key: problem for key, problem in entered.problems.items() if key not in taken}
        entered = replace(entered, texts={**entered.texts, **taken}, problems=problems)
    return FormContext(
        ledger=label_text(definition.label),
        ledger_href=ledger.href,
        action=f"{ledger.href}{record.id}/edit",
        back_href=f"{ledger.href}{record.id}",
        title=title_of(ledger, record),
        inputs=entries_of(definition, texts, names, entered),
        row_version=record.row_version,
        people=people_near(definition, record.created_by),
        error_count=len(entered.problems) if entered else 0,
        stale=stale,
        stale_by=", ".join(dict.fromkeys(r.by.name for r in later if r.by)),
        computed=detail_lines(ledger, (f for f in definition.fields if f.type == "computed"), record),
    )


def _own_unit(definition: Definition, unit: Department) -> dict[str, str]:
    first = next((field for field in definition.entered if field.type == "department"), None)
    return {first.key: str(unit.id)} if first else {}


def entries_of(
    definition: Definition, texts: dict[str, str], names: dict[str, str], entered: Entered | None
) -> tuple[EntryField, ...]:
    """The inputs of a form: with the `texts` of what is stored, or as it was `entered`; focus on the first problem.

    `names` says in words what is stored: a file's name, a unit's, a choice.
    """
    problems = entered.problems if entered else {}
    first = next((field.key for field in definition.entered if field.key in problems), definition.entered[0].key)
    shown = entered.texts if entered else texts
    uploads = entered.uploads if entered else {}
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
            choices=_choices(field, units, texts.get(field.key, ""), names.get(field.key, "")),
            file_name=names.get(field.key, "") if field.type == "file" else "",
            waiting=entered.room.let_wait(uploads[field.key]) if entered and field.key in uploads else None,
            has_focus=field.key == first,
        )
        for field in definition.entered
    )


def _departments(definition: Definition) -> tuple[tuple[str, str], ...]:
    if not any(field.type == "department" for field in definition.entered):
        return ()
    return tuple((str(unit.id), unit.name) for unit in Department.in_order())


def _choices(field: Field, units: tuple[tuple[str, str], ...], stored: str, name: str) -> tuple[tuple[str, str], ...]:
    """What can be picked; and what is `stored` where it is no more among it, so that saving does not take it away."""
    if field.type == "yes_no":
        return ((t("예"), t("예")), (t("아니오"), t("아니오")))
    offered = units if field.type == "department" else tuple((choice, choice) for choice in field.choices)
    if not stored or field.type not in ("choice", "department") or any(value == stored for value, _ in offered):
        return offered
    return (*offered, (stored, t("{name} (지금은 없는 값)", name=name)))


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
    """What the form says, in the words of the history; as it was typed where that cannot be read."""
    value = entered.values.get(field.key)
    if field.type == "file":
        blob = entered.blobs.get(field.key)
        return blob.name if blob else ""
    if field.key in entered.problems:
        return entered.texts.get(field.key, "")
    if field.type in ("person", "department"):
        link: type[User | Department] = User if field.type == "person" else Department
        value = link.get_or_none(link.id == value)
    return exact_text(field, value)
