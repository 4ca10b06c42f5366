"""The base of every table: named after its plugin, recorded when saved."""

import re
from typing import Any, ClassVar, Self

import peewee

from maru_db.database import database
from maru_db.hops import current_hop
from maru_db.writing import UNRECORDED, Action, Change, Row, current_change


def table_name(model: type[peewee.Model]) -> str:
    """`maru_board.models.PostRead` → `board_post_read`; the core's own → `maru_user`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", model.__name__).lower()
    package = model.__module__.split(".")[0]
    return f"{package.removeprefix('maru_')}_{words}"


class Model(peewee.Model):
    """A table of a plugin. `recorded` False keeps its rows out of audit and events (sessions, read marks)."""

    recorded: ClassVar[bool] = True
    secret_fields: ClassVar[frozenset[str]] = frozenset()

    id = peewee.AutoField()

    class Meta:
        database = database
        table_function = table_name
        legacy_table_names = False

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if not cls.recorded:
            UNRECORDED.add(table_name(cls))

    def save(self, *args: Any, **options: Any) -> Any:
        """Save the row; inside a write, its values before and after go into the audit entry."""
        change = current_change()
        if change is None or not self.recorded:
            return self._saved(*args, **options)
        is_new = self.get_id() is None or bool(options.get("force_insert"))
        before = None if is_new else self._stored()
        answer = self._saved(*args, **options)
        after = self._visible(self.__data__)
        if before is None:
            self._record(change, "created", None, after)
        elif changed := {name for name in after if before.get(name) != after[name]}:
            self._record(change, "changed", {n: before.get(n) for n in changed}, {n: after[n] for n in changed})
        return answer

    def _saved(self, *args: Any, **options: Any) -> Any:
        with current_hop().saves_models():
            return super().save(*args, **options)

    def delete_instance(self, recursive: bool = False, delete_nullable: bool = False) -> int:
        """Delete the row; inside a write, what it held goes into the audit entry."""
        if (change := current_change()) and self.recorded:
            self._record(change, "deleted", self._stored(), None)
        with current_hop().saves_models():
            return int(super().delete_instance(recursive, delete_nullable))

    def _record(self, change: Change, action: Action, before: Row, after: Row) -> None:
        change.record(self._meta.table_name, self.get_id(), action, before, after)

    def _stored(self) -> dict[str, Any] | None:
        row = type(self).select().where(self._meta.primary_key == self.get_id()).dicts().first()
        return None if row is None else self._visible(row)

    def _visible(self, values: dict[str, Any]) -> dict[str, Any]:
        return {name: ("•••" if name in self.secret_fields else value) for name, value in values.items()}

    def fresh(self) -> Self:
        """The row as it stands in the database now. Raises `DoesNotExist` when it is gone."""
        found: Self = type(self).get_by_id(self.get_id())
        return found
