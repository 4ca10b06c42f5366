"""What one plugin keeps for another: rows that go when the other is uninstalled, and come back with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import peewee

from maru import Model

FOLDER = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Belonging:
    """Rows of `model` that belong to another plugin. One of the first three says which.

    `where`: the rows for which it is true. `make`: all of them, and the table with them, which `make` makes anew.
    `digest`: those that are about a file of the other plugin; the column holds its SHA-256.
    Or, without a model, `folder`: one below the portal's data folder, with nothing in it that cannot be made anew. It
    is deleted and not archived.

    What an administrator reads of it: `name`, what people call these rows (without one, the table is named); `address`,
    the page where they are; `personal`, which of it is personal data.
    """

    model: type[Model] | None = None
    where: peewee.Expression | None = None
    make: Callable[[], None] | None = None
    digest: peewee.Field[Any] | None = None
    folder: str = ""
    name: str = ""
    address: str = ""
    personal: str = ""

    def __post_init__(self) -> None:
        if self.model is not None and not hasattr(self.model, "_meta"):
            raise TypeError(f"Belonging.model is {self.model!r:.200}, expected a Model")
        if not all(isinstance(each, str) for each in (self.name, self.address, self.personal)):
            raise TypeError(f"Belonging({self.model}, …) has a name, an address or personal data that is no text.")
        chosen = sum(each is not None for each in (self.where, self.make, self.digest))
        if (self.model is not None, chosen, bool(self.folder)) not in ((True, 1, False), (False, 0, True)):
            raise ValueError(f"Belonging({self.model}, …) needs one of where, make and digest, or a folder alone.")
        if self.folder and not FOLDER.fullmatch(self.folder):
            raise ValueError(
                f"Belonging.folder is {self.folder!r}, expected the name of a folder, such as a plugin's id."
            )

    @property
    def table(self) -> str:
        """The name of the table; empty for a folder."""
        return str(self.model._meta.table_name) if self.model is not None else ""

    def ids(self, where: peewee.Expression) -> list[int]:
        """The ids of the rows for which `where` is true."""
        if self.model is None:
            return []
        return [row.id for row in self.model.select(self.model.id).where(where)]
