"""겹침 금지, checked inside the write, so that of two people at once only one succeeds."""

from __future__ import annotations

from typing import Any

from maru import Invalid, label_text, t

from ..definition.apart import Apart
from ..ledgers.record_set import RecordSet
from ..ledgers.values import text_of
from ..models import Record

__all__ = ["Refused", "check_apart"]


class Refused(Invalid):
    """A record that a rule of its ledger refuses; `field` is the key of the field to change."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def check_apart(ledger: RecordSet, record: Record) -> None:
    """Raises Refused when the record ends before it starts, or meets another. Inside a write."""
    rule = ledger.definition.apart
    start, end = (getattr(record, rule.start), getattr(record, rule.end)) if rule else (None, None)
    if rule is None or start is None or end is None:
        return
    takes_last_day = ledger.definition.by_key[rule.end].type == "date"
    if end < start or (end == start and not takes_last_day):
        names = {key: label_text(ledger.definition.by_key[key].label) for key in (rule.start, rule.end)}
        text = t("‘{end}’이(가) ‘{start}’보다 뒤여야 합니다.", start=names[rule.start], end=names[rule.end])
        raise Refused(rule.end, text)
    if other := ledger.table.select().where(_meets(ledger, record, rule, takes_last_day)).first():
        taken = [text_of(ledger.definition.by_key[key], getattr(other, key)) for key in rule.keys]
        text = t("이미 찼습니다: {what} {start} ~ {end}. 다른 때를 골라 주세요.",
                 what=" ".join(taken[:-2]), start=taken[-2], end=_short(*taken[-2:]))  # fmt: skip
        raise Refused(rule.start, text)


def _short(start: str, end: str) -> str:
    """`end` without its day where `start` has the same: `2027. 3. 2. 10:00` and `2027. 3. 2. 11:00` → `11:00`."""
    day, has_time, _ = start.rpartition(". ")
    return end.removeprefix(f"{day}. ") if ":" in start and has_time else end


def _meets(ledger: RecordSet, record: Record, rule: Apart, takes_last_day: bool) -> Any:
    """The condition under which another record of the ledger meets this one."""
    first, last = getattr(ledger.table, rule.start), getattr(ledger.table, rule.end)
    start, end = getattr(record, rule.start), getattr(record, rule.end)
    meets = (first <= end) & (last >= start) if takes_last_day else (first < end) & (last > start)
    for key in rule.same:
        meets &= getattr(ledger.table, key) == getattr(record, key)
    return meets & (ledger.table.id != (record.id or 0))
