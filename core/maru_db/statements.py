"""What a statement does, told by its first words: read, change rows, change tables, or change the connection."""

import re
from typing import Literal

Kind = Literal["rows", "tables", "connection"]

_BEFORE = r"(?:\s|--[^\n]*\n|/\*.*?\*/)*"
_QUERIES = r"(?:WITH\b.*?\)\s*)?"
_FIRST = re.compile(
    _BEFORE + _QUERIES + r"(?:(?P<rows>INSERT|UPDATE|DELETE|REPLACE|MERGE)"
    r"|(?P<tables>CREATE|DROP|ALTER|TRUNCATE|VACUUM|REINDEX|ATTACH|DETACH)"
    r"|(?P<connection>PRAGMA|SET|RESET))\b",
    re.IGNORECASE | re.DOTALL,
)
_TABLE = re.compile(
    _BEFORE + _QUERIES + r"(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|REPLACE INTO|MERGE INTO)\s+\"?(\w+)\"?",
    re.IGNORECASE | re.DOTALL,
)
_ASKING = re.compile(
    r"\s*PRAGMA\s+(?:\"?\w+\"?\.)?(?:table_x?info|table_list|index_list|index_x?info|foreign_key_list"
    r"|foreign_key_check|database_list|page_count|page_size|freelist_count)\b(?!\s*=)",
    re.IGNORECASE,
)


def kind_of(sql: str) -> Kind | None:
    """What the statement changes; None where it only reads, or begins and ends a transaction."""
    found = _FIRST.match(sql)  # a reading one fails at its first letter
    if found is None or _ASKING.match(sql):
        return None
    kind: Kind = found.lastgroup  # type: ignore[assignment]  # the groups are named after the kinds
    return kind


def changed_table(sql: str) -> str | None:
    """The table whose rows the statement changes."""
    found = _TABLE.match(sql)
    return found[1] if found else None
