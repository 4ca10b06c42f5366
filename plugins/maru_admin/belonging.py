"""What one plugin keeps for another: rows of its tables that go when the other is uninstalled, and come back with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import peewee

from maru import Model


@dataclass(frozen=True)
class Belonging:
    """Rows of `model` that belong to another plugin. One of the three says which.

    `where`: the rows for which it is true. `make`: all of them, and the table with them, which `make` makes anew.
    `digest`: those that are about a file of the other plugin; the column holds its SHA-256.
    """

    model: type[Model]
    where: peewee.Expression | None = None
    make: Callable[[], None] | None = None
    digest: peewee.Field[Any] | None = None

    def __post_init__(self) -> None:
        if sum(each is not None for each in (self.where, self.make, self.digest)) != 1:
            raise ValueError(f"Belonging({self.model.__name__}, …) needs one of where, make and digest.")

    @property
    def table(self) -> str:
        """The name of the table."""
        return str(self.model._meta.table_name)
