"""Places of plugins that failed again and again are left alone for a while, each time for longer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from maru.models import PluginFailure
from maru_language import now

PAUSE_AFTER = 5
PAUSE_SECONDS = 60
LONGEST_PAUSE_SECONDS = 3600

Place = tuple[str, str]
"""The id of a plugin, and a hook, a page or a card of it."""


@dataclass(frozen=True)
class Failure:
    """One plugin failing at one place: how often, why, at which line; and until when it is left alone."""

    plugin: str
    place: str
    problem: str
    where: str
    count: int
    at: datetime
    paused_until: datetime | None = None
    pause_count: int = 0


@dataclass
class _Trouble:
    problem: str = ""
    in_a_row: int = 0
    pause_count: int = 0
    until: datetime | None = None


class Quarantine:
    """The places that are paused in this process. What is found here reaches the other workers through the database.

    After five failures in a row a place is paused for a minute. Then it is tried again: one more failure pauses it for
    twice as long, up to an hour; one success, and all is forgotten.
    """

    def __init__(self) -> None:
        self.unsaved: dict[Place, Failure] = {}
        self._being_saved: dict[Place, Failure] = {}
        self._troubles: dict[Place, _Trouble] = {}

    def note(self, place: Place, problem: str, where: str, *, pauses: bool, at_once: bool = False) -> None:
        """Count a failure; with `pauses` it may pause the place, and with `at_once` it does."""
        trouble = self._troubles.setdefault(place, _Trouble()) if pauses or at_once else _Trouble()
        trouble.in_a_row, trouble.problem = trouble.in_a_row + 1, problem
        if at_once or (pauses and (trouble.pause_count or trouble.in_a_row >= PAUSE_AFTER)):
            self._pause(trouble)
        earlier = self.unsaved.get(place)
        count = earlier.count + 1 if earlier else 1
        self.unsaved[place] = Failure(*place, problem, where, count, now(), trouble.until, trouble.pause_count)

    def _pause(self, trouble: _Trouble) -> None:
        seconds = min(PAUSE_SECONDS * 2**trouble.pause_count, LONGEST_PAUSE_SECONDS)
        trouble.pause_count += 1
        trouble.in_a_row, trouble.until = 0, now() + timedelta(seconds=seconds)

    def went_well(self, place: Place) -> None:
        """Forget what went wrong there before."""
        if place in self._troubles:
            del self._troubles[place]

    def is_paused(self, place: Place) -> bool:
        """Whether to leave the place alone now."""
        return self.paused_until(place) is not None

    def paused_until(self, place: Place) -> datetime | None:
        """Until when the place is left alone; None when it is not."""
        trouble = self._troubles.get(place)
        return trouble.until if trouble is not None and trouble.until is not None and trouble.until > now() else None

    def problem_of(self, place: Place) -> str:
        """What went wrong there last, in this process; empty when it went well since."""
        trouble = self._troubles.get(place)
        return trouble.problem if trouble is not None else ""

    def paused(self) -> list[Place]:
        """The places that are paused at this moment."""
        return sorted(place for place in list(self._troubles) if self.is_paused(place))

    def take_failures(self) -> list[Failure]:
        """The failures since the last call, to be written down before the next one."""
        self._being_saved, self.unsaved = self.unsaved, {}
        return list(self._being_saved.values())

    def share(self, written: Iterable[PluginFailure]) -> None:
        """Take over the pauses that stand in the database: from other workers, or lifted by an administrator."""
        known = {(row.plugin, row.place): row for row in written}
        for place in self.paused():
            if not any(place in kept for kept in (self.unsaved, self._being_saved, known)):
                self.went_well(place)
        for place, row in known.items():
            trouble = self._troubles.setdefault(place, _Trouble())
            if row.paused_until and (trouble.until is None or row.paused_until > trouble.until):
                trouble.until, trouble.pause_count = row.paused_until, row.pause_count
