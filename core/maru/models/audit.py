"""The audit (감사 기록): who changed what, when, from where, before and after — chained by hash."""

import hashlib
from typing import Any, Self

import peewee

from maru_db import JSONField, Model, UtcDateTimeField
from maru_db.fields import as_json
from maru_language import now


class AuditEntry(Model):
    """One write. `digest` covers this entry and the digest of the one before it, so none can be altered or removed."""

    recorded = False

    at = UtcDateTimeField(default=now, index=True)
    actor_id = peewee.IntegerField(null=True, index=True)
    actor_name = peewee.CharField(max_length=80, default="")
    address = peewee.CharField(max_length=60, default="")
    plugin = peewee.CharField(max_length=40, default="", index=True)
    action = peewee.CharField(max_length=120)
    request = peewee.CharField(max_length=200, default="")
    note = peewee.TextField(default="")
    changes = JSONField(default=list)
    previous_digest = peewee.CharField(max_length=64, default="")
    digest = peewee.CharField(max_length=64, default="")

    @classmethod
    def append(cls, **values: Any) -> Self:
        """Add an entry at the end of the chain. Inside a transaction, which keeps the chain in one line."""
        last = cls.select(cls.digest).order_by(cls.id.desc()).first()
        entry = cls(**values, at=now(), previous_digest=last.digest if last else "")
        entry.digest = entry.computed_digest()
        entry.save(force_insert=True)
        return entry

    def computed_digest(self) -> str:
        """The SHA-256 that this entry must bear."""
        stated = {name: value for name, value in self.__data__.items() if name not in ("id", "digest")}
        stated["at"] = AuditEntry.at.db_value(self.at)
        stated["changes"] = as_json(self.changes)
        return hashlib.sha256(as_json(stated).encode()).hexdigest()


def verify_chain() -> AuditEntry | None:
    """The first entry that was altered or whose predecessor is gone; None when the chain is whole."""
    previous = ""
    for entry in AuditEntry.select().order_by(AuditEntry.id).iterator():
        if entry.previous_digest != previous or entry.digest != entry.computed_digest():
            broken: AuditEntry = entry
            return broken
        previous = entry.digest
    return None
