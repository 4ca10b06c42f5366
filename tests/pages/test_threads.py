"""Threads that hang are replaced, told to end, and do not make the others wait."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from maru.pages import threads as threads_module
from maru.pages.threads import Hung, ViewThreads
from maru_devkit.fixtures import Site

SiteWith = Callable[..., Site]


@pytest.fixture
def pool(site_with: SiteWith) -> Iterator[ViewThreads]:
    """Two view threads over a real database."""
    site_with()
    made = ViewThreads(2)
    yield made
    made.close()


def until(is_so: Callable[[], bool], seconds: float = 10.0) -> None:
    """Returns as soon as it is so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def turning() -> None:
    """Work that never ends."""
    while True:
        pass


def test_a_loop_without_end_is_ended(pool: ViewThreads) -> None:
    """What was given up does not go on turning: it would take half of every other page's time."""
    with pytest.raises(Hung):
        asyncio.run(pool.run(turning, 0.2))

    until(lambda: pool.given_up_count == 0)
    assert asyncio.run(pool.run(lambda: "well", 5)) == "well"


def test_slow_pages_do_not_make_the_others_wait(pool: ViewThreads, monkeypatch: pytest.MonkeyPatch) -> None:
    """With both threads asleep, a third page is answered long before they wake, by a thread lent for it."""
    monkeypatch.setattr(threads_module, "LEND_AFTER_SECONDS", 0.1)
    asleep = threading.Event()

    async def visits() -> tuple[str, float]:
        slow = [asyncio.create_task(pool.run(lambda: asleep.wait(20), 30)) for _ in range(2)]
        await asyncio.sleep(0.2)
        began = time.monotonic()
        quick = await pool.run(lambda: "well", 30)
        took = time.monotonic() - began
        asleep.set()
        await asyncio.gather(*slow)
        return quick, took

    answer, took = asyncio.run(visits())

    assert answer == "well"
    assert took < 10
    until(lambda: pool.lent_count == 0)
