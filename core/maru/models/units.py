"""The units in which somebody may do something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import peewee


@dataclass(frozen=True)
class Units:
    """The units in which somebody holds a permission."""

    ids: frozenset[int] = frozenset()
    everywhere: bool = False

    def __contains__(self, unit: object) -> bool:
        return self.everywhere or getattr(unit, "id", unit) in self.ids

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.ids)

    def __or__(self, other: Units) -> Units:
        return Units(self.ids | other.ids, self.everywhere or other.everywhere)

    def where(self, column: peewee.Field[Any] | peewee.ForeignKeyField) -> peewee.Expression:
        """A condition on `column`, which holds department ids."""
        return peewee.SQL("1 = 1") if self.everywhere else column.in_(list(self.ids))  # type: ignore[return-value]
        # peewee's stubs do not know that SQL() stands wherever an Expression does


EVERYWHERE = Units(everywhere=True)
NOWHERE = Units()
