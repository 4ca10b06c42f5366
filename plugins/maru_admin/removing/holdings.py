"""What goes with a function when it is uninstalled: its tables, what others keep for it, its rights and its files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, partial

import peewee

from maru import Conflict, Grant, Plugin, PluginState, Portal, StoredFile, t

from ..belonging import Belonging
from ..plugin_facts import name_of
from .tables import BATCH, column, count_of, database, history_of, owned_tables, parents_of, rows_of, table_of

GRANTS, FILES = "maru_grant", "maru_stored_file"


@dataclass(frozen=True)
class Part:
    """Rows of one table that go: those with these `ids`, or all of them and the table itself (None).

    `keeper` is the plugin that the table belongs to; empty for the core. Rows that are about files have the SHA-256 in
    the column `digest`. `name`, `address` and `personal`: see `Belonging`.
    """

    table: str
    keeper: str
    ids: tuple[int, ...] | None = None
    digest: str = ""
    name: str = ""
    address: str = ""
    personal: str = ""

    @property
    def is_whole(self) -> bool:
        """The table goes too."""
        return self.ids is None

    @cached_property
    def count(self) -> int:
        """How many rows."""
        return count_of(self.table, self.ids)


@dataclass(frozen=True)
class Holdings:
    """All that goes with the function `key`. `digests` are the files whose bytes nobody else needs.

    `folders`, below the data folder, hold what can be made anew.
    """

    key: str
    parts: tuple[Part, ...]
    digests: tuple[str, ...] = ()
    size_bytes: int = 0
    folders: tuple[str, ...] = ()

    @property
    def whole(self) -> list[str]:
        """The tables that go."""
        return [part.table for part in self.parts if part.is_whole]

    @property
    def migrations(self) -> list[str]:
        """The names of its migrations that were applied, in order."""
        history = history_of(self.key)
        return sorted(row["name"] for row in rows_of(history)) if history in self.whole else []


def installed_keys() -> set[str]:
    """The ids of the plugins whose tables are there."""
    return {state.key for state in PluginState.select().where(PluginState.version != "")}


def holdings_of(portal: Portal, plugin: Plugin) -> Holdings:
    """What goes with `plugin`. Raises Conflict when another plugin cannot say what it keeps for it."""
    key = plugin.key
    parts = {name: Part(name, key) for name in owned_tables(key, [other.key for other in portal.plugins])}
    kept = belongings_for(portal, key)
    parts |= {each.table: _part(portal, each) for each in kept if each.make is not None}
    own = set(parts)
    for each in kept:
        if each.where is not None and each.table not in own:
            _add(parts, _part(portal, each), each.ids(each.where))
    dropped = [part.table for part in parts.values() if part.is_whole]
    files = _files_of(key, dropped)
    _add(parts, Part(FILES, ""), [file.id for file in files])
    _add(parts, Part(GRANTS, ""), [grant.id for grant in Grant.select() if grant.permission.startswith(f"{key}.")])
    digests = _left_alone(files)
    for each in kept:
        if each.digest is not None and each.table not in own:
            for chunk in peewee.chunked(sorted(digests), BATCH):
                _add(parts, _part(portal, each), each.ids(each.digest.in_(chunk)))
    sizes = {file.sha256: file.size_bytes for file in files}
    folders = tuple(each.folder for each in kept if each.folder)
    size_bytes = sum(sizes[each] for each in digests)
    return Holdings(key, tuple(parts.values()), tuple(sorted(digests)), size_bytes, folders)


def _part(portal: Portal, each: Belonging) -> Part:
    """All rows of its table. The keeper is the plugin whose id the table carries."""
    keepers = [plugin.key for plugin in portal.plugins if each.table.startswith(f"{plugin.key}_")]
    digest = "" if each.digest is None else str(each.digest.column_name)
    return Part(each.table, max(keepers, key=len, default=""), None, digest, each.name, each.address, each.personal)


def belongings_for(portal: Portal, key: str) -> list[Belonging]:
    """What every plugin that has tables keeps for `key`, on or off. Raises Conflict when one of them fails."""
    present = {*installed_keys(), key}
    found: list[Belonging] = []
    for each in portal.dispatcher.manager.hook.belongings.get_hookimpls():
        keeper = portal.dispatcher.plugins[each.plugin_name.split("/")[0]]
        if keeper.is_well and keeper.key in present:
            ask = partial(each.function, **{"plugin": key} if each.argnames else {})
            found += _asked(portal, keeper, ask)
    return found


def _asked(portal: Portal, keeper: Plugin, ask: Callable[[], object]) -> list[Belonging]:
    """Not by `call`, which leaves out plugins that are off: what they keep must go too."""
    answers: list[Belonging] = []
    dispatcher = portal.dispatcher
    shape = dispatcher.specifications["belongings"]
    if not dispatcher.run(keeper.key, "belongings", lambda: answers.extend(shape.checked(ask()) or [])):
        raise Conflict(
            t(
                "{name} 기능이 이 기능을 위해 무엇을 보관하는지 답하지 못해 멈추었습니다. 바뀐 것은 없습니다. 그 기능의 실패 기록을 먼저 봐 주세요.",
                name=name_of(keeper),
            )
        )
    return answers


def _add(parts: dict[str, Part], part: Part, ids: Iterable[int]) -> None:
    """The rows `ids` of the table of `part` go too."""
    before = parts[part.table].ids if part.table in parts else ()
    if before is not None and (every := {*before, *ids}):
        parts[part.table] = replace(part, ids=tuple(sorted(every)))


def _files_of(key: str, dropped: Collection[str]) -> list[StoredFile]:
    """The files that it took in and those that its tables point at, without those that other tables point at."""
    wanted: set[int] = {file.id for file in StoredFile.select(StoredFile.id).where(StoredFile.plugin == key)}
    others: set[int] = set()
    for table in database().get_tables():
        for name in (name for name, parent in parents_of(table).items() if parent == FILES):
            pointed = {row[0] for row in table_of(table).select(column(table, name)).distinct().tuples()}
            (wanted if table in dropped else others).update(pointed - {None})
    found: list[StoredFile] = []
    for chunk in peewee.chunked(sorted(wanted - others), BATCH):
        found.extend(StoredFile.select().where(StoredFile.id.in_(chunk)).order_by(StoredFile.id))
    return found


def _left_alone(files: Collection[StoredFile]) -> set[str]:
    """The digests of these files that no other file has."""
    mine = {file.id for file in files}
    digests = {str(file.sha256) for file in files}
    for chunk in peewee.chunked(sorted(digests), BATCH):
        same = StoredFile.select(StoredFile.id, StoredFile.sha256).where(StoredFile.sha256.in_(chunk))
        digests -= {str(file.sha256) for file in same if file.id not in mine}
    return digests


def pointing_from_outside(holdings: Holdings) -> list[str]:
    """Tables that stay and point at a table that goes: it cannot be dropped."""
    whole = set(holdings.whole)
    return [name for name in database().get_tables() if name not in whole and whole & set(parents_of(name).values())]
