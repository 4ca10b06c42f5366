"""Which entries of the audit somebody asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

import peewee

from maru import AuditEntry, local, now, t

CORE = "maru"
"""Stands for the core in the filter: its entries name no plugin."""


@dataclass(frozen=True)
class AuditFilter:
    """As the address says it; every field empty for the whole audit."""

    person: str = ""
    plugin: str = ""
    action: str = ""
    since: str = ""
    until: str = ""
    table: str = ""
    key: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> AuditFilter:
        """The filter of an address; what it does not know is left out."""
        return cls(**{name: str(query.get(name, "")).strip()[:120] for name in cls.__dataclass_fields__})

    @property
    def query(self) -> str:
        """`person=demo-admin&table=board_post`."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    def problems(self) -> dict[str, str]:
        """One sentence for each date that is none."""
        return {
            name: t("‘{value}’을(를) 날짜로 읽을 수 없습니다. 2026-06-08처럼 적어 주세요.", value=value)
            for name, value in (("since", self.since), ("until", self.until))
            if value and _day(value) is None
        }

    def entries(self) -> peewee.ModelSelect[AuditEntry]:
        """The entries asked for, newest first."""
        found = AuditEntry.select().order_by(AuditEntry.id.desc())
        for condition in self._conditions():
            found = found.where(condition)
        return found

    def _conditions(self) -> list[Any]:
        conditions: list[Any] = []
        if self.person:
            conditions.append(AuditEntry.actor_name.contains(self.person))
        if self.plugin:
            conditions.append(AuditEntry.plugin == ("" if self.plugin == CORE else self.plugin))
        if self.action:
            conditions.append(AuditEntry.action.contains(self.action) | AuditEntry.note.contains(self.action))
        if since := _day(self.since):
            conditions.append(AuditEntry.at >= _midnight(since))
        if until := _day(self.until):
            conditions.append(AuditEntry.at < _midnight(until + timedelta(days=1)))
        if mark := self._mark():
            conditions.append(AuditEntry.changes.cast("TEXT").contains(mark))
        return conditions

    def _mark(self) -> str:
        """How a changed record stands in the JSON of an entry: its keys are sorted, so key and table are neighbours.

        Quotes inside of values are escaped there, so that no value can look like it.
        """
        table = self.table.replace('"', "").replace("\\", "")
        key = self.key.replace('"', "").replace("\\", "")
        if key and table:
            return f'"key":"{key}","table":"{table}"}}'
        return f'"table":"{table}"}}' if table else f'"key":"{key}","table":"' if key else ""


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1 < found.year < 9999 else None


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time.min, tzinfo=local(now()).tzinfo)
