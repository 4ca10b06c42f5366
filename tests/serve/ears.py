"""A plugin that writes down what it hears, and how to speak to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from maru_devkit.fixtures import Site

EAR = """
from pathlib import Path
from maru import hookimpl

@hookimpl
def on_event(event):
    if event.name == "test.said":
        {first}
        with Path({place!r}).open("a", encoding="utf-8") as file:
            file.write(event.payload["word"] + "\\n")
"""


def make_ear(rooms: Callable[..., Path], place: Path, key: str = "ear", first: str = "pass") -> None:
    """A plugin that appends each word to the file `place`; `first` is a line of code that comes before it."""
    rooms(key, init=EAR.format(place=str(place), first=first))


def heard_at(place: Path) -> list[str]:
    """The words that were heard so far, in order."""
    return place.read_text(encoding="utf-8").split() if place.exists() else []


def say(site: Site, *words: str, key: str = "one") -> None:
    """Events of one record, in one write."""
    with site.write_as("clerk") as change:
        for word in words:
            change.emit("test.said", {"word": word}, key=key)


def until(is_so: Callable[[], bool], seconds: float = 10.0) -> None:
    """Returns as soon as it is so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)
