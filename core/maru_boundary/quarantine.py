"""Places of plugins that failed again and again are left alone for a while, each time for longer."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from maru_language import now

PAUSE_AFTER = 5
PAUSE_AFTER_OF_ONE = 20
"""So many, where all of them concern one and the same person: what is wrong may be wrong with them alone."""
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


class Written(Protocol):
    """A failure as it stands in the database."""

    plugin: Any
    place: Any
    paused_until: Any
    pause_count: Any


@dataclass
class _Trouble:
    problem: str = ""
    count: int = 0
    pause_count: int = 0
    until: datetime | None = None
    people: set[int | None] = field(default_factory=set)
    """Whom the failures concerned; None: everybody."""

    @property
    def is_enough(self) -> bool:
        """Whether the place is to be paused."""
        concerns_many = None in self.people or len(self.people) > 1
        return self.count >= (PAUSE_AFTER if concerns_many else PAUSE_AFTER_OF_ONE)


class Quarantine:
    """The places that are paused in this process. What is found here reaches the other workers through the database.

    After five failures a place is paused for a minute. Each success halves the count, so that what fails more often
    than not is paused too. Failures that all concern one person pause it for everybody after twenty only.

    Then it is tried again: one more failure pauses it for twice as long, up to an hour; a success halves that as well.
    """

    def __init__(self) -> None:
        self.unsaved: dict[Place, Failure] = {}
        self._being_saved: dict[Place, Failure] = {}
        self._troubles: dict[Place, _Trouble] = {}
        self.well_at: dict[Place, datetime] = {}
        """When each place went well last, in this process."""

    def note(
        self, place: Place, problem: str, where: str, *, pauses: bool, at_once: bool = False, person: int | None = None
    ) -> None:
        """Count a failure; with `pauses` it may pause the place, and with `at_once` it does.

        `person` is the id of the one whom it concerns; None where it concerns everybody.
        """
        trouble = self._troubles.setdefault(place, _Trouble()) if pauses or at_once else _Trouble()
        trouble.count, trouble.problem = trouble.count + 1, problem
        trouble.people.add(person)
        if at_once or (pauses and trouble.is_enough):
            self._pause(trouble)
        earlier = self.unsaved.get(place)
        count = earlier.count + 1 if earlier else 1
        self.unsaved[place] = Failure(*place, problem, where, count, now(), trouble.until, trouble.pause_count)

    def _pause(self, trouble: _Trouble) -> None:
        seconds = min(PAUSE_SECONDS * 2**trouble.pause_count, LONGEST_PAUSE_SECONDS)
        trouble.pause_count += 1
        trouble.until = now() + timedelta(seconds=seconds)
        trouble.count, trouble.people = PAUSE_AFTER - 1, {None}  # one more is enough, whomever it concerns

    def went_well(self, place: Place) -> None:
        """Think half as badly of the place as before."""
        self.well_at[place] = now()
        trouble = self._troubles.get(place)
        if trouble is not None:
            trouble.count, trouble.pause_count, trouble.problem = trouble.count // 2, trouble.pause_count // 2, ""
            if not trouble.count:
                self.forget(place)

    def forget(self, place: Place) -> None:
        """Lift a pause, and count from the beginning."""
        self._troubles.pop(place, None)

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

    def share(self, written: Iterable[Written]) -> None:
        """Take over the pauses that stand in the database: from other workers, or lifted by an administrator."""
        known = {(row.plugin, row.place): row for row in written}
        for place in self.paused():
            if not any(place in kept for kept in (self.unsaved, self._being_saved, known)):
                self.forget(place)
        for place, row in known.items():
            trouble = self._troubles.setdefault(place, _Trouble())
            if row.paused_until and (trouble.until is None or row.paused_until > trouble.until):
                trouble.until, trouble.pause_count = row.paused_until, row.pause_count
                trouble.count, trouble.people = PAUSE_AFTER - 1, {None}
