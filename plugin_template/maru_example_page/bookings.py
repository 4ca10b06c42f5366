"""Reading the book: who has which room on a day. Nothing is kept here; the ledger engine keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from maru import DemoSite, Portal, User, local, now, today
from maru_records.api import add_record, shipped, value_of

KEY = "example_page"
FIELDS = ("room", "starts_at", "ends_at", "purpose")
SAMPLES = (
    ("demo-collector", "대회의실", 9, 10, "주간 업무 회의"),
    ("demo-yugu", "소회의실", 10, 12, "주민자치회 준비"),
    ("demo-collector", "대회의실", 14, 16, "예산 설명회"),
)


@dataclass(frozen=True)
class Booking:
    """One meeting: its room, when, what for, and the address of its record."""

    room: str
    starts_at: datetime
    ends_at: datetime
    purpose: str
    unit: str
    href: str

    @property
    def hours(self) -> str:
        """`10:00 ~ 11:30` in Korean time; over midnight with the date."""
        first, last = local(self.starts_at), local(self.ends_at)
        shape = "%H:%M" if first.date() == last.date() else "%m-%d %H:%M"
        return f"{first:{shape}} ~ {last:{shape}}"

    @property
    def is_now(self) -> bool:
        """Whether the meeting is under way."""
        return self.starts_at <= now() < self.ends_at


@dataclass(frozen=True)
class CardContext:
    """Today's meetings, for the card on the home page."""

    bookings: tuple[Booking, ...]


def midnight(day: date) -> datetime:
    """The instant at which `day` begins in Korea."""
    return datetime.combine(day, time.min, tzinfo=local(now()).tzinfo)


def booked_on(portal: Portal, viewer: User, day: date) -> Iterable[Booking]:
    """The meetings of a day that `viewer` may see, in order. One query beside those for the rights."""
    ledger = shipped(portal, KEY)
    table: Any = ledger.table
    meets = (table.starts_at < midnight(day + timedelta(days=1))) & (table.ends_at > midnight(day))
    for record in ledger.joined(ledger.visible_to(viewer).where(meets)).order_by(table.starts_at, table.room):
        room, starts_at, ends_at, purpose = (value_of(record, key) for key in FIELDS)
        unit = record.department.name if record.department else ""
        yield Booking(room, starts_at, ends_at, purpose, unit, f"{ledger.href}{record.id}")


def rooms(portal: Portal) -> tuple[str, ...]:
    """The rooms there are: the choices of the field in the definition."""
    return shipped(portal, KEY).definition.by_key["room"].choices


def add_samples(site: DemoSite) -> None:
    """Invented meetings of today, for a demonstration."""
    ledger = shipped(site.portal, KEY)
    for username, room, first, last, purpose in SAMPLES:
        person, day = site.user(username), midnight(today())
        values = {"room": room, "purpose": purpose, "starts_at": day + timedelta(hours=first)}
        values["ends_at"] = day + timedelta(hours=last)
        with site.write_as(person, plugin=KEY) as change:
            add_record(change, ledger, person, values, person.unit)
