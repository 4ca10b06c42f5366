"""Beginning, keeping, publishing and closing a ledger. The argument `change` is that of an open write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from maru import Change, Conflict, Department, Invalid, User, label_text, now, t
from maru_records.api import (
    Definition,
    RecordSet,
    define,
    key_for,
    records_of,
    set_closed,
    set_rights,
    taken_keys,
)

from .audience import rights_of
from .checks import definition_of, problems_of
from .design import Design, DesignField
from .models import LABEL_LENGTH, Draft
from .steps import with_own_keys

__all__ = ["Moved", "begin", "close", "discard", "keep", "publish", "taken_from", "used_keys"]


class Moved(Conflict):
    """Somebody else saved the draft after it was read: read it again and decide anew (409)."""


def _must_be_newest(draft: Draft) -> None:
    current = draft.fresh()
    if (current.updated_at, current.document) != (draft.updated_at, draft.document):
        raise Moved(t("그 사이에 다른 사람이 이 설계를 고쳤습니다. 새로 불러온 다음 다시 저장해 주세요."))


def begin(by: User, department: Department, label: str, design: Design) -> Draft:
    """A new draft of a unit. Inside a write."""
    made: Draft = Draft.create(
        label=label[:LABEL_LENGTH],
        department=department,
        document=_document(design),
        created_by=by,
        updated_by=by,
    )
    return made


def _document(design: Design) -> dict[str, object]:
    return design.model_dump(mode="json", exclude_defaults=True)


def keep(draft: Draft, by: User, design: Design) -> None:
    """Keep a step of the work. Inside a write; a step that changes nothing leaves no trace.

    Raises Moved when `draft` is not the newest: what others did must not be lost.
    """
    document = _document(design)
    if document == draft.document and not draft.dirty_fields:
        return
    _must_be_newest(draft)
    draft.document, draft.updated_by, draft.updated_at = document, by, now()
    draft.save(only=draft.dirty_fields)


def used_keys(draft: Draft) -> set[str]:
    """The keys of fields that were ever published: they stay what they are."""
    design = draft.published_design
    return design.keys if design else set()


def publish(draft: Draft, within: AbstractContextManager[Change], by: User) -> RecordSet:
    """Make the ledger what the draft says, usable at once; a ledger in use gets a new version (판).

    `within` is a write that was not entered yet. Columns are added and never dropped: a field that was taken out is
    hidden, and what it holds is kept. Raises Invalid while something is missing, Conflict where a column holds
    another type, Moved when `draft` is not the newest.
    """
    if problems := problems_of(draft.design):
        raise Invalid(t("아직 게시할 수 없습니다. {problem}", problem=next(iter(problems.values()))))
    key = draft.key or key_for(draft.label, taken_keys(), "ledger")
    design = with_own_keys(draft.design, used_keys(draft))
    version = records_of(key).definition.version if draft.key else 1
    definition = definition_of(design, key, draft.label, draft.summary, version)
    finishing = _finishing(within, draft, key, design, by)
    rights = rights_of(design, draft.department)
    define(definition, finishing, department=draft.department, by=by, rights=rights)
    if draft.is_changed:  # the definition is the one in use: rights alone were changed
        with finishing:
            pass
    return records_of(key)


@contextmanager
def _finishing(
    within: AbstractContextManager[Change], draft: Draft, key: str, design: Design, by: User
) -> Iterator[Change]:
    """The write of the definition, with the draft and its rights at its end: all of it or nothing."""
    with within as change:
        _must_be_newest(draft)
        yield change
        set_rights(change, key, rights_of(design, draft.department))
        draft.key, draft.document = key, _document(design)
        draft.published, draft.updated_by, draft.updated_at = draft.state, by, now()
        draft.save(only=draft.dirty_fields)


def close(change: Change, draft: Draft, is_closed: bool) -> None:
    """기록 중지, and its end. Inside a write."""
    set_closed(change, records_of(draft.key), is_closed)


def discard(draft: Draft, by: User) -> None:
    """Give up what was not published: a ledger in use is as it was, one that never was is gone. Inside a write.

    Raises Moved when `draft` is not the newest.
    """
    _must_be_newest(draft)
    if draft.published is None:
        draft.delete_instance()
        return
    draft.label, draft.summary = draft.published["label"], draft.published["summary"]
    draft.document, draft.updated_by, draft.updated_at = draft.published["design"], by, now()
    draft.save(only=draft.dirty_fields)


def taken_from(definition: Definition) -> Design:
    """A design like this definition, to begin with; its fields get keys of their own when they are published."""
    fields = tuple(
        DesignField.model_validate(
            field.model_dump(mode="json", exclude_defaults=True)
            | {"label": label_text(field.label)[:LABEL_LENGTH], "help": label_text(field.help)}
            | {"path": field.headings, "unit": field.unit_text}
        )
        for field in definition.fields
    )
    return Design(icon=definition.icon, title=definition.title, order=definition.order, fields=fields)
