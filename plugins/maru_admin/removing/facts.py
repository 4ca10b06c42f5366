"""What the pages say of an uninstalling and of an archive: in the words of the office, not of the tables."""

from __future__ import annotations

from dataclasses import dataclass

from maru import OutboxEvent, Plugin, Portal, label_text

from ..holders import holders_of
from ..plugin_facts import name_of
from .archive import ArchiveManifest
from .holdings import FILES, GRANTS, Holdings
from .uninstalling import planned_switches


@dataclass(frozen=True)
class TableFact:
    """Rows of a table, and the function that keeps them; `keeper` is empty for tables of its own."""

    name: str
    keeper: str
    count: int


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


def going_of(portal: Portal, plugin: Plugin, holdings: Holdings) -> Going:
    """What the page says before a function is uninstalled."""
    names = names_of(portal)
    facts = [(part.table, part.keeper, part.count) for part in holdings.parts]
    tables, kept = _tables(facts, plugin.key, names)
    permissions = plugin.manifest.permissions if plugin.manifest else []
    return Going(
        tables=tables,
        kept=kept,
        row_count=sum(each.count for each in (*tables, *kept)),
        file_count=_count(facts, FILES),
        file_bytes=holdings.size_bytes,
        rights=tuple(RightFact(label_text(each.label.model_dump()), len(holders_of(each.key))) for each in permissions),
        grant_count=_count(facts, GRANTS),
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


def contents_of(portal: Portal, manifest: ArchiveManifest) -> Contents:
    """What the page says of an archive."""
    facts = [(table.table, table.keeper, table.count) for table in manifest.tables]
    tables, kept = _tables(facts, manifest.plugin, names_of(portal))
    return Contents(
        tables=tables,
        kept=kept,
        row_count=sum(each.count for each in (*tables, *kept)),
        file_count=_count(facts, FILES),
        file_bytes=sum(file.size_bytes for file in manifest.files),
        missing_count=sum(file.is_missing for file in manifest.files),
        grant_count=_count(facts, GRANTS),
    )


def names_of(portal: Portal) -> dict[str, str]:
    """The name of each function that was found."""
    return {each.key: name_of(each) for each in portal.plugins}


def _tables(
    facts: list[tuple[str, str, int]], key: str, names: dict[str, str]
) -> tuple[tuple[TableFact, ...], tuple[TableFact, ...]]:
    """Its own tables without the history of migrations, and those of other functions; the core's are said apart."""
    shown = [fact for fact in facts if fact[1] and not fact[0].endswith("_schema_migration")]
    own = tuple(TableFact(table, "", count) for table, keeper, count in shown if keeper == key)
    others = (TableFact(table, names.get(keeper, keeper), count) for table, keeper, count in shown if keeper != key)
    return own, tuple(others)


def _count(facts: list[tuple[str, str, int]], table: str) -> int:
    return sum(count for name, _, count in facts if name == table)
