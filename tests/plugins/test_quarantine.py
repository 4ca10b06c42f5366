"""A pause holds from the moment it is noted, whoever reads or writes the database meanwhile."""

from __future__ import annotations

from maru.plugins import Quarantine
from maru_devkit.fixtures import Clock

PLACE = ("bad", "menu")


def test_a_pause_holds_while_it_is_written_down() -> None:
    """It is taken to be saved, and does not stand in the database yet: another look at it lifts nothing."""
    quarantine = Quarantine()
    quarantine.note(PLACE, "broken", "__init__.py:1", pauses=True, at_once=True)

    taken = quarantine.take_failures()
    quarantine.share([])

    assert [failure.place for failure in taken] == ["menu"]
    assert quarantine.is_paused(PLACE)


def test_a_pause_whose_failure_is_gone_is_lifted() -> None:
    """It was written down, and an administrator has deleted it since."""
    quarantine = Quarantine()
    quarantine.note(PLACE, "broken", "__init__.py:1", pauses=True, at_once=True)
    quarantine.take_failures()

    quarantine.take_failures()
    quarantine.share([])

    assert not quarantine.is_paused(PLACE)


def failing(quarantine: Quarantine, outcomes: str, person: int | None = None) -> None:
    """`x` fails, `.` goes well."""
    for outcome in outcomes:
        if outcome == "x":
            quarantine.note(PLACE, "broken", "__init__.py:1", pauses=True, person=person)
        else:
            quarantine.went_well(PLACE)


def test_what_mostly_fails_is_paused_in_the_end() -> None:
    """Four of five, for ever: no five of them come in a row."""
    quarantine = Quarantine()

    failing(quarantine, "xxxx.xxxx.")

    assert quarantine.is_paused(PLACE)


def test_what_seldom_fails_is_never_paused() -> None:
    """Every other time is not most of the time."""
    quarantine = Quarantine()

    failing(quarantine, "x." * 100)

    assert not quarantine.is_paused(PLACE)


def test_one_person_pauses_a_place_after_twenty_failures() -> None:
    """Five of theirs tell nothing about others."""
    quarantine = Quarantine()

    failing(quarantine, "x" * 19, person=7)
    is_paused_early = quarantine.is_paused(PLACE)
    failing(quarantine, "x", person=7)

    assert not is_paused_early
    assert quarantine.is_paused(PLACE)


def test_two_people_pause_a_place_after_five_failures() -> None:
    """Then it is not the person."""
    quarantine = Quarantine()

    failing(quarantine, "xxxx", person=7)
    failing(quarantine, "x", person=8)

    assert quarantine.is_paused(PLACE)


def test_after_a_pause_one_failure_pauses_for_twice_as_long(clock: Clock) -> None:
    """Whomever it concerns; after a success it is a fresh start."""
    quarantine = Quarantine()
    failing(quarantine, "xxxxx")
    clock.move(seconds=61)

    failing(quarantine, "x", person=7)
    clock.move(seconds=61)
    is_paused_longer = quarantine.is_paused(PLACE)
    clock.move(seconds=61)
    failing(quarantine, ".x", person=7)

    assert is_paused_longer
    assert not quarantine.is_paused(PLACE)
