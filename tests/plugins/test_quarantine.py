"""A pause holds from the moment it is noted, whoever reads or writes the database meanwhile."""

from __future__ import annotations

from maru.plugins import Quarantine

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
