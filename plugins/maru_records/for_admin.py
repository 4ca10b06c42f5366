"""What goes with a plugin that is uninstalled: the ledgers that it ships, and those that are made with it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from maru import hookimpl
from maru_admin.api import Belonging

from .models import Revision, Right, StoredDefinition
from .record_set import definition_of
from .tables import table_for, widen_table

__all__ = ["belongings_of"]


@hookimpl
def belongings(plugin: str) -> list[Belonging]:
    """The ledgers that `plugin` ships; of the engine itself, the tables of all ledgers."""
    if plugin == "records":
        return [_table(versions) for versions in _versions(None)]
    shipped = StoredDefinition.select(StoredDefinition.key).where(StoredDefinition.plugin == plugin).distinct()
    return belongings_of([stored.key for stored in shipped])


def belongings_of(keys: Iterable[str]) -> list[Belonging]:
    """The ledgers with these keys: their definitions, rights, revisions and records."""
    keys = sorted(keys)
    if not keys:
        return []
    return [
        Belonging(StoredDefinition, StoredDefinition.key.in_(keys)),
        Belonging(Right, Right.ledger.in_(keys)),
        Belonging(Revision, Revision.ledger.in_(keys)),
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
    return Belonging(table_for(definition_of(versions[-1])), make=partial(_make, versions))


def _make(versions: list[StoredDefinition]) -> None:
    """The table as it became, version by version: columns that a later one left out are there too."""
    for stored in versions:
        widen_table(definition_of(stored))
