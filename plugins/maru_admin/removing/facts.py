"""What the pages say of an uninstalling and of an archive: in the words of the office, not of the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maru import Conflict, OutboxEvent, Plugin, Portal, holders_of, label_text

from ..plugin_facts import name_of
from .archive import ArchivedTable, ArchiveManifest
from .holdings import FILES, GRANTS, Holdings, Part, holdings_of
from .tables import HISTORY
from .uninstalling import planned_switches


@dataclass(frozen=True)
class TableFact:
    """Rows of a table, and the function that keeps them; `keeper` is empty for tables of its own.

    `address` is the page where people see them, `personal` the personal data among them; empty where nobody says so.
    """

    name: str
    keeper: str
    count: int
    personal: str
    address: str = ""


@dataclass(frozen=True)
class RightFact:
    """A permission that goes, and how many people hold it now."""

    label: str
    count: int


@dataclass(frozen=True)
class Going:
    """All that goes with a function."""

    tables: tuple[TableFact, ...]
    kept: tuple[TableFact, ...]
    row_count: int
    file_count: int
    file_bytes: int
    rights: tuple[RightFact, ...]
    grant_count: int
    job_count: int
    personal: str


def going_of(portal: Portal, plugin: Plugin) -> tuple[Going | None, str]:
    """What is kept in a function and for it; or None, and which other function cannot say what it keeps."""
    try:
        return _going(portal, plugin, holdings_of(portal, plugin)), ""
    except Conflict as wrong:
        return None, str(wrong)


def _going(portal: Portal, plugin: Plugin, holdings: Holdings) -> Going:
    tables, kept = _tables(holdings.parts, plugin.key, names_of(portal))
    permissions = plugin.manifest.permissions if plugin.manifest else []
    return Going(
        tables=tables,
        kept=kept,
        row_count=sum(each.count for each in (*tables, *kept)),
        file_count=_count(holdings.parts, FILES),
        file_bytes=holdings.size_bytes,
        rights=tuple(RightFact(label_text(each.label.model_dump()), len(holders_of(each.key))) for each in permissions),
        grant_count=_count(holdings.parts, GRANTS),
        personal=_declared(portal, plugin.key),
        job_count=OutboxEvent.undone().where((OutboxEvent.owner == plugin.key) | planned_switches(plugin.key)).count(),
    )


@dataclass(frozen=True)
class Contents:
    """What an archive holds."""

    tables: tuple[TableFact, ...]
    kept: tuple[TableFact, ...]
    row_count: int
    file_count: int
    file_bytes: int
    missing_count: int
    grant_count: int
    personal: str


def contents_of(portal: Portal, manifest: ArchiveManifest) -> Contents:
    """What the page says of an archive."""
    tables, kept = _tables(manifest.tables, manifest.plugin, names_of(portal))
    return Contents(
        tables=tables,
        kept=kept,
        row_count=sum(each.count for each in (*tables, *kept)),
        file_count=_count(manifest.tables, FILES),
        file_bytes=sum(file.size_bytes for file in manifest.files),
        missing_count=sum(file.is_missing for file in manifest.files),
        grant_count=_count(manifest.tables, GRANTS),
        personal=_declared(portal, manifest.plugin),
    )


def _declared(portal: Portal, key: str) -> str:
    """The personal data that the function says it keeps."""
    manifests = [each.manifest for each in portal.plugins if each.key == key and each.manifest is not None]
    return manifests[0].needs.personal_data if manifests else ""


def names_of(portal: Portal) -> dict[str, str]:
    """The name of each function that was found."""
    return {each.key: name_of(each) for each in portal.plugins}


Tables = Sequence[Part] | Sequence[ArchivedTable]


def _tables(parts: Tables, key: str, names: dict[str, str]) -> tuple[tuple[TableFact, ...], tuple[TableFact, ...]]:
    """Its own tables without the history of migrations, and those of other functions; the core's are said apart."""
    shown = [part for part in parts if part.keeper and not part.table.endswith(HISTORY)]
    own = tuple(_fact(part, "") for part in shown if part.keeper == key)
    return own, tuple(_fact(part, names.get(part.keeper, part.keeper)) for part in shown if part.keeper != key)


def _fact(part: Part | ArchivedTable, keeper: str) -> TableFact:
    address = part.address if isinstance(part, Part) else ""
    return TableFact(part.name or part.table, keeper, part.count, part.personal, address)


def _count(parts: Tables, table: str) -> int:
    return sum(part.count for part in parts if part.table == table)
