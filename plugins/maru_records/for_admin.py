"""What the administration asks: the ledgers that go with a plugin, how they stood earlier, and who may open them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial

from maru import Change, Portal, User, hookimpl, label_text, t
from maru_admin.api import Belonging, Condition, EarlierState

from .explaining import conditions_at
from .ledgers.record_set import definition_of
from .ledgers.tables import table_for, widen_table
from .models import Revision, Right, StoredDefinition
from .writing.defining import define

__all__ = ["belongings_of"]

PERSONAL = re.compile(r"성명|전화|연락처|휴대폰|이메일|주소|생년월일|주민등록|계좌|차량\s?번호")


@hookimpl
def belongings(plugin: str) -> list[Belonging]:
    """The ledgers that `plugin` ships; of the engine itself, the tables of all ledgers."""
    if plugin == "records":
        return [_table(versions) for versions in _versions(None)]
    shipped = StoredDefinition.select(StoredDefinition.key).where(StoredDefinition.plugin == plugin).distinct()
    return belongings_of([stored.key for stored in shipped])


@hookimpl
def earlier_states(at: datetime) -> list[EarlierState]:
    """The ledgers made by people that were defined otherwise. Those that a plugin ships follow its code."""
    found = []
    for versions in _versions(None):
        present = next((stored for stored in versions if stored.is_published and not stored.plugin), None)
        then = [stored for stored in versions if stored.created_at <= at]
        if present is not None and then and _is_other(then[-1], present):
            found.append(_earlier(then[-1], present))
    return found


@hookimpl
def access_conditions(path: str, person: User, portal: Portal) -> list[Condition]:
    """That the ledger is there, that whoever ships it is on, and the right to read it, with who gave it."""
    return list(conditions_at(path, person, portal))


def _is_other(then: StoredDefinition, present: StoredDefinition) -> bool:
    now = definition_of(present)
    return definition_of(then).model_copy(update={"version": now.version}) != now


def _earlier(then: StoredDefinition, present: StoredDefinition) -> EarlierState:
    key, name = f"ledger:{present.key}", label_text(definition_of(present).label)
    put_back = partial(_define_again, then)
    return EarlierState(key, name, t("대장 정의"), _version_text(present), _version_text(then), put_back)


def _version_text(stored: StoredDefinition) -> str:
    return t("{n}판 · 항목 {count}개", n=stored.version, count=len(definition_of(stored).fields))


def _define_again(then: StoredDefinition, within: AbstractContextManager[Change], by: User) -> None:
    """Publish the earlier definition as a new version: columns that came since stay, with what was entered."""
    present = StoredDefinition.published().where(StoredDefinition.key == then.key).get()
    define(definition_of(then), within, department=present.department, plugin=present.plugin, by=by)


def belongings_of(keys: Iterable[str]) -> list[Belonging]:
    """The ledgers with these keys: their definitions, rights, revisions and records."""
    keys = sorted(keys)
    if not keys:
        return []
    return [
        Belonging(StoredDefinition, StoredDefinition.key.in_(keys), name=t("대장 정의")),
        Belonging(Right, Right.ledger.in_(keys), name=t("대장 권한")),
        Belonging(Revision, Revision.ledger.in_(keys), name=t("고친 이력")),
        *[_table(versions) for versions in _versions(keys)],
    ]


def _versions(keys: list[str] | None) -> list[list[StoredDefinition]]:
    """The versions of each ledger, or of each of these, in order."""
    query = StoredDefinition.select().order_by(StoredDefinition.key, StoredDefinition.version)
    found: dict[str, list[StoredDefinition]] = {}
    for stored in query if keys is None else query.where(StoredDefinition.key.in_(keys)):
        found.setdefault(stored.key, []).append(stored)
    return list(found.values())


def _table(versions: list[StoredDefinition]) -> Belonging:
    """The records of a ledger. That a field holds personal data is told by its type, or by what it is called."""
    ledger = definition_of(versions[-1])
    names = [
        label_text(field.label)
        for field in ledger.fields
        if field.type == "person" or PERSONAL.search(str(field.label))
    ]
    return Belonging(
        table_for(ledger),
        make=partial(_make, versions),
        name=label_text(ledger.label),
        address=f"/records/{ledger.key}/",
        personal=", ".join(names),
    )


def _make(versions: list[StoredDefinition]) -> None:
    """The table as it became, version by version: columns that a later one left out are there too."""
    for stored in versions:
        widen_table(definition_of(stored))
