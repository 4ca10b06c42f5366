"""Reading the book: what is booked on a day. Nothing is kept here; the ledger engine keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from maru import DemoSite, Portal, User, local, now, today
from maru_records.api import RecordSet, add_record, shipped, value_of

KEY = "example_page"
FIELDS = ("resource", "starts_at", "ends_at", "purpose")
SAMPLES = (
    ("demo-collector", "1호", 9, 10, "정기 점검"),
    ("demo-yugu", "3호", 10, 12, "현장 확인"),
    ("demo-collector", "1호", 14, 16, "주민 설명회"),
)


@dataclass(frozen=True)
class Booking:
    """One booking: of what, when, what for, and the address of its record."""

    resource: str
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
        """Whether it is under way."""
        return self.starts_at <= now() < self.ends_at


@dataclass(frozen=True)
class CardContext:
    """Today's bookings, for the card on the home page."""

    bookings: tuple[Booking, ...]


def midnight(day: date) -> datetime:
    """The instant at which `day` begins in Korea."""
    return datetime.combine(day, time.min, tzinfo=local(now()).tzinfo)


def booked_on(portal: Portal, viewer: User, day: date) -> Iterable[Booking]:
    """The bookings of a day that `viewer` may see, in order. One query beside those for the rights."""
    ledger = shipped(portal, KEY)
    table: Any = ledger.table
    meets = (table.starts_at < midnight(day + timedelta(days=1))) & (table.ends_at > midnight(day))
    return _bookings(ledger, ledger.visible_to(viewer).where(meets))


def to_prepare(portal: Portal, viewer: User) -> Iterable[Booking]:
    """What `viewer` has booked for today or tomorrow and has written something to prepare for, until it begins."""
    ledger = shipped(portal, KEY)
    table: Any = ledger.table
    is_soon = (table.starts_at > now()) & (table.starts_at < midnight(today() + timedelta(days=2)))
    return _bookings(ledger, ledger.visible_to(viewer).where(is_soon, table.created_by == viewer.id, table.note != ""))


def _bookings(ledger: RecordSet, query: Any) -> Iterable[Booking]:
    table: Any = ledger.table
    for record in ledger.joined(query).order_by(table.starts_at, table.resource):
        resource, starts_at, ends_at, purpose = (value_of(record, key) for key in FIELDS)
        unit = record.department.name if record.department else ""
        yield Booking(resource, starts_at, ends_at, purpose, unit, f"{ledger.href}{record.id}")


def resources(portal: Portal) -> tuple[str, ...]:
    """What can be booked: the choices of the field in the definition."""
    return shipped(portal, KEY).definition.by_key["resource"].choices


def add_samples(site: DemoSite) -> None:
    """Invented bookings of today, for a demonstration."""
    ledger = shipped(site.portal, KEY)
    for username, resource, first, last, purpose in SAMPLES:
        person, day = site.user(username), midnight(today())
        values = {"resource": resource, "purpose": purpose, "starts_at": day + timedelta(hours=first)}
        values["ends_at"] = day + timedelta(hours=last)
        with site.write_as(person, plugin=KEY) as change:
            add_record(change, ledger, person, values, person.unit)
