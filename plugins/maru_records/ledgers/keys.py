"""Keys from labels: nobody has to think of a name for a table or a column, and none is ever asked for one."""

from __future__ import annotations

import re
from collections.abc import Container

from ..definition.romanizing import romanized
from ..models import Record, StoredDefinition

__all__ = ["RESERVED_FIELDS", "RESERVED_KEYS", "key_for", "taken_keys"]

RESERVED_KEYS = frozenset({"definition", "right", "revision", "record", "schema_migration", "new", "export", "static"})
RESERVED_FIELDS = frozenset(name for name in dir(Record) if not name.startswith("_")) | {"filter", "objects"}
LONGEST = 36  # leaves room for a number at the end


def key_for(label: str, taken: Container[str], otherwise: str) -> str:
    """A key that reads like the label and is not `taken`: '도착 계기' is 'dochak_gyegi', a second one 'dochak_gyegi_2'.

    `otherwise` stands where the label has no letters at all.
    """
    plain = re.sub(r"[^a-z0-9]+", "_", romanized(label).lower()).strip("_")
    plain = re.sub(r"^(?=\d)", "n", plain)[:LONGEST].rstrip("_") or otherwise
    if plain not in taken:
        return plain
    return next(f"{plain}_{n}" for n in range(2, 10_000) if f"{plain}_{n}" not in taken)


def taken_keys() -> set[str]:
    """The keys that no new ledger can have: those in use, those that ever were, and reserved ones."""
    return {row.key for row in StoredDefinition.select(StoredDefinition.key).distinct()} | RESERVED_KEYS
