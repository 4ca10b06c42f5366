"""회의실 현황: what is booked when, and what is free today.

The book is the JSON file in `app/`, as in the smallest plugin; the page of the day and the card on the home page are
this plugin's own.
"""

from pathlib import Path

from maru import Card, DemoSite, Portal, User, hookimpl, t, today
from maru_records.api import Definition, definitions_in

from .bookings import CardContext, add_samples, booked_on


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
def demo(site: DemoSite) -> None:
    """Three bookings on the day of the demonstration."""
    add_samples(site)
