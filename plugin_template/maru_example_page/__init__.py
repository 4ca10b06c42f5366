"""회의실 현황: what is booked when, and what is free today.

The book is the JSON file in `app/`, as in the smallest plugin; the page of the day, the card on the home page and what
waits for whoever has booked are this plugin's own.
"""

from pathlib import Path

from maru import Card, DemoSite, Portal, Todo, User, hookimpl, t, today
from maru_records.api import Definition, definitions_in

from .bookings import CardContext, add_samples, booked_on, to_prepare


@hookimpl
def record_definitions() -> list[Definition]:
    """The book in `app/`, whose address is `/records/<key>/`."""
    return definitions_in(Path(__file__).parent / "app")


@hookimpl
def slots(slot: str, viewer: User, portal: Portal) -> list[Card]:
    """Today's bookings on the home page."""
    if slot != "home" or not viewer.may("example_page.read"):
        return []
    card = CardContext(tuple(booked_on(portal, viewer, today())))
    return [
        Card(
            t("오늘의 회의실 현황"),
            "maru_example_page/_card.html",
            card,
            "/example_page/",
            order=60,
        ),
    ]


@hookimpl
def todo(viewer: User, portal: Portal) -> list[Todo]:
    """What is to be prepared for the own bookings, until they begin."""
    if not viewer.may("example_page.read"):
        return []
    return [
        Todo(each.purpose, each.href, "info", t("준비할 것 있음"), due_at=each.starts_at)
        for each in to_prepare(portal, viewer)
    ]


@hookimpl
def demo(site: DemoSite) -> None:
    """Three bookings on the day of the demonstration."""
    add_samples(site)
