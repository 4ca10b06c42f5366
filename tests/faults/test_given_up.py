"""A thread that was given up may come back: what it finds then, with its connection gone, counts for nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from maru_db import Busy, connected
from maru_devkit.fixtures import Site


@contextmanager
def given_up() -> Iterator[None]:
    """Inside, this thread was given up."""
    with connected() as hop:
        hop.is_abandoned = True
        yield
        hop.is_abandoned = False


def test_what_it_finds_is_not_remembered(portal: Callable[..., Site]) -> None:
    """A list of what waits that it could not read would be shown to its person for ten seconds."""
    site = portal()

    with given_up():
        site.portal.remembered("todo", list)

    assert site.portal.remembered("todo", lambda: ["a letter"]) == ["a letter"]


def test_nobody_is_blamed_for_what_it_does_not_get(rooms: Callable[..., Path], site_with: Callable[..., Site]) -> None:
    """Every plugin that it asks is refused by the database: five such pages would pause them all."""
    rooms("good")
    site = site_with()

    with given_up():
        site.portal.dispatcher.note_failure("good", "menu", Busy("given up"), pauses=True)

    assert site.failures() == []


def test_who_waits_for_another_plugin_is_not_blamed(
    rooms: Callable[..., Path], site_with: Callable[..., Site], tmp_path: Path
) -> None:
    """It gets the event again, as after a failure of its own."""
    seen = tmp_path / "seen"
    rooms(
        "ear",
        init=f"""
        from pathlib import Path
        from maru import AskAgain, hookimpl

        @hookimpl
        def on_event(event):
            if event.name == "test.said":
                seen = Path({str(seen)!r})
                seen.write_text(seen.read_text() + "x" if seen.exists() else "x")
                raise AskAgain("somebody is not ready")
        """,
    )
    site = site_with()
    with site.write_as("clerk") as change:
        change.emit("test.said", {})

    site.beat()

    assert seen.read_text(encoding="utf-8") == "x"
    assert site.failures() == []
