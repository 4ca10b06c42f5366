"""A clock that tests move: everything that asks `now()` or `today()` goes by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta


class Clock:
    """A clock that stands still until it is moved. `on_move` is called after each move."""

    def __init__(self, at: datetime, on_move: Callable[[], None]) -> None:
        self._at = at
        self._on_move = on_move

    def __call__(self) -> datetime:
        """The instant it shows, aware, UTC."""
        return self._at

    def set(self, at: datetime) -> datetime:
        """Show the aware instant `at`; it may lie in the past."""
        if at.tzinfo is None:
            raise ValueError(f"{at} has no time zone. Say datetime(2027, 3, 2, 9, tzinfo=SEOUL).")
        self._at = at
        self._on_move()
        return at

    def move(self, **by: float) -> datetime:
        """`clock.move(days=3, hours=1)`: go on, as `timedelta` takes it. Sessions and deadlines pass with it."""
        return self.set(self._at + timedelta(**by))
