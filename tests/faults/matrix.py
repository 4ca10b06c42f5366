"""Which fault is tried at which place; the pairs that make no sense, each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.faults.faulty.wrongs import FAULTS
from tests.faults.making import SPOILED, Hook

ROUTE, CARD, JOB, IMPORT, ENABLE = "route", "card", "job", "import", "enable"
PLACES = (ROUTE, CARD, JOB, IMPORT, ENABLE)
"""Where code of a plugin runs beside its hooks. The event is the hook `on_event`, the boot is "import"."""
BROKEN_TEMPLATE = "broken template"
ALL_FAULTS = (*SPOILED, *FAULTS, BROKEN_TEMPLATE)
HANGS = ("hang in Python", "hang in a call")
SERVED = (*HANGS, "segfault", "freeze", "exit")
"""Faults that take a process which can be lost, or given up by what watches it."""
ONCE_AT_START = ("jobs",)
"""Hooks that are asked when the portal starts, and never again."""

Reason = tuple[Callable[[str, str, Hook | None], bool], str]


@dataclass(frozen=True)
class Pair:
    """A fault at a place; `reason` says why it is not tried, `calm` why it may go unnoticed where it is."""

    place: str
    fault: str
    reason: str = ""
    calm: str = ""

    @property
    def is_served(self) -> bool:
        """Whether it takes a process of its own."""
        return self.fault in SERVED


NO_SENSE: tuple[Reason, ...] = (
    (
        lambda place, fault, hook: place == ENABLE and fault not in SPOILED,
        "switching on runs the hooks and pages that are tried by themselves, and no other code",
    ),
    (
        lambda place, fault, hook: fault in SPOILED and place not in (IMPORT, ENABLE),
        "found when the files are read, before anything of the plugin is called",
    ),
    (
        lambda place, fault, hook: fault == BROKEN_TEMPLATE and place not in (ROUTE, CARD),
        "renders no template",
    ),
    (
        lambda place, fault, hook: fault == "mutated" and not _is_shown_something(place, hook),
        "is shown nobody and nothing that it could change",
    ),
    (
        lambda place, fault, hook: place in (IMPORT, CARD, JOB) and fault == "wrong type",
        "gives nothing that has a type",
    ),
    (
        lambda place, fault, hook: place == "demo" and fault in SERVED,
        "is called by the command that makes a demonstration, never by a portal that serves",
    ),
    (
        lambda place, fault, hook: place in (IMPORT, *ONCE_AT_START) and fault == "exit",
        "is refused by an exception, which is tried there as one: see test_process.py",
    ),
)


def pairs(hooks: list[Hook]) -> list[Pair]:
    """Every fault at every place, without exception."""
    known = {hook.name: hook for hook in hooks}
    return [
        Pair(place, fault, _reason(place, fault, known.get(place)), _calm(place, fault, known.get(place)))
        for place in (*known, *PLACES)
        for fault in ALL_FAULTS
    ]


def slice_of(found: list[Pair]) -> Iterator[Pair]:
    """A part of the pairs in which every place and every fault appears, each as seldom as can be."""
    places: set[str] = set()
    faults: set[str] = set()
    waiting = sorted(found, key=lambda pair: sum(pair.place == p.place or pair.fault == p.fault for p in found))
    for is_strict in (True, False):
        for pair in waiting:
            is_new = (pair.place not in places, pair.fault not in faults)
            if all(is_new) if is_strict else any(is_new):
                places.add(pair.place)
                faults.add(pair.fault)
                yield pair


def _is_shown_something(place: str, hook: Hook | None) -> bool:
    return place == ROUTE or bool(hook and {"viewer", "event"} & set(hook.arguments))


def _reason(place: str, fault: str, hook: Hook | None) -> str:
    """Why the pair makes no sense; empty where it does."""
    return next((reason for applies, reason in NO_SENSE if applies(place, fault, hook)), "")


def _calm(place: str, fault: str, hook: Hook | None) -> str:
    """Why the pair may leave no failure behind: because nothing becomes of it."""
    if fault == "mutated" and hook is not None and "viewer" not in hook.arguments:
        return "each listener is shown an event of its own, so that nobody sees the change"
    if fault == "mutated" and place == ROUTE:
        return "the person of a request is read anew for each, so that nobody sees the change"
    if fault == "broken catalogue":
        return "its texts are shown in Korean"
    if (place, fault) == (ENABLE, "failing migration"):
        return "the page that switches it on names the file, and it stays off"
    if fault == "50 MB" and place in (IMPORT, JOB):
        return "a text in memory that nobody is given"
    return ""
