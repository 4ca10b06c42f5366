"""Publishing a definition: its table is made or widened, then it takes the place of the version in use."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager

from maru import Change, Conflict, Department, User, t

from ..definition import Definition
from ..ledgers.record_set import RecordSet, definition_of, records_of
from ..ledgers.rights import Allowed
from ..ledgers.tables import make_table
from ..models import StoredDefinition
from .upkeep import recalculate

__all__ = ["define"]


def define(
    definition: Definition,
    within: AbstractContextManager[Change],
    *,
    department: Department | None = None,
    plugin: str = "",
    by: User | None = None,
    rights: Iterable[Allowed] = (),
) -> RecordSet:
    """Publish a definition: its table is made or widened, then it takes the place of the version in use.

    `within` is a write that was not entered yet (`write(request)`, `site.write_as(user)`): tables cannot change inside
    of it. `rights` are given when the ledger is new; without any, everyone records in their own unit and reads what
    `definition.readers` says. The version is raised by itself when the number is taken; formulas that changed are
    calculated anew for the records that exist. Raises Invalid for unusable keys, Conflict for changed types and for
    keys that belong to another owner.
    """
    before = StoredDefinition.published().where(StoredDefinition.key == definition.key).first()
    if before is not None:
        _check_owner(before, department, plugin)
        if definition_of(before).model_copy(update={"version": definition.version}) == definition:
            return records_of(definition.key)
        definition = definition.model_copy(update={"version": max(definition.version, before.version + 1)})
    make_table(definition)
    with within as change:
        if before is not None:
            before.is_published = False
            before.save()
            recalculate(change, definition_of(before), definition)
        StoredDefinition.create(
            key=definition.key, version=definition.version, label=definition.label, document=definition.document(),
            icon=definition.icon, department=department, plugin=plugin, created_by=by,
            is_closed=before is not None and before.is_closed,
        )  # fmt: skip
        if before is None:
            for allowed in tuple(rights) or _first_rights(definition):
                allowed.give(definition.key)
    return records_of(definition.key)


def _first_rights(definition: Definition) -> tuple[Allowed, ...]:
    own = Allowed("write", rows="unit")
    return (Allowed("read"), own) if definition.readers == "everyone" else (own,)


def _check_owner(before: StoredDefinition, department: Department | None, plugin: str) -> None:
    if (before.plugin, before.department_id) != (plugin, department.id if department else None):
        owner = before.plugin or (before.department.name if before.department else "-")
        raise Conflict(
            t("대장 키 '{key}'은(는) {owner}의 것입니다. 다른 키를 골라 주세요.", key=before.key, owner=owner)
        )
