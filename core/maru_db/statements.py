"""What a statement does, told by its first words: read, change rows, change tables, or change the connection."""

import re
from functools import lru_cache
from typing import Literal

Kind = Literal["rows", "tables", "connection"]

_BEFORE = r"(?:[\s;]|--[^\n]*\n|/\*.*?\*/)*"
_EXPLAINED = r"(?:EXPLAIN\b(?:\s*\([^)]*\)|\s+(?:ANALYZE|VERBOSE|QUERY|PLAN)\b)*" + _BEFORE + ")?"
_QUERIES = rf"(?:WITH\b.*?[()]{_BEFORE})?"
_FIRST = re.compile(
    _BEFORE + _EXPLAINED + _QUERIES + r"(?:(?P<rows>INSERT|UPDATE|DELETE|REPLACE|MERGE)"
    r"|(?P<tables>CREATE|DROP|ALTER|TRUNCATE|ANALYZE|VACUUM|REINDEX|ATTACH|DETACH)"
    r"|(?P<connection>PRAGMA|SET|RESET|DISCARD|DO|CALL|COPY|PREPARE|EXECUTE|DECLARE|LOCK|GRANT|REVOKE|COMMENT|CLUSTER"
    r"|LISTEN|NOTIFY))\b",
    re.IGNORECASE | re.DOTALL,
)
_TABLE = re.compile(
    _BEFORE + _QUERIES + r"(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|REPLACE INTO|MERGE INTO)\s+\"?(\w+)\"?",
    re.IGNORECASE | re.DOTALL,
)
_TEXT = re.compile(r"'(?:[^']|'')*'")
ASKING = frozenset(
    [
        "table_info",
        "table_xinfo",
        "table_list",
        "index_list",
        "index_info",
        "index_xinfo",
        "foreign_key_list",
        "foreign_key_check",
        "database_list",
        "page_count",
        "page_size",
        "freelist_count",
    ]
)
"""The pragmas that only read, whatever they are asked about."""

_ASKING = re.compile(
    _BEFORE + rf"PRAGMA\s+(?:\"?\w+\"?\.)?(?:(?:{'|'.join(sorted(ASKING))})\b(?!\s*=)|foreign_keys\s*;?\s*$)",
    re.IGNORECASE | re.DOTALL,
)


@lru_cache(maxsize=1_000)
def kind_of(sql: str) -> Kind | None:
    """What the statement changes; None where it only reads, or begins and ends a transaction."""
    found = _FIRST.match(_TEXT.sub("''", sql))  # a reading one fails at its first letter
    if found is None or _ASKING.match(sql):
        return None
    kind: Kind = found.lastgroup  # type: ignore[assignment]  # the groups are named after the kinds
    return kind


def changed_table(sql: str) -> str | None:
    """The table whose rows the statement changes."""
    found = _TABLE.match(sql)
    return found[1] if found else None
