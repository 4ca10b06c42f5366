"""Two threads write to the index: whoever asked the plugins later has the last word on a document."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


class Turns:
    """Numbers those who ask. No plugin is asked while `writing` is held, so one that hangs holds up nobody."""

    def __init__(self) -> None:
        self.writing = threading.Lock()
        self._numbers = itertools.count(1)
        self._open: set[int] = set()
        self._last: dict[str, int] = {}

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """Begins before the plugins are asked, ends when what they said is written."""
        number = next(self._numbers)
        self._open.add(number)
        try:
            yield Turn(self, number)
        finally:
            with self.writing:
                self._open.discard(number)
                if not self._open:
                    self._last.clear()

    def say(self, number: int, keys: Iterable[str]) -> list[str]:
        """Those of `keys` of which nobody said anything who asked later. While `writing` is held."""
        mine = [key for key in keys if self._last.get(key, 0) <= number]
        self._last.update(dict.fromkeys(mine, number))
        return mine


@dataclass(frozen=True)
class Turn:
    """One who asks."""

    turns: Turns
    number: int

    def say(self, keys: Iterable[str]) -> list[str]:
        """Those of `keys` that are still for this turn to write. While `turns.writing` is held."""
        return self.turns.say(self.number, keys)
